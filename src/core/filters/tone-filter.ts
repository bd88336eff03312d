/**
 * What every classical filter of tones looks like from outside: blocks of a mix in, a block of each selector's tone out.
 *
 * Classical filters live in core, compute in double precision and are told frequencies and rate; a network behind the
 * same idea is ml/inference/stream-filter.ts. Knows nothing of models.
 */
import type { Hertz, Samples } from '../units'

/** The tones a filter is to separate, and how fast the samples come. */
export interface ToneTask {
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
}

/** A causal filter as a stream; the same samples give the same output however they are cut into blocks. */
export interface ToneFilter {
  /** By how many samples the output lags the tone that it estimates. */
  readonly latencySamples: Samples
  /** One array a selector, each as long as the block. A sample that is not finite is taken as silence. */
  process(block: ArrayLike<number>): Float64Array[]
  /** As at the start. */
  reset(): void
}

/** A value that is not a number would stay in a filter's state for ever: it is taken as silence. */
export function finite(sample: number): number {
  return Number.isFinite(sample) ? sample : 0
}

/** Throws RangeError for tones that a signal of that rate cannot hold. */
export function checkTask({ frequenciesHz, sampleRate }: ToneTask): void {
  if (frequenciesHz.length === 0) throw new RangeError('Expected at least one frequency. Received none.')
  for (const frequency of frequenciesHz) {
    if (!(frequency > 0 && frequency < sampleRate / 2)) {
      throw new RangeError(
        `A signal of ${sampleRate} Hz holds tones above 0 and below ${sampleRate / 2} Hz. Received: ${frequency} Hz.`
      )
    }
  }
}
