/** A network run at ticks: the signal brought down to them, the analytic answers turned on between them. */
import { PhasorPlayer } from '../../core/filters/phasor'
import { TickDecimator, tickToSample } from '../../core/filters/tick-decimator'
import type { Hertz, Samples } from '../../core/units'
import type { BatchRunner } from './batch-runner'
import { fillConditioned, finite, turnsOf, type FilterSettings } from './filter-parts'
import type { StreamFilter } from './stream-filter'

export class TickFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples: Samples
  readonly #decimator: TickDecimator
  readonly #players: PhasorPlayer[]
  #sample = 0
  #tick = 0

  constructor(
    readonly runner: BatchRunner,
    readonly settings: FilterSettings
  ) {
    const { frequenciesHz, samplesPerTick } = settings
    this.frequenciesHz = frequenciesHz
    this.hopSamples = Math.ceil(samplesPerTick)
    this.#decimator = new TickDecimator(samplesPerTick)
    this.#players = turnsOf(settings).map((turn) => new PhasorPlayer({ samplesPerTick, turn }))
  }

  process(block: Float32Array): Float32Array[] {
    const { manifest, samplesPerTick } = this.settings
    const { ticks, completedBy } = this.#decimate(block)
    const answers = this.runner.run(ticks.length, this.settings, (input, start, count) =>
      fillConditioned(input, ticks.subarray(start, start + count), this.#players.length)
    )
    const outputs = this.#players.map((player, selector) => {
      const output = new Float32Array(block.length)
      let next = 0
      for (let index = 0; index < block.length; index += 1) {
        for (; next < ticks.length && completedBy[next] === index; next += 1) {
          const at = (selector * ticks.length + next) * manifest.outputCount
          player.take(answers[at], answers[at + 1], tickToSample(this.#tick + next, samplesPerTick))
        }
        output[index] = player.at(this.#sample + index)
      }
      return output
    })
    this.#sample += block.length
    this.#tick += ticks.length
    return outputs
  }

  /** The ticks that complete within the block, scaled for the network, and the sample that completes each. */
  #decimate(block: Float32Array): { ticks: Float32Array; completedBy: number[] } {
    const scale = this.settings.gain * this.settings.manifest.inputScale
    const values: number[] = []
    const completedBy: number[] = []
    for (let index = 0; index < block.length; index += 1) {
      const value = this.#decimator.push(finite(block[index]))
      if (Number.isNaN(value)) continue
      values.push(value * scale)
      completedBy.push(index)
    }
    return { ticks: Float32Array.from(values), completedBy }
  }

  reset(): void {
    this.runner.reset()
    this.#decimator.reset()
    this.#players.forEach((player) => player.reset())
    this.#sample = 0
    this.#tick = 0
  }

  dispose(): void {
    this.runner.dispose()
  }
}
