/** The smallest, largest and root-mean-square sample of each column of a picture. Knows nothing of screens or time. */
import type { Samples } from '../units'

export interface Envelope {
  readonly min: Float32Array
  readonly max: Float32Array
  readonly rms: Float32Array
}

/**
 * Column c covers the samples from floor(start + c * width) to floor(start + (c + 1) * width), at least one; width is
 * (end - start) / columns. NaN samples are passed over. A column without a number, as any outside the array, is NaN.
 */
export function envelope(samples: Float32Array, startSample: Samples, endSample: Samples, columns: number): Envelope {
  const min = new Float32Array(columns)
  const max = new Float32Array(columns)
  const rms = new Float32Array(columns)
  const width = (endSample - startSample) / columns
  for (let c = 0; c < columns; c += 1) {
    const first = Math.floor(startSample + c * width)
    const end = Math.min(samples.length, Math.max(first + 1, Math.floor(startSample + (c + 1) * width)))
    let low = Infinity
    let high = -Infinity
    let power = 0
    let count = 0
    for (let n = Math.max(0, first); n < end; n += 1) {
      const sample = samples[n]
      // All comparisons are false for NaN.
      if (sample < low) low = sample
      if (sample > high) high = sample
      if (sample === sample) {
        power += sample * sample
        count += 1
      }
    }
    const found = low <= high
    min[c] = found ? low : NaN
    max[c] = found ? high : NaN
    rms[c] = found ? Math.sqrt(power / count) : NaN
  }
  return { min, max, rms }
}
