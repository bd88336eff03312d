/**
 * Another sample rate by a ratio of whole numbers: polyphase, with an anti-alias filter, block by block.
 *
 * Equal to scipy.signal.resample_poly with its usual filter: a sinc of 20 * max(up, down) + 1 taps under a Kaiser taper of
 * beta 5, its delay taken out, zeros before the start and after the end. Knows nothing of files.
 */
import type { Hertz, Samples } from '../units'

export interface RateRatio {
  readonly up: number
  readonly down: number
}

/** A ratio of larger numbers needs a filter of millions of taps. */
const largestTerm = 100_000
/** Taps on each side of the middle, in periods of the lower of the two rates. */
const halfPeriods = 10
const kaiserBeta = 5

/** The smallest whole numbers of the ratio `to / from`. Throws RangeError where they are not small enough. */
export function ratioOf({ from, to }: { from: Hertz; to: Hertz }): RateRatio {
  if (!(from > 0 && to > 0 && Number.isFinite(from) && Number.isFinite(to)))
    throw new RangeError(`Expected rates above 0 Hz. Received: ${from} and ${to} Hz.`)
  // Rates of a millionth of a Hertz are told apart.
  const scale =
    [1, 10, 100, 1000, 1e4, 1e5, 1e6].find((factor) => isWhole(from * factor) && isWhole(to * factor)) ?? 1e6
  const [a, b] = [Math.round(to * scale), Math.round(from * scale)]
  const divisor = greatestCommonDivisor(a, b)
  const ratio = { up: a / divisor, down: b / divisor }
  if (Math.max(ratio.up, ratio.down) <= largestTerm) return ratio
  throw new RangeError(
    `${from} to ${to} Hz is the ratio ${ratio.up} to ${ratio.down}; expected whole numbers up to ${largestTerm}. Choose a rate that shares a factor.`
  )
}

export function resampledCount(count: Samples, { up, down }: RateRatio): Samples {
  return Math.ceil((count * up) / down)
}

/** The filter of one ratio, over a signal that can be read at any place. Silence stands before its start and after its end. */
export class Polyphase {
  readonly #taps: Float64Array
  /** Half of the taps, at the rate that both rates divide. */
  readonly #half: number

  constructor(readonly ratio: RateRatio) {
    this.#half = halfPeriods * Math.max(ratio.up, ratio.down)
    this.#taps = lowPassTaps(ratio)
  }

  /** How many outputs the first `received` samples decide, whatever follows them. */
  completeAfter(received: Samples): Samples {
    const { up, down } = this.ratio
    return Math.max(0, Math.floor(((received - 1) * up - this.#half) / down) + 1)
  }

  /** The first sample that output `m` needs. */
  firstNeeded(m: Samples): Samples {
    const { up, down } = this.ratio
    return Math.max(0, Math.ceil((m * down - this.#half) / up))
  }

  /** One more than the last sample that output `m` needs. */
  neededEnd(m: Samples): Samples {
    const { up, down } = this.ratio
    return Math.floor((m * down + this.#half) / up) + 1
  }

  /** Outputs `from` up to `until`, of `input`, whose first sample has the number `inputStart`. */
  outputs(input: Float64Array, inputStart: Samples, { from, until }: { from: Samples; until: Samples }): Float64Array {
    const { up, down } = this.ratio
    const half = this.#half
    const output = new Float64Array(until - from)
    for (let index = 0; index < output.length; index += 1) {
      const place = (from + index) * down
      const last = Math.min(inputStart + input.length - 1, Math.floor((place + half) / up))
      let sum = 0
      for (let k = Math.max(inputStart, Math.ceil((place - half) / up)); k <= last; k += 1) {
        sum += input[k - inputStart] * this.#taps[place - k * up + half]
      }
      output[index] = sum
    }
    return output
  }
}

/** Any length of blocks in; out comes what is complete, and with `end` the rest. */
export class Resampler {
  readonly #filter: Polyphase
  /** The newest samples that an output to come needs; the first one has this number. */
  #kept: Float64Array = new Float64Array(0)
  #keptFrom = 0
  #received = 0
  #made = 0

  constructor(ratio: RateRatio) {
    this.#filter = new Polyphase(ratio)
  }

  push(block: ArrayLike<number>): Float64Array {
    const joined = new Float64Array(this.#kept.length + block.length)
    joined.set(this.#kept)
    joined.set(finite(block), this.#kept.length)
    this.#kept = joined
    this.#received += block.length
    return this.#make(Math.max(this.#made, this.#filter.completeAfter(this.#received)))
  }

  /** What is left; silence follows the last sample. */
  end(): Float64Array {
    return this.#make(resampledCount(this.#received, this.#filter.ratio))
  }

  #make(until: Samples): Float64Array {
    const output = this.#filter.outputs(this.#kept, this.#keptFrom, { from: this.#made, until })
    const needed = Math.max(this.#keptFrom, Math.min(this.#received, this.#filter.firstNeeded(until)))
    this.#kept = this.#kept.slice(needed - this.#keptFrom)
    this.#keptFrom = needed
    this.#made = until
    return output
  }
}

/** A stretch of a resampled signal that can be read at any place: outputs `from` up to `until`. */
export function resampleStretch(
  filter: Polyphase,
  input: { readonly sampleCount: Samples; read(start: Samples, count: Samples): ArrayLike<number> },
  { from, until }: { from: Samples; until: Samples }
): Float64Array {
  if (until <= from) return new Float64Array(0)
  const start = Math.min(input.sampleCount, filter.firstNeeded(from))
  const end = Math.max(start, Math.min(input.sampleCount, filter.neededEnd(until - 1)))
  return filter.outputs(finite(input.read(start, end - start)), start, { from, until })
}

/** A sample that is not a number is silence: it would be in everything near it. */
function finite(samples: ArrayLike<number>): Float64Array {
  return Float64Array.from(samples, (sample) => (Number.isFinite(sample) ? sample : 0))
}

/** A whole channel at once. */
export function resample(samples: ArrayLike<number>, ratio: RateRatio): Float64Array {
  const resampler = new Resampler(ratio)
  const first = resampler.push(samples)
  const rest = resampler.end()
  const output = new Float64Array(first.length + rest.length)
  output.set(first)
  output.set(rest, first.length)
  return output
}

/** Cut off at half the lower rate; the sum is `up`, because of the zeros between the samples. */
function lowPassTaps({ up, down }: RateRatio): Float64Array {
  const highest = Math.max(up, down)
  const half = halfPeriods * highest
  const taps = new Float64Array(2 * half + 1)
  let sum = 0
  for (let n = 0; n < taps.length; n += 1) {
    const place = n - half
    const angle = (Math.PI * place) / highest
    const sinc = place === 0 ? 1 : Math.sin(angle) / angle
    const taper = bessel(kaiserBeta * Math.sqrt(1 - (place / half) ** 2)) / bessel(kaiserBeta)
    taps[n] = sinc * taper
    sum += taps[n]
  }
  return taps.map((tap) => (tap * up) / sum)
}

/** The modified Bessel function of order 0: a series that converges for every argument, fast for small ones. */
function bessel(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-17 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-9 * Math.max(1, value)
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}
