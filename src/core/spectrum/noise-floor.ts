/** The level of the noise between the tones of a power spectrum. Knows nothing of screens. */
import type { PowerSpectrum } from './welch'

/** Neighbouring Hann pieces that overlap by half share a little of their noise: 1 + 2 / 36 (Welch 1967). */
const overlapVariance = 1 + 2 / 36

/**
 * Mean power of a noise bin, from the median over all bins: tones fill few bins, so they do not lift it. The power of
 * noise averaged over K pieces is distributed as chi-square of 2K degrees, whose median is (1 - 1 / 9K)^3 of its mean
 * (Wilson and Hilferty 1931). The first bin has lost the mean and is left out. NaN for an empty spectrum.
 */
export function noiseFloor({ power, segmentCount }: PowerSpectrum): number {
  const sorted = power.slice(1).sort()
  if (sorted.length === 0) return NaN
  const middle = (sorted.length - 1) / 2
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2
  const averages = segmentCount === 1 ? 1 : segmentCount / overlapVariance
  return median / (1 - 1 / (9 * averages)) ** 3
}
