/**
 * A lock-in amplifier a tone: the mix times cosine and sine of the tone, both products through a low-pass, and back.
 *
 * The classical counterpart of lock-in.ts, which does the same at ticks for a network.
 */
import type { Hertz } from '../units'
import { Carriers } from './carriers'
import { butterworthLowPass } from './design'
import { SectionCascade } from './sections'
import { checkTask, finite, type ToneFilter, type ToneTask } from './tone-filter'

export class LockInAmplifier implements ToneFilter {
  readonly latencySamples = 0
  readonly #carriers: Carriers
  readonly #lowPasses: { inPhase: SectionCascade; quadrature: SectionCascade }[]

  constructor(task: ToneTask, { order, cutoffHz }: { order: number; cutoffHz: Hertz }) {
    checkTask(task)
    const sections = butterworthLowPass(order, cutoffHz, task.sampleRate)
    this.#carriers = new Carriers(task)
    this.#lowPasses = task.frequenciesHz.map(() => ({
      inPhase: new SectionCascade(sections),
      quadrature: new SectionCascade(sections)
    }))
  }

  process(block: ArrayLike<number>): Float64Array[] {
    const count = block.length
    const cosines = this.#lowPasses.map(() => new Float64Array(count))
    const sines = this.#lowPasses.map(() => new Float64Array(count))
    for (let n = 0; n < count; n += 1) {
      for (let tone = 0; tone < cosines.length; tone += 1) {
        cosines[tone][n] = this.#carriers.cosine[tone]
        sines[tone][n] = this.#carriers.sine[tone]
      }
      this.#carriers.advance()
    }
    return this.#lowPasses.map(({ inPhase, quadrature }, tone) => {
      const cosine = cosines[tone]
      const sine = sines[tone]
      const i = inPhase.process(cosine.map((carrier, n) => 2 * carrier * finite(block[n])))
      const q = quadrature.process(sine.map((carrier, n) => 2 * carrier * finite(block[n])))
      return i.map((value, n) => value * cosine[n] + q[n] * sine[n])
    })
  }

  reset(): void {
    this.#carriers.reset()
    for (const { inPhase, quadrature } of this.#lowPasses) {
      inPhase.reset()
      quadrature.reset()
    }
  }
}
