/**
 * What happens to a mix on its way to the file, in this order: coloured noise, a constant and a slope, impulses, a stage
 * that clips, dropouts. The clean tones know nothing of it. Knows nothing of tones.
 */
import { Random } from '../random'
import type { Hertz } from '../units'
import { DropoutGate, ImpulseNoise, type Degradations } from './degradations'
import { colouredNoise, noiseColours, type NoiseColour } from './noise-colours'
import { InputError } from './signal'

export interface MixChain {
  /** Root mean square of each coloured noise over the record. */
  readonly colours?: Readonly<Partial<Record<NoiseColour, number>>>
  /** A constant that is added (DC). */
  readonly offset?: number
  /** A straight line that is added, from 0 at the first sample. */
  readonly trendPerSecond?: number
  /** Values beyond plus or minus this are cut off. */
  readonly clipLevel?: number
  /** Impulses come before the stage that clips, dropouts after it; drift and steps are the tones' own. */
  readonly degradations?: Degradations
}

/** Changes `mix` in place. */
export function passThrough(
  chain: MixChain,
  mix: Float64Array,
  { sampleRate, toneCount, seed }: { sampleRate: Hertz; toneCount: number; seed: number }
): void {
  const { colours = {}, offset = 0, trendPerSecond = 0, clipLevel, degradations = {} } = chain
  const { impulses, dropouts } = degradations
  for (const colour of noiseColours) {
    const rms = colours[colour] ?? 0
    if (rms === 0) continue
    const noise = colouredNoise({ colour, rms, sampleCount: mix.length }, Random.derive(seed, `${colour} noise`))
    for (let n = 0; n < mix.length; n += 1) mix[n] += noise[n]
  }
  if (offset !== 0 || trendPerSecond !== 0) {
    for (let n = 0; n < mix.length; n += 1) mix[n] += offset + (trendPerSecond * n) / sampleRate
  }
  if (impulses) {
    const noise = new ImpulseNoise(impulses, toneCount, Random.derive(seed, 'impulses'))
    for (let n = 0; n < mix.length; n += 1) mix[n] += noise.next()
  }
  if (clipLevel !== undefined) {
    for (let n = 0; n < mix.length; n += 1) mix[n] = Math.min(clipLevel, Math.max(-clipLevel, mix[n]))
  }
  if (dropouts) {
    const gate = new DropoutGate(dropouts, sampleRate, Random.derive(seed, 'dropouts'))
    for (let n = 0; n < mix.length; n += 1) if (gate.next()) mix[n] = 0
  }
}

/** Throws InputError naming what is out of its range. */
export function checkChain({ colours = {}, offset = 0, trendPerSecond = 0, clipLevel }: MixChain): void {
  for (const colour of noiseColours) {
    const rms = colours[colour] ?? 0
    if (!(rms >= 0 && Number.isFinite(rms)))
      throw new InputError(`Expected ${colour} noise of 0 or more. Received: ${rms}.`)
  }
  for (const [name, value] of Object.entries({ offset, trend: trendPerSecond })) {
    if (!Number.isFinite(value)) throw new InputError(`Expected a number as ${name}. Received: ${value}.`)
  }
  if (clipLevel !== undefined && !(clipLevel > 0 && Number.isFinite(clipLevel)))
    throw new InputError(`Expected a clip level above 0. Received: ${clipLevel}.`)
}
