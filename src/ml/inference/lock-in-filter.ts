/**
 * A network run at base band: each wanted tone brought there by a lock-in bank, the network's answers blended from tick
 * to tick and brought back.
 */
import { LockInBank } from '../../core/filters/lock-in'
import type { Hertz, Samples } from '../../core/units'
import type { BatchRunner } from './batch-runner'
import { finite, turnsOf, type FilterSettings } from './filter-parts'
import type { StreamFilter } from './stream-filter'

export class LockInFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples: Samples
  readonly #bank: LockInBank
  readonly #answers: BaseBandAnswer[]

  constructor(
    readonly runner: BatchRunner,
    readonly settings: FilterSettings
  ) {
    const { frequenciesHz, samplesPerTick } = settings
    this.frequenciesHz = frequenciesHz
    this.hopSamples = Math.ceil(samplesPerTick)
    this.#bank = new LockInBank({ turns: turnsOf(settings), samplesPerTick })
    this.#answers = frequenciesHz.map(() => new BaseBandAnswer(samplesPerTick))
  }

  process(block: Float32Array): Float32Array[] {
    const selectorCount = this.frequenciesHz.length
    const carriers = [...Array(selectorCount)].map(() => new Float32Array(2 * block.length))
    const { ticks, completedBy } = this.#demodulate(block, carriers)
    const tickCount = completedBy.length
    const found = this.runner.run(tickCount, this.settings, (input, start, count) => {
      // ticks stand as [ticks, selectors, 2], the network reads [selectors, ticks, 2].
      for (let selector = 0; selector < selectorCount; selector += 1) {
        for (let step = 0; step < count; step += 1) {
          const from = ((start + step) * selectorCount + selector) * 2
          const to = (selector * count + step) * 2
          input[to] = ticks[from]
          input[to + 1] = ticks[from + 1]
        }
      }
    })
    return this.#answers.map((answer, selector) => {
      const output = new Float32Array(block.length)
      const carrier = carriers[selector]
      let next = 0
      for (let index = 0; index < block.length; index += 1) {
        for (; next < tickCount && completedBy[next] === index; next += 1) {
          const at = (selector * tickCount + next) * 2
          answer.take(found[at], found[at + 1])
        }
        output[index] = answer.step(carrier[2 * index], carrier[2 * index + 1])
      }
      return output
    })
  }

  /** Base-band ticks [ticks, selectors, 2] scaled for the network; `carriers` gets cosine and sine of every sample. */
  #demodulate(block: Float32Array, carriers: Float32Array[]): { ticks: number[]; completedBy: number[] } {
    const bank = this.#bank
    const scale = this.settings.gain * this.settings.manifest.inputScale
    const { cosine, sine } = bank.carriers
    const ticks: number[] = []
    const completedBy: number[] = []
    for (let index = 0; index < block.length; index += 1) {
      for (let selector = 0; selector < carriers.length; selector += 1) {
        carriers[selector][2 * index] = cosine[selector]
        carriers[selector][2 * index + 1] = sine[selector]
      }
      if (!bank.push(finite(block[index]))) continue
      completedBy.push(index)
      for (let selector = 0; selector < carriers.length; selector += 1) {
        ticks.push(bank.inPhase[selector] * scale, bank.quadrature[selector] * scale)
      }
    }
    return { ticks, completedBy }
  }

  reset(): void {
    this.runner.reset()
    this.#bank.reset()
    this.#answers.forEach((answer) => answer.reset())
  }

  dispose(): void {
    this.runner.dispose()
  }
}

/** The pair (I, Q) between two ticks: the first stands at once, each later one is blended in over one tick. */
class BaseBandAnswer {
  #inPhase = 0
  #quadrature = 0
  #stepInPhase = 0
  #stepQuadrature = 0
  #stepsLeft = 0
  #hasAnswer = false
  readonly #blendSteps: number

  constructor(samplesPerTick: number) {
    this.#blendSteps = Math.max(1, Math.floor(samplesPerTick))
  }

  take(inPhase: number, quadrature: number): void {
    const steps = this.#hasAnswer ? this.#blendSteps : 1
    this.#stepInPhase = (inPhase - this.#inPhase) / steps
    this.#stepQuadrature = (quadrature - this.#quadrature) / steps
    this.#stepsLeft = steps
    this.#hasAnswer = true
  }

  step(cosine: number, sine: number): number {
    if (this.#stepsLeft > 0) {
      this.#inPhase += this.#stepInPhase
      this.#quadrature += this.#stepQuadrature
      this.#stepsLeft -= 1
    }
    return this.#inPhase * cosine + this.#quadrature * sine
  }

  reset(): void {
    this.#inPhase = 0
    this.#quadrature = 0
    this.#stepsLeft = 0
    this.#hasAnswer = false
  }
}
