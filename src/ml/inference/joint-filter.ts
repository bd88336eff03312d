/**
 * A network run behind the joint fit: all wanted tones fitted at once, the network's corrections blended in from tick to
 * tick, and the pairs brought back to tones by the carriers they were fitted with.
 */
import { answerToPair, JointFrontEnd, jointFeatureCount } from '../../core/filters/joint-front-end'
import type { Hertz, Samples } from '../../core/units'
import type { BatchRunner } from './batch-runner'
import { turnsOf, type FilterSettings } from './filter-parts'
import type { StreamFilter } from './stream-filter'

export class JointFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples: Samples
  readonly #frontEnd: JointFrontEnd
  readonly #players: PairPlayer[]

  constructor(
    readonly runner: BatchRunner,
    readonly settings: FilterSettings & { readonly ticksPerSpacing: number }
  ) {
    const { frequenciesHz, samplesPerTick, ticksPerSpacing } = settings
    this.frequenciesHz = frequenciesHz
    this.hopSamples = Math.ceil(samplesPerTick)
    this.#frontEnd = new JointFrontEnd({
      turns: turnsOf(settings),
      samplesPerSpacing: samplesPerTick * ticksPerSpacing,
      ticksPerSpacing
    })
    this.#players = frequenciesHz.map(() => new PairPlayer())
  }

  process(block: Float32Array): Float32Array[] {
    const selectorCount = this.frequenciesHz.length
    const ticks = this.#fit(block)
    const { features, frames, completedBy, nextLengths, carriers } = ticks
    const tickCount = completedBy.length
    // Answers are shares of the frame, which bears the level of the mix.
    const answers = this.runner.run(tickCount, { ...this.settings, gain: 1 }, (input, start, count) => {
      // Features stand as [ticks, selectors, features], the network reads [selectors, ticks, features].
      for (let step = 0; step < count; step += 1) {
        for (let selector = 0; selector < selectorCount; selector += 1) {
          const row = features[start + step].subarray(selector * jointFeatureCount, (selector + 1) * jointFeatureCount)
          input.set(row, (selector * count + step) * jointFeatureCount)
        }
      }
    })
    return this.#players.map((player, selector) => {
      const output = new Float32Array(block.length)
      let from = 0
      for (let tick = 0; tick < tickCount; tick += 1) {
        player.play(carriers[selector], output, from, completedBy[tick])
        const at = (selector * tickCount + tick) * 2
        const pair = answerToPair(frames[tick], selector, answers[at], answers[at + 1])
        player.take(pair, Math.ceil(nextLengths[tick] / 2))
        from = completedBy[tick]
      }
      player.play(carriers[selector], output, from, block.length)
      return output
    })
  }

  /** All ticks that complete within the block, and the carriers of its samples. */
  #fit(block: Float32Array): FittedBlock {
    const { gain } = this.settings
    const frontEnd = this.#frontEnd
    const make = () => new Float32Array(block.length)
    const carriers = this.frequenciesHz.map(() => ({ cosine: make(), sine: make() }))
    const fitted: FittedBlock = { features: [], frames: [], completedBy: [], nextLengths: [], carriers }
    for (let at = 0; at < block.length;) {
      const count = Math.min(frontEnd.samplesToTick, block.length - at)
      const isComplete = frontEnd.push(block, at, count, gain)
      const { cosines, sines } = frontEnd.carriers
      carriers.forEach(({ cosine, sine }, selector) => {
        cosine.set(cosines[selector].subarray(0, count), at)
        sine.set(sines[selector].subarray(0, count), at)
      })
      at += count
      if (!isComplete) continue
      fitted.features.push(frontEnd.features.slice())
      fitted.frames.push(frontEnd.frame.map((value, index) => (index % 3 < 2 ? value / gain : value)))
      fitted.completedBy.push(at)
      fitted.nextLengths.push(frontEnd.samplesToTick)
    }
    return fitted
  }

  reset(): void {
    this.runner.reset()
    this.#frontEnd.reset()
    this.#players.forEach((player) => player.reset())
  }

  dispose(): void {
    this.runner.dispose()
  }
}

interface Carrier {
  readonly cosine: Float32Array
  readonly sine: Float32Array
}

interface FittedBlock {
  readonly features: Float32Array[]
  readonly frames: Float64Array[]
  /** How many samples of the block each tick needed. */
  readonly completedBy: number[]
  /** Samples of the tick that follows each. */
  readonly nextLengths: number[]
  readonly carriers: readonly Carrier[]
}

/** The pair (I, Q) between two ticks: the first stands at once, each later one is blended in over half a tick. */
class PairPlayer {
  #inPhase = 0
  #quadrature = 0
  #stepInPhase = 0
  #stepQuadrature = 0
  #stepsLeft = 0
  #hasAnswer = false

  take([inPhase, quadrature]: readonly [number, number], blendSteps: number): void {
    const steps = this.#hasAnswer ? blendSteps : 1
    this.#stepInPhase = (inPhase - this.#inPhase) / steps
    this.#stepQuadrature = (quadrature - this.#quadrature) / steps
    this.#stepsLeft = steps
    this.#hasAnswer = true
  }

  /** The tone from sample `from` up to `to` of a block. */
  play({ cosine, sine }: Carrier, output: Float32Array, from: number, to: number): void {
    const blended = Math.min(to, from + this.#stepsLeft)
    let inPhase = this.#inPhase
    let quadrature = this.#quadrature
    for (let index = from; index < blended; index += 1) {
      inPhase += this.#stepInPhase
      quadrature += this.#stepQuadrature
      output[index] = inPhase * cosine[index] + quadrature * sine[index]
    }
    for (let index = blended; index < to; index += 1) {
      output[index] = inPhase * cosine[index] + quadrature * sine[index]
    }
    this.#inPhase = inPhase
    this.#quadrature = quadrature
    this.#stepsLeft -= blended - from
  }

  reset(): void {
    this.#inPhase = 0
    this.#quadrature = 0
    this.#stepsLeft = 0
    this.#hasAnswer = false
  }
}
