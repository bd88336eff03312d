/** The frequency of the cycle that a place lies in, from the samples on the screen. Pure. */
import type { TraceName } from '../../contract/lab'
import { transitionsOf, type Transition } from '../../core/measure/transitions'
import type { Hertz } from '../../core/units'
import type { Layer } from '../state/picture.svelte'
import { samplesOf } from './readings'

/** Where a trace goes through the middle of its swing, on the axis; none where an envelope is drawn. */
export function risesOn(layers: readonly Layer[], name: TraceName): readonly number[] {
  const stretch = samplesOf(layers, name)
  if (!stretch) return []
  const { samples, startSample } = stretch
  let [base, top] = [Infinity, -Infinity]
  for (const sample of samples) {
    if (sample < base) base = sample
    if (sample > top) top = sample
  }
  const rises = transitionsOf(samples, { base, top }).filter((transition: Transition) => transition.rises)
  return rises.map(({ at }) => startSample + at)
}

/** From one rise to the next; undefined where the place does not lie between two. */
export function frequencyAt(rises: readonly number[], at: number, sampleRate: Hertz): Hertz | undefined {
  const next = rises.findIndex((rise) => rise > at)
  return next < 1 ? undefined : sampleRate / (rises[next] - rises[next - 1])
}
