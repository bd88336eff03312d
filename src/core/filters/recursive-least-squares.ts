/**
 * Recursive least squares: amplitudes of the sines and cosines of all selectors, fitted to the mix with the past fading.
 *
 * With a forgetting factor of 1 it is the least-squares fit of everything so far. Knows nothing of noise levels.
 */
import { Carriers } from './carriers'
import { checkTask, finite, type ToneFilter, type ToneTask } from './tone-filter'

export interface RlsSettings {
  /** What a squared error counts one sample later, above 0 and at most 1. */
  readonly forgetting: number
  /** The inverse of the weight of the start value, zero: variance of an amplitude over variance of the noise. */
  readonly initial: number
}

export class RecursiveLeastSquares implements ToneFilter {
  readonly latencySamples = 0
  readonly #settings: RlsSettings
  readonly #toneCount: number
  readonly #carriers: Carriers
  /** Sine and cosine amplitude of each tone. */
  readonly #weights: Float64Array
  readonly #regressors: Float64Array
  /** [weights, weights], symmetric. */
  readonly #inverse: Float64Array
  readonly #gain: Float64Array

  constructor(task: ToneTask, settings: RlsSettings) {
    checkTask(task)
    const { forgetting, initial } = settings
    if (!(forgetting > 0 && forgetting <= 1 && initial > 0)) {
      throw new RangeError(
        `Expected a forgetting factor above 0 and up to 1, and a start variance above 0. Received: ${forgetting} and ${initial}.`
      )
    }
    this.#settings = settings
    this.#toneCount = task.frequenciesHz.length
    this.#carriers = new Carriers(task)
    const size = 2 * this.#toneCount
    this.#weights = new Float64Array(size)
    this.#regressors = new Float64Array(size)
    this.#gain = new Float64Array(size)
    this.#inverse = new Float64Array(size * size)
    this.reset()
  }

  process(block: ArrayLike<number>): Float64Array[] {
    const { sine, cosine } = this.#carriers
    const outputs = Array.from({ length: this.#toneCount }, () => new Float64Array(block.length))
    for (let n = 0; n < block.length; n += 1) {
      this.#learn(finite(block[n]))
      for (let tone = 0; tone < this.#toneCount; tone += 1) {
        outputs[tone][n] = this.#weights[2 * tone] * sine[tone] + this.#weights[2 * tone + 1] * cosine[tone]
      }
      this.#carriers.advance()
    }
    return outputs
  }

  reset(): void {
    const size = this.#weights.length
    this.#carriers.reset()
    this.#weights.fill(0)
    this.#inverse.fill(0)
    for (let i = 0; i < size; i += 1) this.#inverse[i * size + i] = this.#settings.initial
  }

  #learn(sample: number): void {
    const size = this.#weights.length
    const p = this.#inverse
    const w = this.#weights
    const h = this.#regressors
    const gain = this.#gain
    const { forgetting } = this.#settings
    const { sine, cosine } = this.#carriers
    let expected = 0
    for (let tone = 0; tone < this.#toneCount; tone += 1) {
      h[2 * tone] = sine[tone]
      h[2 * tone + 1] = cosine[tone]
      expected += w[2 * tone] * sine[tone] + w[2 * tone + 1] * cosine[tone]
    }
    let denominator = forgetting
    for (let i = 0; i < size; i += 1) {
      let sum = 0
      for (let k = 0; k < size; k += 1) sum += p[i * size + k] * h[k]
      gain[i] = sum
      denominator += sum * h[i]
    }
    const error = (sample - expected) / denominator
    for (let i = 0; i < size; i += 1) w[i] += gain[i] * error
    for (let i = 0; i < size; i += 1) {
      for (let k = i; k < size; k += 1) {
        const value = (p[i * size + k] - (gain[i] * gain[k]) / denominator) / forgetting
        p[i * size + k] = value
        p[k * size + i] = value
      }
    }
  }
}
