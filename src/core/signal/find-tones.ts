/** Which steady sinusoids a recording holds. Knows nothing of models; samples in, frequencies out. */
import type { Hertz } from '../units'
import { fft } from './fft'

export interface FoundTone {
  readonly frequencyHz: Hertz
  readonly amplitude: number
  /** Probability that white noise alone would show no peak this high anywhere in its spectrum. */
  readonly confidence: number
}

/**
 * The strongest tones, by amplitude. At most 2^17 samples from the middle are looked at, under a Hann taper, padded to
 * at least twice the length; a peak's place comes from a parabola through the logarithms of three bins. "Bin" below
 * means a bin of the unpadded transform, sampleRate / length.
 *
 * A peak is a tone if it stands out of the noise around it, lies two bins or more from every stronger one and from 0 Hz,
 * is more than leakage of a stronger one, and is at most 60 dB below the strongest. NaN and infinity count as silence.
 */
export function findTones(samples: Float32Array, sampleRate: Hertz, maxCount = 4): FoundTone[] {
  const start = Math.max(0, Math.floor((samples.length - maxLength) / 2))
  const used = samples.subarray(start, start + maxLength)
  if (used.length < minLength) return []
  const { power, padding, largest } = powerSpectrum(used)
  const taperSum = used.length / 2
  // A constant leaves peaks that are the rounding of its own subtraction.
  const faintest = (rounding * largest * taperSum) ** 2
  const noiseAt = noiseFloor(power, padding)
  const accepted: (Peak & { confidence: number })[] = []
  for (const peak of peaksOf(power, padding)) {
    if (accepted.length === maxCount || peak.power <= Math.max(faintest, 1e-6 * (accepted[0]?.power ?? 0))) break
    if (
      accepted.some((stronger) => peak.power < leakage(Math.abs(peak.bin - stronger.bin) / padding) * stronger.power)
    ) {
      continue
    }
    const confidence = confidenceOf(peak.power, noiseAt(peak.bin), power.length)
    if (confidence > minConfidence) accepted.push({ ...peak, confidence })
  }
  return accepted.map(({ bin, power, confidence }) => ({
    frequencyHz: (bin * sampleRate) / (used.length * padding),
    amplitude: (2 * Math.sqrt(power)) / taperSum,
    confidence
  }))
}

const maxLength = 2 ** 17
const minLength = 32
const minConfidence = 0.999
/** Of a 32-bit float. */
const rounding = 2 ** -24

interface Peak {
  /** Place in the padded spectrum, between bins. */
  readonly bin: number
  readonly power: number
}

function powerSpectrum(samples: Float32Array): { power: Float64Array; padding: number; largest: number } {
  let size = 2
  while (size < 2 * samples.length) size *= 2
  const real = new Float64Array(size)
  const imaginary = new Float64Array(size)
  // The taper's own mean is taken off, so that nothing of a constant is left at 0 Hz to leak.
  let weighted = 0
  let weights = 0
  let largest = 0
  const angle = (2 * Math.PI) / samples.length
  for (let n = 0; n < samples.length; n += 1) {
    const taper = 0.5 - 0.5 * Math.cos(angle * n)
    real[n] = Number.isFinite(samples[n]) ? samples[n] : 0
    weighted += taper * real[n]
    weights += taper
    largest = Math.max(largest, Math.abs(real[n]))
  }
  const mean = weighted / weights
  for (let n = 0; n < samples.length; n += 1) real[n] = (real[n] - mean) * (0.5 - 0.5 * Math.cos(angle * n))
  fft(real, imaginary)
  const power = new Float64Array(size / 2 + 1)
  for (let k = 0; k <= size / 2; k += 1) power[k] = real[k] ** 2 + imaginary[k] ** 2
  return { power, padding: size / samples.length, largest }
}

/** Local maxima two bins or more from either end, strongest first. */
function peaksOf(power: Float64Array, padding: number): Peak[] {
  const peaks: Peak[] = []
  const margin = Math.ceil(2 * padding)
  for (let k = margin; k < power.length - margin; k += 1) {
    if (!(power[k] > power[k - 1] && power[k] >= power[k + 1])) continue
    const before = Math.log(power[k - 1])
    const here = Math.log(power[k])
    const after = Math.log(power[k + 1])
    const curve = before - 2 * here + after
    const shift = Number.isFinite(curve) && curve < 0 ? (0.5 * (before - after)) / curve : 0
    peaks.push({ bin: k + shift, power: Math.exp(here - 0.25 * (before - after) * shift) })
  }
  return peaks.sort((a, b) => b.power - a.power)
}

/**
 * What a tone of power 1 can show at a distance in bins: all within the main lobe, and beyond it four times the envelope
 * of the Hann taper's side lobes, (1 / (pi d (d^2 - 1)))^2.
 */
function leakage(distance: number): number {
  if (distance < 2) return Infinity
  return 4 / (Math.PI * distance * (distance ** 2 - 1)) ** 2
}

/**
 * The powers of white noise are distributed exponentially, so with K bins of the mean m the greatest stays below p with
 * the probability (1 - exp(-p / m))^K.
 */
function confidenceOf(power: number, noise: number, binCount: number): number {
  if (noise === 0) return 1
  return Math.exp(binCount * Math.log1p(-Math.exp(-power / noise)))
}

/**
 * Mean power of the noise around a place: median / ln 2, because the median of the 200 bins around hardly sees the few
 * that hold tones. One figure serves 100 neighbouring bins.
 */
function noiseFloor(power: Float64Array, padding: number): (bin: number) => number {
  const step = Math.round(100 * padding)
  const known = new Map<number, number>()
  return (bin) => {
    const centre = Math.round(bin / step) * step
    let noise = known.get(centre)
    if (noise === undefined) {
      const around = power.slice(Math.max(0, centre - step), centre + step + 1).sort()
      noise = around[around.length >> 1] / Math.LN2
      known.set(centre, noise)
    }
    return noise
  }
}
