/** What the ways of running a network share: their settings, and the conditioned input. Knows nothing of tensors. */
import type { Hertz } from '../../core/units'
import type { Manifest } from '../library/manifest'

export interface FilterSettings {
  readonly manifest: Manifest
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  readonly samplesPerTick: number
  readonly gain: number
}

export function turnsOf({ frequenciesHz, sampleRate }: FilterSettings): number[] {
  return frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / sampleRate)
}

/** A value that is not a number would stay in the network's state for ever: it is taken as silence. */
export function finite(sample: number): number {
  return Number.isFinite(sample) ? sample : 0
}

/** Inputs of a network that is told its selector: the value, then the one-hot condition. */
export function fillConditioned(input: Float32Array, values: Float32Array, selectorCount: number): void {
  const featureCount = 1 + selectorCount
  for (let selector = 0; selector < selectorCount; selector += 1) {
    for (let step = 0; step < values.length; step += 1) {
      const at = (selector * values.length + step) * featureCount
      input[at] = values[step]
      input[at + 1 + selector] = 1
    }
  }
}
