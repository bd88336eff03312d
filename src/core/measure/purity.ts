/**
 * How pure a tone stands in a piece of a trace: SNR, SINAD, THD and SFDR. Knows nothing of filters or screens.
 *
 * The fundamental and its harmonics are fitted by least squares (IEEE Std 1057 and 1241), so that the figures need no
 * whole number of cycles and no leakage is counted as noise. Everything else, other tones of a mix included, is noise.
 */
import { SegmentPower } from '../spectrum/segment-power'
import { parabolaTop } from '../spectrum/peaks'
import { powerToDecibels, type Decibels, type Hertz } from '../units'
import { NormalEquations } from './normal-equations'
import { fitTones, solveTones, ToneBasis, type ToneFit } from './tone-fit'

export interface Purity {
  /** Refined from the frequency that was given. */
  readonly frequencyHz: Hertz
  /** Fundamental against what neither it nor a harmonic explains. */
  readonly snrDb: Decibels
  /** Fundamental against everything but the mean. */
  readonly sinadDb: Decibels
  /** The harmonics together against the fundamental; -Infinity without any. */
  readonly thdDb: Decibels
  /** Fundamental against the strongest other line of the spectrum. */
  readonly sfdrDb: Decibels
}

/** The fundamental and four more. */
const harmonicCount = 5
/** The newest so many samples are looked at: more would cost time and tell no more. */
export const purityLength = 2 ** 15
/** Fewer cycles than this cannot be told from drift. */
const leastCycles = 2
const mostRefinements = 12

/** Undefined where the tone cannot be measured: fewer than two cycles, beside half the sample rate, or nothing there. */
export function purityOf(samples: Float32Array, sampleRate: Hertz, nearHz: Hertz): Purity | undefined {
  const part = finitePart(samples.subarray(Math.max(0, samples.length - purityLength)))
  const seconds = part.length / sampleRate
  if (!(nearHz * seconds >= leastCycles) || nearHz >= sampleRate / 2) return undefined
  const frequencyHz = refineFrequency(part, sampleRate, nearHz)
  const multiples = Array.from({ length: harmonicCount }, (_, index) => (index + 1) * frequencyHz)
  // A harmonic beside half the sample rate stands still in the samples.
  const frequenciesHz = multiples.filter((frequency) => frequency < sampleRate / 2 - 0.5 / seconds)
  if (frequenciesHz.length === 0) return undefined
  const fit = fitTones(part, { frequenciesHz, sampleRate })
  const alone = fitTones(part, { frequenciesHz: [frequencyHz], sampleRate })
  if (!fit || !alone || fit.tones[0].amplitude === 0) return undefined
  const power = fit.tones[0].amplitude ** 2 / 2
  const harmonics = fit.tones.slice(1).reduce((sum, { amplitude }) => sum + amplitude ** 2 / 2, 0)
  return {
    frequencyHz,
    snrDb: powerToDecibels(power / fit.residualPower),
    sinadDb: powerToDecibels(power / alone.residualPower),
    thdDb: powerToDecibels(harmonics / power),
    sfdrDb: powerToDecibels(power / strongestSpur(part, alone, sampleRate, frequencyHz))
  }
}

/** The numbers after the last sample that is none: the fit would pass over a gap, the spectrum cannot. */
function finitePart(samples: Float32Array): Float32Array {
  for (let n = samples.length - 1; n >= 0; n -= 1) if (!Number.isFinite(samples[n])) return samples.subarray(n + 1)
  return samples
}

/**
 * The frequency at which a sine explains most (the four-parameter fit of IEEE Std 1057), by Gauss and Newton: frequency
 * joins the unknowns by its derivative, t (s cos wt - c sin wt). Time counts from the middle of the piece, where
 * frequency and phase do not pull at each other. It stays within half a bin of where it began: another tone is another
 * tone.
 */
function refineFrequency(samples: Float32Array, sampleRate: Hertz, nearHz: Hertz): Hertz {
  const reach = sampleRate / samples.length / 2
  const startSample = -(samples.length - 1) / 2
  const first = solveTones(samples, { frequenciesHz: [nearHz], sampleRate, startSample })
  if (!first) return nearHz
  let [frequencyHz, weights] = [nearHz, first]
  for (let step = 0; step < mostRefinements; step += 1) {
    const next = solveWithSlope(samples, { frequencyHz, sampleRate, weights })
    if (!next) return nearHz
    // The last weight is the change of the angle from one sample to the next.
    const correction = (next[3] * sampleRate) / (2 * Math.PI)
    if (!(Math.abs(frequencyHz + correction - nearHz) <= reach)) return nearHz
    frequencyHz += correction
    weights = next
    if (Math.abs(correction) < 1e-9 * reach) break
  }
  return frequencyHz
}

/** Weights of sine, cosine, 1 and the derivative by the angle's step, whose own weights are those of the step before. */
function solveWithSlope(
  samples: Float32Array,
  { frequencyHz, sampleRate, weights }: { frequencyHz: Hertz; sampleRate: Hertz; weights: Float64Array }
): Float64Array | undefined {
  const middle = (samples.length - 1) / 2
  const basis = new ToneBasis([frequencyHz], sampleRate, -middle)
  const equations = new NormalEquations(4)
  const row = new Float64Array(4)
  for (let n = 0; n < samples.length; n += 1) {
    const tone = basis.next()
    row[0] = tone[0]
    row[1] = tone[1]
    row[2] = 1
    row[3] = (n - middle) * (weights[0] * tone[1] - weights[1] * tone[0])
    equations.add(row, samples[n])
  }
  return equations.solve()
}

/** Mean square of the strongest line that is left without the fundamental and the mean, under a Blackman-Harris taper. */
function strongestSpur(samples: Float32Array, fit: ToneFit, sampleRate: Hertz, frequencyHz: Hertz): number {
  const { amplitude, phaseRadians } = fit.tones[0]
  const basis = new ToneBasis([frequencyHz], sampleRate, 0)
  const [sineWeight, cosineWeight] = [amplitude * Math.cos(phaseRadians), amplitude * Math.sin(phaseRadians)]
  const rest = new Float64Array(samples.length)
  for (let n = 0; n < rest.length; n += 1) {
    const tone = basis.next()
    rest[n] = samples[n] - fit.mean - sineWeight * tone[0] - cosineWeight * tone[1]
  }
  const fftSize = 2 ** Math.ceil(Math.log2(2 * rest.length))
  const segment = new SegmentPower({ sampleRate, fftSize, taper: 'blackman-harris', segmentLength: rest.length })
  const power = new Float64Array(segment.binCount)
  segment.addTo(power, rest, 0)
  let peak = 1
  for (let k = 2; k < power.length - 1; k += 1) if (power[k] > power[peak]) peak = k
  if (power[peak] === 0) return 0
  const [left, middle, right] = [-1, 0, 1].map((step) => Math.log(Math.max(power[peak + step], power[peak] * 1e-12)))
  return Math.exp(parabolaTop(left, middle, right).height)
}
