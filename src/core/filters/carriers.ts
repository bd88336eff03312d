/** Cosine and sine of each tone from sample to sample, by turning: eight products where four calls of sin would cost ten times as much. */
import type { ToneTask } from './tone-filter'

/** The product of turns drifts by rounding, about 1e-16 a sample: it is brought back to length one this often. */
const samplesBetweenCorrections = 256

export class Carriers {
  readonly cosine: Float64Array
  readonly sine: Float64Array
  readonly #turnCosine: Float64Array
  readonly #turnSine: Float64Array
  #count = 0

  /** Angle 0 at the first sample. */
  constructor({ frequenciesHz, sampleRate }: ToneTask) {
    const turns = frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / sampleRate)
    this.#turnCosine = Float64Array.from(turns, Math.cos)
    this.#turnSine = Float64Array.from(turns, Math.sin)
    this.cosine = new Float64Array(turns.length).fill(1)
    this.sine = new Float64Array(turns.length)
  }

  /** On to the next sample. */
  advance(): void {
    const { cosine, sine } = this
    this.#count += 1
    const isDue = this.#count % samplesBetweenCorrections === 0
    for (let tone = 0; tone < cosine.length; tone += 1) {
      const c = cosine[tone] * this.#turnCosine[tone] - sine[tone] * this.#turnSine[tone]
      const s = sine[tone] * this.#turnCosine[tone] + cosine[tone] * this.#turnSine[tone]
      const scale = isDue ? 1 / Math.hypot(c, s) : 1
      cosine[tone] = c * scale
      sine[tone] = s * scale
    }
  }

  reset(): void {
    this.cosine.fill(1)
    this.sine.fill(0)
    this.#count = 0
  }
}
