/**
 * A Kalman filter that follows the pairs of several tones and how fast they turn away from their nominal frequencies.
 *
 * The state is I, Q and the turn of each tone, and one constant. It is extended: the turn of a pair is not linear, and is
 * linearised at what is believed. It takes a tick at a time, as the products and sums of joint-fit.ts, in which the
 * samples of the tick are known by as many numbers as there are parts to a fit. Knows nothing of networks.
 */
import type { StatePort } from '../state-port'

export interface ToneTrackerOptions {
  readonly toneCount: number
  /** The frequencies' likely distance from the nominal ones, root mean square, in radians a sample. */
  readonly turnDeviations: readonly number[]
  /** How far a tone's turn walks in a sample, root mean square, in radians a sample. */
  readonly turnWalks: readonly number[]
  /** How far a pair walks in a sample, as a share of the prior deviation, root mean square. */
  readonly pairWalk: number
}

/** More than is unsure at the start. */
const mostUnsure = 1.5
/** Twice the power that a mix of one tone would have, and some more for a level that is not yet known. */
const mostTonePower = 16

export class ToneTracker {
  readonly inPhase: Float64Array
  readonly quadrature: Float64Array
  /** In radians a sample. */
  readonly turn: Float64Array
  /** What is left of the prior variance of a tone's pair, and of its turn. */
  readonly unsure: Float64Array
  readonly unsureTurn: Float64Array
  readonly #options: ToneTrackerOptions
  readonly #size: number
  readonly #state: Float64Array // I, Q, turn of each tone; the constant
  readonly #covariance: Float64Array // [size, size]
  readonly #factor: Float64Array // [parts, parts]
  /** Of the factor's diagonal: division is the slow part of so small a system. */
  readonly #reciprocals: Float64Array // [parts]
  readonly #whitened: Float64Array // [parts]
  readonly #gain: Float64Array // [size]
  /** Where each part of the fit stands in the state. */
  readonly #places: Int32Array // [parts]
  #started = false

  constructor(options: ToneTrackerOptions) {
    const { toneCount } = options
    const parts = 2 * toneCount + 1
    this.#options = options
    this.#size = 3 * toneCount + 1
    this.inPhase = new Float64Array(toneCount)
    this.quadrature = new Float64Array(toneCount)
    this.turn = new Float64Array(toneCount)
    this.unsure = new Float64Array(toneCount).fill(1)
    this.unsureTurn = new Float64Array(toneCount).fill(1)
    this.#state = new Float64Array(this.#size)
    this.#covariance = new Float64Array(this.#size * this.#size)
    this.#factor = new Float64Array(parts * parts)
    this.#reciprocals = new Float64Array(parts)
    this.#whitened = new Float64Array(parts)
    this.#gain = new Float64Array(this.#size)
    this.#places = Int32Array.from({ length: parts }, (_, part) => 3 * (part >> 1) + (part & 1))
  }

  /**
   * One tick: `products` [parts, parts], its lower half, and `sums` [parts] of its samples; the variance of the noise on
   * a sample, and that of one part of a tone before anything is known.
   */
  take(
    products: Float64Array,
    sums: Float64Array,
    given: { sampleCount: number; noise: number; tonePower: number }
  ): void {
    if (this.#started) this.#predict(given.sampleCount, given.tonePower)
    else this.#start(given.tonePower)
    this.#whiten(products, sums, given.sampleCount)
    const parts = sums.length
    for (let part = 0; part < parts; part += 1) this.#update(part, given.noise)
    this.#publish(given.tonePower)
    if (!this.#isSound(given.tonePower)) this.reset()
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    this.#started = port.boolean(this.#started)
    const { inPhase, quadrature, turn, unsure, unsureTurn } = this
    for (const part of [this.#state, this.#covariance, inPhase, quadrature, turn, unsure, unsureTurn]) port.array(part)
  }

  reset(): void {
    this.#started = false
    for (const part of [this.#state, this.#covariance, this.inPhase, this.quadrature, this.turn]) part.fill(0)
    this.unsure.fill(1)
    this.unsureTurn.fill(1)
  }

  /** A linearisation far from the truth can leave an extended filter lost and sure of it: then it begins anew. */
  #isSound(tonePower: number): boolean {
    const mostPower = mostTonePower * this.#options.toneCount * tonePower
    for (let tone = 0; tone < this.unsure.length; tone += 1) {
      const power = this.inPhase[tone] ** 2 + this.quadrature[tone] ** 2
      if (!(this.unsure[tone] < mostUnsure && power < mostPower)) return false
    }
    return true
  }

  #start(tonePower: number): void {
    const size = this.#size
    const { toneCount, turnDeviations } = this.#options
    for (let tone = 0; tone < toneCount; tone += 1) {
      const at = 3 * tone
      this.#covariance[at * size + at] = tonePower
      this.#covariance[(at + 1) * size + at + 1] = tonePower
      this.#covariance[(at + 2) * size + at + 2] = turnDeviations[tone] ** 2
    }
    this.#covariance[size * size - 1] = tonePower / 20
    this.#started = true
  }

  /** Turn every pair on by its own turn, and let everything walk. */
  #predict(sampleCount: number, tonePower: number): void {
    const size = this.#size
    const state = this.#state
    const covariance = this.#covariance
    const { toneCount, turnWalks, turnDeviations, pairWalk } = this.#options
    for (let tone = 0; tone < toneCount; tone += 1) {
      const at = 3 * tone
      const limit = 2.5 * turnDeviations[tone]
      state[at + 2] = Math.min(limit, Math.max(-limit, state[at + 2]))
      const angle = state[at + 2] * sampleCount
      const cosine = Math.cos(angle)
      const sine = Math.sin(angle)
      const inPhase = state[at] * cosine + state[at + 1] * sine
      const quadrature = state[at + 1] * cosine - state[at] * sine
      state[at] = inPhase
      state[at + 1] = quadrature
      // Rows, then columns, by the linearised turn.
      for (let other = 0; other < size; other += 1) {
        const i = covariance[at * size + other]
        const q = covariance[(at + 1) * size + other]
        const t = covariance[(at + 2) * size + other] * sampleCount
        covariance[at * size + other] = i * cosine + q * sine + t * quadrature
        covariance[(at + 1) * size + other] = q * cosine - i * sine - t * inPhase
      }
      for (let other = 0; other < size; other += 1) {
        const i = covariance[other * size + at]
        const q = covariance[other * size + at + 1]
        const t = covariance[other * size + at + 2] * sampleCount
        covariance[other * size + at] = i * cosine + q * sine + t * quadrature
        covariance[other * size + at + 1] = q * cosine - i * sine - t * inPhase
      }
      const walk = pairWalk * pairWalk * tonePower * sampleCount
      covariance[at * size + at] += walk
      covariance[(at + 1) * size + at + 1] += walk
      covariance[(at + 2) * size + at + 2] += turnWalks[tone] ** 2 * sampleCount
    }
  }

  /** products = factor factor', whitened = factor^-1 sums: as many independent measurements as parts. */
  #whiten(products: Float64Array, sums: Float64Array, sampleCount: number): void {
    const parts = sums.length
    const factor = this.#factor
    // A tick much shorter than a tone's period hardly tells its parts apart.
    const least = 1e-9 * sampleCount
    const reciprocals = this.#reciprocals
    const whitened = this.#whitened
    for (let row = 0; row < parts; row += 1) {
      const start = row * parts
      for (let column = 0; column < row; column += 1) {
        const other = column * parts
        let value = products[start + column]
        for (let k = 0; k < column; k += 1) value -= factor[start + k] * factor[other + k]
        factor[start + column] = value * reciprocals[column]
      }
      let square = products[start + row]
      let mean = sums[row]
      for (let k = 0; k < row; k += 1) {
        square -= factor[start + k] * factor[start + k]
        mean -= factor[start + k] * whitened[k]
      }
      factor[start + row] = Math.sqrt(Math.max(square, least))
      reciprocals[row] = 1 / factor[start + row]
      whitened[row] = mean * reciprocals[row]
    }
  }

  /** One measurement of a weighted sum of the parts. */
  #update(part: number, noise: number): void {
    const size = this.#size
    const state = this.#state
    const covariance = this.#covariance
    const gain = this.#gain
    const factor = this.#factor
    const places = this.#places
    const parts = places.length
    gain.fill(0)
    let error = this.#whitened[part]
    let variance = noise
    for (let row = part; row < parts; row += 1) {
      const weight = factor[row * parts + part]
      const place = places[row]
      const start = place * size
      error -= weight * state[place]
      for (let other = 0; other < size; other += 1) gain[other] += covariance[start + other] * weight
    }
    for (let row = part; row < parts; row += 1) variance += gain[places[row]] * factor[row * parts + part]
    const precision = 1 / variance
    const share = error * precision
    for (let row = 0; row < size; row += 1) {
      state[row] += gain[row] * share
      const scaled = gain[row] * precision
      const start = row * size
      for (let column = 0; column <= row; column += 1) {
        const value = covariance[start + column] - scaled * gain[column]
        covariance[start + column] = value
        covariance[column * size + row] = value
      }
    }
  }

  #publish(tonePower: number): void {
    const size = this.#size
    const { toneCount, turnDeviations } = this.#options
    for (let tone = 0; tone < toneCount; tone += 1) {
      const at = 3 * tone
      const variance = this.#covariance[at * size + at] + this.#covariance[(at + 1) * size + at + 1]
      this.inPhase[tone] = this.#state[at]
      this.quadrature[tone] = this.#state[at + 1]
      this.turn[tone] = this.#state[at + 2]
      this.unsure[tone] = Math.max(0, variance / 2 / tonePower)
      this.unsureTurn[tone] = Math.max(0, this.#covariance[(at + 2) * size + at + 2] / turnDeviations[tone] ** 2)
    }
  }
}
