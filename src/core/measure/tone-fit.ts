/**
 * Tones of known frequencies in a piece of a trace, by least squares (IEEE Std 1057, the sine fit). Knows nothing of
 * filters or screens.
 *
 * All tones and a constant are fitted together, so that tones that are not at right angles over the piece, as in few
 * or broken cycles, are still told apart.
 */
import type { Hertz, Radians, Samples } from '../units'
import { NormalEquations } from './normal-equations'

export interface FittedTone {
  readonly amplitude: number
  /** Of a sine: a sin(2 pi f t + phase), with t = 0 at the sample called origin. */
  readonly phaseRadians: Radians
}

export interface ToneFit {
  readonly tones: readonly FittedTone[]
  readonly mean: number
  /** Mean square of what no tone explains. */
  readonly residualPower: number
  readonly count: Samples
}

export interface ToneFitOptions {
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  /** Place of the first sample on the axis whose zero is the origin of phases. */
  readonly startSample?: Samples
}

/** A tone below this share of all that is there was made by the sums themselves: it is none, and its amplitude is 0. */
const rounding = 1e-12
/** The turning factors are made anew after so many samples: their product loses about 1e-16 a step. */
const stepsPerTurn = 256

/**
 * Undefined where the tones cannot be told apart: too few samples, or two frequencies too close for so short a piece.
 * Samples that are not finite are passed over.
 */
export function fitTones(samples: ArrayLike<number>, options: ToneFitOptions): ToneFit | undefined {
  const weights = solveTones(samples, options)
  if (!weights) return undefined
  const mean = weights[weights.length - 1]
  const rest = residualOf(samples, weights, options)
  const largest = Math.max(Math.sqrt(rest.residualPower), ...weights.map(Math.abs))
  const tones = options.frequenciesHz.map((_, tone) => {
    const [sine, cosine] = [weights[2 * tone], weights[2 * tone + 1]]
    const amplitude = Math.hypot(sine, cosine)
    return { amplitude: amplitude < rounding * largest ? 0 : amplitude, phaseRadians: Math.atan2(cosine, sine) }
  })
  return { tones, mean, ...rest }
}

/** The weights of [sine, cosine, ..., 1] alone. */
export function solveTones(samples: ArrayLike<number>, options: ToneFitOptions): Float64Array | undefined {
  const { frequenciesHz, sampleRate, startSample = 0 } = options
  const basis = new ToneBasis(frequenciesHz, sampleRate, startSample)
  const equations = new NormalEquations(2 * frequenciesHz.length + 1)
  let count = 0
  for (let n = 0; n < samples.length; n += 1) {
    const row = basis.next()
    if (!Number.isFinite(samples[n])) continue
    equations.add(row, samples[n])
    count += 1
  }
  return count > equations.size ? equations.solve() : undefined
}

/** In a second pass: power less explained power would lose the digits of a pure tone. */
function residualOf(
  samples: ArrayLike<number>,
  weights: Float64Array,
  { frequenciesHz, sampleRate, startSample = 0 }: ToneFitOptions
): { residualPower: number; count: Samples } {
  const basis = new ToneBasis(frequenciesHz, sampleRate, startSample)
  let [power, count] = [0, 0]
  for (let n = 0; n < samples.length; n += 1) {
    const row = basis.next()
    if (!Number.isFinite(samples[n])) continue
    let rest = samples[n]
    for (let i = 0; i < weights.length; i += 1) rest -= weights[i] * row[i]
    power += rest * rest
    count += 1
  }
  return { residualPower: power / count, count }
}

/** Sine and cosine of each tone and the constant 1, sample after sample. */
export class ToneBasis {
  readonly #row: Float64Array
  readonly #turns: readonly { angle: number; cosine: number; sine: number }[]
  #sample: Samples
  #left = 0

  constructor(frequenciesHz: readonly Hertz[], sampleRate: Hertz, startSample: Samples) {
    this.#row = new Float64Array(2 * frequenciesHz.length + 1).fill(1)
    this.#turns = frequenciesHz.map((frequency) => {
      const angle = (2 * Math.PI * frequency) / sampleRate
      return { angle, cosine: Math.cos(angle), sine: Math.sin(angle) }
    })
    this.#sample = startSample
  }

  /** [sine, cosine, sine, cosine, ..., 1]; the same array each time. */
  next(): Float64Array {
    const row = this.#row
    const anew = this.#left === 0
    for (let tone = 0; tone < this.#turns.length; tone += 1) {
      const { angle, cosine, sine } = this.#turns[tone]
      const [s, c] = [2 * tone, 2 * tone + 1]
      if (anew) {
        row[s] = Math.sin(angle * this.#sample)
        row[c] = Math.cos(angle * this.#sample)
      } else {
        const before = row[s]
        row[s] = before * cosine + row[c] * sine
        row[c] = row[c] * cosine - before * sine
      }
    }
    this.#left = anew ? stepsPerTurn - 1 : this.#left - 1
    this.#sample += 1
    return row
  }
}

/** An angle brought to -pi (left out) to pi. */
export function wrapRadians(angle: Radians): Radians {
  const turns = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))
  return turns <= -Math.PI ? turns + 2 * Math.PI : turns
}
