/**
 * A Kalman filter whose state is one oscillator a tone: with exact frequencies and variances the best causal filter
 * of steady tones in white noise.
 *
 * A tone's state is its value and its quadrature, [a sin(theta), a cos(theta)], turned from sample to sample; the mix
 * is the sum of the values and noise. Variances are in the square of the signal's unit; only their ratios matter.
 */
import { checkTask, finite, type ToneFilter, type ToneTask } from './tone-filter'

export interface KalmanVariances {
  /** Of the white noise on each sample of the mix. */
  readonly measurement: number
  /** Of what is added to each component of a tone from one sample to the next; 0 for tones that never change. */
  readonly process: number
  /** Of each component of a tone before the first sample. */
  readonly initial: number
}

export class OscillatorKalman implements ToneFilter {
  readonly latencySamples = 0
  readonly #variances: KalmanVariances
  readonly #toneCount: number
  readonly #turnCosine: Float64Array
  readonly #turnSine: Float64Array
  readonly #state: Float64Array
  /** [states, states], symmetric. */
  readonly #covariance: Float64Array
  readonly #gain: Float64Array
  #isFirst = true

  constructor(task: ToneTask, variances: KalmanVariances) {
    checkTask(task)
    const { measurement, process, initial } = variances
    if (!(measurement > 0 && process >= 0 && initial > 0)) {
      throw new RangeError(
        `Expected variances above 0, for the process 0 or above. Received: measurement ${measurement}, process ${process}, initial ${initial}.`
      )
    }
    const turns = task.frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / task.sampleRate)
    this.#variances = variances
    this.#toneCount = turns.length
    this.#turnCosine = Float64Array.from(turns, Math.cos)
    this.#turnSine = Float64Array.from(turns, Math.sin)
    const size = 2 * turns.length
    this.#state = new Float64Array(size)
    this.#gain = new Float64Array(size)
    this.#covariance = new Float64Array(size * size)
    this.reset()
  }

  process(block: ArrayLike<number>): Float64Array[] {
    const outputs = Array.from({ length: this.#toneCount }, () => new Float64Array(block.length))
    for (let n = 0; n < block.length; n += 1) {
      if (!this.#isFirst) this.#predict()
      this.#isFirst = false
      this.#correct(finite(block[n]))
      for (let tone = 0; tone < this.#toneCount; tone += 1) outputs[tone][n] = this.#state[2 * tone]
    }
    return outputs
  }

  reset(): void {
    const size = this.#state.length
    this.#state.fill(0)
    this.#covariance.fill(0)
    for (let i = 0; i < size; i += 1) this.#covariance[i * size + i] = this.#variances.initial
    this.#isFirst = true
  }

  /** Every oscillator one sample on: x = A x, P = A P A' + Q. */
  #predict(): void {
    const size = this.#state.length
    const p = this.#covariance
    const x = this.#state
    for (let i = 0; i < size; i += 2) {
      const cosine = this.#turnCosine[i / 2]
      const sine = this.#turnSine[i / 2]
      const value = x[i]
      x[i] = cosine * value + sine * x[i + 1]
      x[i + 1] = cosine * x[i + 1] - sine * value
      for (let k = 0; k < size; k += 1) {
        const upper = p[i * size + k]
        const lower = p[(i + 1) * size + k]
        p[i * size + k] = cosine * upper + sine * lower
        p[(i + 1) * size + k] = cosine * lower - sine * upper
      }
    }
    for (let i = 0; i < size; i += 2) {
      const cosine = this.#turnCosine[i / 2]
      const sine = this.#turnSine[i / 2]
      for (let k = 0; k < size * size; k += size) {
        const left = p[k + i]
        const right = p[k + i + 1]
        p[k + i] = cosine * left + sine * right
        p[k + i + 1] = cosine * right - sine * left
      }
    }
    for (let i = 0; i < size; i += 1) p[i * size + i] += this.#variances.process
  }

  /** The mix measures the sum of all values. */
  #correct(sample: number): void {
    const size = this.#state.length
    const p = this.#covariance
    const x = this.#state
    const gain = this.#gain
    let variance = this.#variances.measurement
    let expected = 0
    for (let i = 0; i < size; i += 1) {
      let sum = 0
      for (let k = 0; k < size; k += 2) sum += p[i * size + k]
      gain[i] = sum
      if (i % 2 !== 0) continue
      variance += sum
      expected += x[i]
    }
    const innovation = (sample - expected) / variance
    for (let i = 0; i < size; i += 1) x[i] += gain[i] * innovation
    // Written on both sides of the diagonal at once, so that rounding never makes it unsymmetric.
    for (let i = 0; i < size; i += 1) {
      for (let k = i; k < size; k += 1) {
        const value = (p[i * size + k] + p[k * size + i]) / 2 - (gain[i] * gain[k]) / variance
        p[i * size + k] = value
        p[k * size + i] = value
      }
    }
  }
}
