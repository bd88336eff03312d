/** What a screen draws of a long signal: the least and greatest value of each pixel column. Knows nothing of screens. */
import type { Samples } from '../units'

export interface Envelope {
  readonly min: Float32Array // [columns]
  readonly max: Float32Array // [columns]
}

/**
 * Column c covers the samples from startSample + floor(c * span / columns) up to the next column's first, at least one.
 * NaN samples are passed over; a column with nothing else, or outside the array, gives NaN.
 */
export function envelope(samples: Float32Array, startSample: Samples, endSample: Samples, columns: number): Envelope {
  const min = new Float32Array(columns)
  const max = new Float32Array(columns)
  const span = endSample - startSample
  for (let column = 0; column < columns; column += 1) {
    const first = startSample + Math.floor((column * span) / columns)
    const next = startSample + Math.floor(((column + 1) * span) / columns)
    const end = Math.min(samples.length, Math.max(first + 1, next))
    let low = Infinity
    let high = -Infinity
    for (let n = Math.max(0, first); n < end; n += 1) {
      const sample = samples[n]
      // Both comparisons are false for NaN.
      if (sample < low) low = sample
      if (sample > high) high = sample
    }
    const isEmpty = low > high
    min[column] = isEmpty ? NaN : low
    max[column] = isEmpty ? NaN : high
  }
  return { min, max }
}
