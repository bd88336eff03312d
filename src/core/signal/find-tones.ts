/**
 * Which steady tones a recording holds: peaks of its spectrum that neither noise nor a stronger tone's leakage explains.
 *
 * Knows nothing of models or files. Looks at the beginning of a recording only.
 */
import { parabolaTop } from '../spectrum/peaks'
import { powerToDecibels, type Decibels, type Hertz } from '../units'
import { fft } from './fft'

export interface FoundTone {
  readonly frequencyHz: Hertz
  readonly amplitude: number
  /** 0 at the least power that is reported, 0.5 at twice as much, close to 1 far above the noise. */
  readonly confidence: number
  /** Its power over the mean power of the noise in a bin of the spectrum. */
  readonly overFloorDb: Decibels
}

/** Samples that are looked at. */
export const longestLook = 2 ** 20
const shortestLook = 16
/** A slower tone cannot be told from drift. */
const leastPeriods = 2
/** The chance that white Gaussian noise alone gives a tone. */
const falseAlarm = 1e-4
/** What is weaker than this share of the strongest tone may be rounding or distortion of it. */
const weakestShare = 1e-3
/** The rounding of a 32-bit float is below this share of it. */
const rounding = 2 ** -22
/** So many peaks of the spectrum are looked at: in coloured noise many are none. */
const mostPeaks = 24
/** Half the width of a tone in the spectrum and a little more, in periods of the record. */
const lobe = 3
/** Stretches of the spectrum on both sides of a peak from which the noise there is judged, in periods of the record. */
const nearStretch = 12
const farStretch = 24
/** So many values of the spectrum in those stretches do not depend on each other, as seen in coloured noise. */
const independentValues = 12
/** Power of noise falls by no more than this power of the frequency. */
const steepestFall = 2.5
/** A peak must be so many times the sum of what may leak there: two tones in one peak leak more than it shows. */
const leakageMargin = 6

/**
 * At most `maxCount` tones, the strongest first.
 *
 * The spectrum is that of the Hann-tapered samples, zero-padded to at least twice their number. The power of noise in
 * a bin is distributed exponentially, so its mean is the median / ln 2, and the largest of K bins exceeds
 * ln(K / p) means with probability p. A peak must exceed that over the whole spectrum and over its surroundings, so that
 * the hills of coloured noise are none. Frequency and amplitude are read from the parabola through the logarithms of the
 * three values at a peak (Smith and Serra 1987). Samples that are not finite count as zero.
 */
export function findTones(samples: Float32Array, sampleRate: Hertz, maxCount = 4): FoundTone[] {
  const count = Math.min(samples.length, longestLook)
  if (count < shortestLook) return []
  const { magnitudes, atHalfRate, loudest, binsPerPeriod } = spectrumOf(samples.subarray(0, count))
  const wholeFloor = Math.max(medianOf(magnitudes) ** 2 / Math.LN2, (loudest * rounding) ** 2)
  const threshold = Math.log(count / falseAlarm)
  const spectrum = { magnitudes, atHalfRate, binsPerPeriod }
  const peaks = peaksOf(spectrum, Math.sqrt(threshold * wholeFloor))
  const tones: (Peak & { readonly floor: number })[] = []
  // What hides the noise around one tone may be another: once that one is known, it is looked past.
  for (let before = -1; before < tones.length;) {
    before = tones.length
    for (const peak of peaks.filter((candidate) => !tones.some(({ bin }) => bin === candidate.bin))) {
      const isFree = (bin: number) =>
        [peak, ...tones].every((other) => Math.abs(bin - other.bin) > lobe * binsPerPeriod)
      const floor = floorAround(magnitudes, peak.bin, binsPerPeriod, isFree)
      if (peak.amplitude ** 2 > threshold * doubtOf(threshold) * floor) tones.push({ ...peak, floor })
    }
  }
  const strongest = Math.max(...tones.map(({ amplitude }) => amplitude))
  return tones
    .filter(({ amplitude }) => amplitude >= strongest * weakestShare)
    .sort((a, b) => b.amplitude - a.amplitude)
    .slice(0, maxCount)
    .map(({ bin, amplitude, floor }) => ({
      frequencyHz: (bin * sampleRate) / (binsPerPeriod * count),
      amplitude,
      confidence: 1 - (threshold * Math.max(wholeFloor, doubtOf(threshold) * floor)) / amplitude ** 2,
      overFloorDb: powerToDecibels(amplitude ** 2 / Math.max(wholeFloor, floor))
    }))
}

interface Peak {
  readonly bin: number
  readonly amplitude: number
}

interface Spectrum {
  /** Amplitudes of the tones that would make each bin below half the sample rate. */
  readonly magnitudes: Float64Array
  /** The same of the bin at half the sample rate. */
  readonly atHalfRate: number
  /** Bins that are one period in the record. */
  readonly binsPerPeriod: number
}

/**
 * Peaks that no stronger one explains, the strongest first. Slow ones are drift, and one at half the sample rate has no
 * amplitude of its own: they are left out, yet they leak.
 */
function peaksOf({ magnitudes, atHalfRate, binsPerPeriod }: Spectrum, least: number): Peak[] {
  const leakage = new Float64Array(magnitudes.length)
  const peaks: Peak[] = []
  if (atHalfRate > magnitudes[magnitudes.length - 1])
    addLeakage(leakage, magnitudes.length / binsPerPeriod, atHalfRate, binsPerPeriod)
  while (peaks.length < mostPeaks) {
    const highest = strongestPeak(magnitudes, leakage, least)
    if (highest === undefined) break
    const peak = refine(magnitudes, highest)
    addLeakage(leakage, peak.bin / binsPerPeriod, peak.amplitude, binsPerPeriod)
    if (peak.bin >= leastPeriods * binsPerPeriod) peaks.push(peak)
  }
  return peaks
}

/** A level that is judged by few values is itself uncertain: it must be exceeded by more. */
function doubtOf(threshold: number): number {
  return (independentValues * Math.expm1(threshold / independentValues)) / threshold
}

/** The noise is read from so many samples: enough for a few per cent, and quick. */
const noiseLook = 2 ** 15

/**
 * Standard deviation of the white noise in a recording, from the median power of its spectrum: a few tones do not
 * change it. NaN for a recording that is too short.
 */
export function estimateNoise(samples: Float32Array): number {
  const count = Math.min(samples.length, noiseLook)
  if (count < shortestLook) return NaN
  const { magnitudes } = spectrumOf(samples.subarray(0, count))
  const binPower = medianOf(magnitudes) ** 2 / Math.LN2
  // The squares of the Hann taper sum to 3 / 8 of the count, and magnitudes are scaled by 4 / count.
  return Math.sqrt((binPower * count) / 6)
}

function spectrumOf(samples: Float32Array): Spectrum & { readonly loudest: number } {
  const count = samples.length
  const size = 2 ** Math.ceil(Math.log2(2 * count))
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  const middle = (count - 1) / 2
  let loudest = 0
  let sum = 0
  let moment = 0
  for (let n = 0; n < count; n += 1) {
    const sample = Number.isFinite(samples[n]) ? samples[n] : 0
    re[n] = sample
    sum += sample
    moment += (n - middle) * sample
    loudest = Math.max(loudest, Math.abs(sample))
  }
  // The straight line of least squares is taken off: its own leakage would bury slow tones.
  const mean = sum / count
  const slope = (12 * moment) / (count * (count * count - 1))
  for (let n = 0; n < count; n += 1) {
    const taper = 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / count)
    re[n] = (re[n] - mean - slope * (n - middle)) * taper
  }
  fft(re, im)
  // The taper sums to count / 2, and a tone shares its amplitude with its mirror image.
  const magnitudes = new Float64Array(size / 2)
  const magnitude = (k: number) => (Math.hypot(re[k], im[k]) * 4) / count
  for (let k = 0; k < magnitudes.length; k += 1) magnitudes[k] = magnitude(k)
  return { magnitudes, atHalfRate: magnitude(size / 2), loudest, binsPerPeriod: size / count }
}

/**
 * The mean power of noise at a bin, from what lies around it. Above it two stretches give level and fall, which is
 * continued down to the bin: noise of falling power is highest where no noise is left to judge it by. Below it one
 * stretch gives the level, by its lower quartile because slow tones crowd there. 0 where there is nothing to judge by.
 */
function floorAround(
  magnitudes: Float64Array,
  bin: number,
  binsPerPeriod: number,
  isFree: (bin: number) => boolean
): number {
  const stretch = (start: number, step: 1 | -1, periods: number) => {
    const powers: number[] = []
    const wanted = periods * binsPerPeriod
    let at = start
    for (; powers.length < wanted && at >= binsPerPeriod && at < magnitudes.length; at += step)
      if (isFree(at)) powers.push(magnitudes[at] ** 2)
    return { powers: powers.sort((a, b) => a - b), middle: (start + at) / 2, end: at }
  }
  const isEnough = ({ powers }: { powers: number[] }) => powers.length >= (nearStretch / 2) * binsPerPeriod
  const median = ({ powers }: { powers: number[] }) => powers[powers.length >> 1] / Math.LN2
  const quartile = ({ powers }: { powers: number[] }) => powers[powers.length >> 2] / Math.log(4 / 3)

  let floor = 0
  const near = stretch(Math.ceil(bin), 1, nearStretch)
  if (isEnough(near)) {
    const far = stretch(near.end, 1, farStretch)
    const ratio = isEnough(far) ? Math.log(median(near) / median(far)) / Math.log(far.middle / near.middle) : 0
    const fall = Math.min(steepestFall, Math.max(0, ratio))
    floor = median(near) * (near.middle / bin) ** fall
  }
  const below = stretch(Math.floor(bin), -1, nearStretch)
  if (below.powers.length >= nearStretch * binsPerPeriod || (floor === 0 && isEnough(below)))
    floor = Math.max(floor, quartile(below))
  return floor
}

/** Of at most 65536 values, evenly spread. */
function medianOf(values: Float64Array): number {
  const step = Math.ceil(values.length / 65536)
  const some = Float64Array.from(
    { length: Math.floor(values.length / step) },
    (_, index) => values[index * step]
  ).sort()
  return some[some.length >> 1]
}

function strongestPeak(magnitudes: Float64Array, leakage: Float64Array, least: number): number | undefined {
  let strongest: number | undefined
  let power = least
  for (let k = 1; k < magnitudes.length - 1; k += 1) {
    const value = magnitudes[k]
    if (value <= power || value < magnitudes[k - 1] || value < magnitudes[k + 1]) continue
    if (value <= leakageMargin * leakage[k]) continue
    strongest = k
    power = value
  }
  return strongest
}

/** The top of the parabola through the logarithms of a peak and its neighbours. */
function refine(magnitudes: Float64Array, peak: number): { bin: number; amplitude: number } {
  // A neighbour of zero has no logarithm.
  const [left, top, right] = [-1, 0, 1].map((step) =>
    Math.log(Math.max(magnitudes[peak + step], magnitudes[peak] * 1e-9))
  )
  const { shift, height } = parabolaTop(left, top, right)
  return { bin: peak + shift, amplitude: Math.exp(height) }
}

/**
 * The most that a tone of so many periods in the record, and its mirror image, put into every bin. d periods away the
 * Hann taper lets through at most 1 / (pi d (d^2 - 1)); closer than two is the main lobe.
 */
function addLeakage(leakage: Float64Array, periods: number, amplitude: number, binsPerPeriod: number): void {
  const share = (distance: number) => (distance < 2 ? 1 : 1 / (Math.PI * distance * (distance * distance - 1)))
  for (let k = 0; k < leakage.length; k += 1) {
    const place = k / binsPerPeriod
    leakage[k] += amplitude * (share(Math.abs(place - periods)) + share(place + periods))
  }
}
