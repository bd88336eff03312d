/** Levels of a piece of a trace: extremes, means, and the two levels between which it swings. Knows nothing of time. */

export interface Levels {
  /** Samples that are numbers. */
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly rms: number
  /** RMS about the mean. */
  readonly acRms: number
  /** The level that the trace rests at below and above, see `restLevels`. */
  readonly base: number
  readonly top: number
}

/** Samples that are not finite are passed over; undefined if none is left. */
export function levelsOf(samples: Float32Array): Levels | undefined {
  let [count, min, max, sum] = [0, Infinity, -Infinity, 0]
  for (let n = 0; n < samples.length; n += 1) {
    const sample = samples[n]
    if (!Number.isFinite(sample)) continue
    count += 1
    sum += sample
    if (sample < min) min = sample
    if (sample > max) max = sample
  }
  if (count === 0) return undefined
  const mean = sum / count
  // About the mean in a second pass: a large offset costs no digits.
  let spread = 0
  for (let n = 0; n < samples.length; n += 1) {
    if (Number.isFinite(samples[n])) spread += (samples[n] - mean) ** 2
  }
  const acPower = spread / count
  const levels = { count, min, max, mean, rms: Math.sqrt(acPower + mean * mean), acRms: Math.sqrt(acPower) }
  return { ...levels, ...restLevels(samples, min, max) }
}

const binCount = 100
/** A level that fewer samples than this share rest at is none: a mix of tones or noise swings to its extremes. */
const leastShare = 0.03

/**
 * The base and the top of a trace as IEEE Std 181 finds them from a histogram: of each half of the range the fullest of
 * 50 bins; the level is the mean of the samples in it, so that a clean square wave gives its levels exactly.
 * Where the trace rests nowhere the extreme stands for the level.
 */
function restLevels(samples: Float32Array, min: number, max: number): { base: number; top: number } {
  if (min === max) return { base: min, top: max }
  const counts = new Float64Array(binCount)
  const sums = new Float64Array(binCount)
  for (let n = 0; n < samples.length; n += 1) {
    if (!Number.isFinite(samples[n])) continue
    const bin = Math.min(binCount - 1, Math.floor(((samples[n] - min) / (max - min)) * binCount))
    counts[bin] += 1
    sums[bin] += samples[n]
  }
  const half = binCount / 2
  // Of equally full bins the outermost: the one that the trace turns at.
  let [low, high] = [0, binCount - 1]
  for (let bin = 1; bin < half; bin += 1) if (counts[bin] > counts[low]) low = bin
  for (let bin = binCount - 2; bin >= half; bin -= 1) if (counts[bin] > counts[high]) high = bin
  const least = leastShare * counts.reduce((sum, count) => sum + count, 0)
  return {
    base: counts[low] >= least ? sums[low] / counts[low] : min,
    top: counts[high] >= least ? sums[high] / counts[high] : max
  }
}
