/**
 * A trained network as a stream: blocks of samples in, a block of output for every selector out, state carried between.
 *
 * All selectors run as one batch all the time, so that a change of selector shows a settled output at once. Blocks may
 * have any length; the same samples give the same output however they are cut. Knows nothing of files or screens.
 */
import { PhasorPlayer } from '../../core/filters/phasor'
import { TickDecimator, tickToSample } from '../../core/filters/tick-decimator'
import type { Hertz, Samples } from '../../core/units'
import type { Tensor2D, TensorFlow } from '../engine/engine'
import type { Kernels } from '../kernels/kernels'
import type { Manifest } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'

export interface StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  /** By how many samples the output lags what it estimates. */
  readonly latencySamples: Samples
  /** The network runs once in so many samples; in between its last answer is turned on. */
  readonly hopSamples: Samples
  /** One array a selector, each as long as the block. */
  process(block: Float32Array): Float32Array[]
  /** As at the start: zero state. */
  reset(): void
  dispose(): void
}

export interface StreamFilterOptions {
  readonly sampleRate: Hertz
  /** The signal is multiplied by this before, and the output divided by it after, the network. */
  readonly gain?: number
}

/** At most so many steps of the network in one call, so that the memory of a long block is bounded. */
const maxStepsPerRun = 4096

/** Throws RangeError if the model cannot run at the signal's rate. */
export function createStreamFilter(
  { tf, kernels }: { tf: TensorFlow; kernels: Kernels },
  { manifest, network, weights }: StoredModel,
  { sampleRate, gain = 1 }: StreamFilterOptions
): StreamFilter {
  const runner = new BatchRunner(new WeightedNetwork(tf, kernels, network, weights), manifest)
  if (manifest.running.kind === 'samples') {
    return new SampleFilter(runner, manifest, gain)
  }
  const samplesPerTick = sampleRate / manifest.running.modelRate
  if (samplesPerTick < 1) {
    runner.dispose()
    throw new RangeError(
      `"${manifest.title}" needs at least ${manifest.running.modelRate} samples a second. Received: ${sampleRate} Hz.`
    )
  }
  return new TickFilter(runner, manifest, samplesPerTick, sampleRate, gain)
}

/** A value that is not a number would stay in the network's state for ever: it is taken as silence. */
function finite(sample: number): number {
  return Number.isFinite(sample) ? sample : 0
}

/** Runs the network on one input sequence under every selector's condition, carrying the state. */
class BatchRunner {
  readonly selectorCount: number
  #state: readonly Tensor2D[]

  constructor(
    readonly network: WeightedNetwork,
    readonly manifest: Manifest
  ) {
    this.selectorCount = manifest.frequenciesHz.length
    this.#state = network.zeroState(this.selectorCount)
  }

  /** `steps` scaled input values -> outputs [selectors, steps, outputCount]. */
  run(values: Float32Array): Float32Array {
    const { tf } = this.network
    const { selectorCount } = this
    const { featureCount } = this.manifest
    const steps = values.length
    const input = new Float32Array(selectorCount * steps * featureCount)
    for (let selector = 0; selector < selectorCount; selector += 1) {
      for (let step = 0; step < steps; step += 1) {
        const at = (selector * steps + step) * featureCount
        input[at] = values[step]
        input[at + 1 + selector] = 1
      }
    }
    const output = tf.tidy(() => {
      const run = this.network.run(tf.tensor3d(input, [selectorCount, steps, featureCount]), { state: this.#state })
      tf.dispose([...this.#state])
      this.#state = run.state
      return run.output
    })
    const found = output.dataSync<'float32'>()
    output.dispose()
    return found
  }

  reset(): void {
    this.network.tf.dispose([...this.#state])
    this.#state = this.network.zeroState(this.selectorCount)
  }

  dispose(): void {
    this.network.tf.dispose([...this.#state])
    this.network.dispose()
  }
}

/** One network step a sample, one output a sample. */
class SampleFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples = 1

  constructor(
    readonly runner: BatchRunner,
    readonly manifest: Manifest,
    readonly gain: number
  ) {
    this.frequenciesHz = manifest.frequenciesHz
  }

  process(block: Float32Array): Float32Array[] {
    const { runner, manifest, gain } = this
    const outputs = this.frequenciesHz.map(() => new Float32Array(block.length))
    for (let start = 0; start < block.length; start += maxStepsPerRun) {
      const part = block.subarray(start, start + maxStepsPerRun)
      const found = runner.run(part.map((sample) => finite(sample) * gain * manifest.inputScale))
      const scale = 1 / (manifest.targetScale * gain)
      outputs.forEach((output, selector) => {
        for (let step = 0; step < part.length; step += 1) {
          output[start + step] = found[(selector * part.length + step) * manifest.outputCount] * scale
        }
      })
    }
    return outputs
  }

  reset(): void {
    this.runner.reset()
  }

  dispose(): void {
    this.runner.dispose()
  }
}

/** The signal brought down to ticks, the analytic answers turned on between them. */
class TickFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples: Samples
  readonly #decimator: TickDecimator
  readonly #players: PhasorPlayer[]
  #sample = 0
  #tick = 0

  constructor(
    readonly runner: BatchRunner,
    readonly manifest: Manifest,
    readonly samplesPerTick: number,
    sampleRate: Hertz,
    readonly gain: number
  ) {
    this.frequenciesHz = manifest.frequenciesHz
    this.hopSamples = Math.ceil(samplesPerTick)
    this.#decimator = new TickDecimator(samplesPerTick)
    this.#players = manifest.frequenciesHz.map(
      (frequency) => new PhasorPlayer({ samplesPerTick, turn: (2 * Math.PI * frequency) / sampleRate })
    )
  }

  process(block: Float32Array): Float32Array[] {
    const { ticks, completedBy } = this.#decimate(block)
    const outputs = this.#players.map(() => new Float32Array(block.length))
    const answers = this.#answer(ticks)
    const { outputCount } = this.manifest
    this.#players.forEach((player, selector) => {
      const output = outputs[selector]
      let next = 0
      for (let index = 0; index < block.length; index += 1) {
        for (; next < ticks.length && completedBy[next] === index; next += 1) {
          const at = (selector * ticks.length + next) * outputCount
          player.take(answers[at], answers[at + 1], tickToSample(this.#tick + next, this.samplesPerTick))
        }
        output[index] = player.at(this.#sample + index)
      }
    })
    this.#sample += block.length
    this.#tick += ticks.length
    return outputs
  }

  /** The ticks that complete within the block, scaled for the network, and the sample that completes each. */
  #decimate(block: Float32Array): { ticks: Float32Array; completedBy: number[] } {
    const scale = this.gain * this.manifest.inputScale
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

  /** Outputs of the network [selectors, ticks, outputCount], scaled back to the mix. */
  #answer(ticks: Float32Array): Float32Array {
    const { outputCount, targetScale } = this.manifest
    const scale = 1 / (targetScale * this.gain)
    const answers = new Float32Array(this.#players.length * ticks.length * outputCount)
    for (let start = 0; start < ticks.length; start += maxStepsPerRun) {
      const part = ticks.subarray(start, start + maxStepsPerRun)
      const found = this.runner.run(part)
      for (let selector = 0; selector < this.#players.length; selector += 1) {
        const from = selector * part.length * outputCount
        const to = (selector * ticks.length + start) * outputCount
        for (let at = 0; at < part.length * outputCount; at += 1) answers[to + at] = found[from + at] * scale
      }
    }
    return answers
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
