/**
 * A trained network as a stream: blocks of samples in, a block of output for every selector out, state carried between.
 *
 * All selectors run as one batch all the time, so that a change of selector shows a settled output at once. Blocks may
 * have any length; the same samples give the same output however they are cut. Knows nothing of files or screens.
 */
import { LockInBank } from '../../core/filters/lock-in'
import { PhasorPlayer } from '../../core/filters/phasor'
import { spacingOf } from '../../core/filters/spacing'
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
  /** Which tones the selectors mean: needed by a model that takes any, ignored by the others. */
  readonly frequenciesHz?: readonly Hertz[]
  /** The signal is multiplied by this before, and the output divided by it after, the network. */
  readonly gain?: number
}

/** At most so many steps of the network in one call, so that the memory of a long block is bounded. */
const maxStepsPerRun = 4096

/** Throws RangeError if the model cannot run at the signal's rate or for the frequencies. */
export function createStreamFilter(
  { tf, kernels }: { tf: TensorFlow; kernels: Kernels },
  { manifest, network, weights }: StoredModel,
  options: StreamFilterOptions
): StreamFilter {
  const { running } = manifest
  const plan = planOf(manifest, options)
  const weighted = new WeightedNetwork(tf, kernels, network, weights)
  const settings = { manifest, gain: options.gain ?? 1, sampleRate: options.sampleRate, ...plan }
  switch (running.kind) {
    case 'samples':
      return new SampleFilter(new BatchRunner(weighted, plan.frequenciesHz.length), settings)
    case 'ticks':
      return new TickFilter(new BatchRunner(weighted, plan.frequenciesHz.length), settings)
    case 'lock-in':
      return new LockInFilter(new BatchRunner(weighted, plan.frequenciesHz.length), settings)
  }
}

/** What the selectors mean, and how many samples one step of the network takes. Checked before anything is allocated. */
function planOf(manifest: Manifest, { sampleRate, frequenciesHz = [] }: StreamFilterOptions) {
  const { running, title } = manifest
  if (running.kind === 'samples') return { frequenciesHz: manifest.frequenciesHz, samplesPerTick: 1 }
  if (running.kind === 'ticks') {
    const samplesPerTick = sampleRate / running.modelRate
    if (samplesPerTick >= 1) return { frequenciesHz: manifest.frequenciesHz, samplesPerTick }
    throw new RangeError(`"${title}" needs at least ${running.modelRate} samples a second. Received: ${sampleRate} Hz.`)
  }
  if (frequenciesHz.length === 0)
    throw new RangeError(`"${title}" takes any frequencies and needs at least one. Received: none.`)
  const tooHigh = frequenciesHz.find((frequency) => frequency >= sampleRate / 2)
  if (tooHigh !== undefined) {
    throw new RangeError(
      `A signal of ${sampleRate} Hz holds tones below ${sampleRate / 2} Hz. Received: ${tooHigh} Hz.`
    )
  }
  const samplesPerSpacing = Math.max(running.samplesPerSpacing, sampleRate / spacingOf(frequenciesHz))
  return { frequenciesHz, samplesPerTick: samplesPerSpacing / running.ticksPerSpacing }
}

interface FilterSettings {
  readonly manifest: Manifest
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  readonly samplesPerTick: number
  readonly gain: number
}

/** A value that is not a number would stay in the network's state for ever: it is taken as silence. */
function finite(sample: number): number {
  return Number.isFinite(sample) ? sample : 0
}

/** Runs the network on a batch of one row a selector, carrying the state. */
class BatchRunner {
  #state: readonly Tensor2D[]

  constructor(
    readonly network: WeightedNetwork,
    readonly selectorCount: number
  ) {
    this.#state = network.zeroState(selectorCount)
  }

  /**
   * `fill` writes the inputs [selectors, steps, features]; resolves to the outputs [selectors, steps, outputs] in the
   * size of the mix.
   */
  run(
    steps: number,
    { manifest, gain }: FilterSettings,
    fill: (input: Float32Array, start: number, count: number) => void
  ): Float32Array {
    const { featureCount, outputCount, targetScale } = manifest
    const { selectorCount } = this
    const outputs = new Float32Array(selectorCount * steps * outputCount)
    const scale = 1 / (targetScale * gain)
    for (let start = 0; start < steps; start += maxStepsPerRun) {
      const count = Math.min(maxStepsPerRun, steps - start)
      const input = new Float32Array(selectorCount * count * featureCount)
      fill(input, start, count)
      const found = this.#runOnce(input, count, featureCount)
      for (let selector = 0; selector < selectorCount; selector += 1) {
        const from = selector * count * outputCount
        const to = (selector * steps + start) * outputCount
        for (let at = 0; at < count * outputCount; at += 1) outputs[to + at] = found[from + at] * scale
      }
    }
    return outputs
  }

  #runOnce(input: Float32Array, steps: number, featureCount: number): Float32Array {
    const { tf } = this.network
    const output = tf.tidy(() => {
      const run = this.network.run(tf.tensor3d(input, [this.selectorCount, steps, featureCount]), {
        state: this.#state
      })
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

/** Inputs of a network that is told its selector: the value, then the one-hot condition. */
function fillConditioned(input: Float32Array, values: Float32Array, selectorCount: number): void {
  const featureCount = 1 + selectorCount
  for (let selector = 0; selector < selectorCount; selector += 1) {
    for (let step = 0; step < values.length; step += 1) {
      const at = (selector * values.length + step) * featureCount
      input[at] = values[step]
      input[at + 1 + selector] = 1
    }
  }
}

/** One network step a sample, one output a sample. */
class SampleFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples = 1

  constructor(
    readonly runner: BatchRunner,
    readonly settings: FilterSettings
  ) {
    this.frequenciesHz = settings.frequenciesHz
  }

  process(block: Float32Array): Float32Array[] {
    const { manifest, gain } = this.settings
    const selectorCount = this.frequenciesHz.length
    const values = block.map((sample) => finite(sample) * gain * manifest.inputScale)
    const found = this.runner.run(block.length, this.settings, (input, start, count) =>
      fillConditioned(input, values.subarray(start, start + count), selectorCount)
    )
    return this.frequenciesHz.map((_, selector) =>
      block.map((_, step) => found[(selector * block.length + step) * manifest.outputCount])
    )
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

/** Each wanted tone brought to base band; the network's answers there blended from tick to tick and brought back. */
class LockInFilter implements StreamFilter {
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

function turnsOf({ frequenciesHz, sampleRate }: FilterSettings): number[] {
  return frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / sampleRate)
}
