/**
 * Endless streams with carried state: truncated back-propagation through time. Each step continues where the one before
 * left every stream, so that the network learns to use more past than it is ever shown at once.
 *
 * Streams of their own are held out for validation, drawn once and kept.
 */
import { createHash } from 'node:crypto'
import type { HeadWeights } from '../../../contract/train-request'
import type { StreamsPlan, TrainingStreams } from '../../../core/dataset/streams'
import type { StreamBlock } from '../../../core/dataset/tone-streams'
import type { Tensor2D, Tensor3D } from '../../engine/engine'
import type { WeightedNetwork } from '../../network/weighted-network'
import { Heads } from '../heads'
import { BlocksAhead } from './blocks-ahead'
import type { Batch, DataState, TrainingData, TrainingLength, ValidationFigures } from './define'
import { LossSums } from './loss-sums'

export interface StreamDataSettings {
  readonly steps: number
  /** What counts as an epoch. */
  readonly stepsPerEpoch: number
  /** Streams trained side by side. */
  readonly batchSize: number
  /** Ticks through which the gradient flows. */
  readonly ticksPerStep: number
  /** Only of streams that tell their selector. */
  readonly heads?: HeadWeights
}

export interface StreamSources {
  readonly training: StreamsPlan
  /** As many streams as the batch has, of chance of their own. */
  readonly heldOut: TrainingStreams
}

/** Of `ticksPerStep` each. */
const heldOutBlocks = 8

export function streamLength({ steps, stepsPerEpoch, batchSize, ticksPerStep }: StreamDataSettings): TrainingLength {
  return {
    stepCount: steps,
    stepsPerEpoch,
    epochCount: Math.ceil(steps / stepsPerEpoch),
    samplesPerStep: batchSize * ticksPerStep
  }
}

export class StreamData implements TrainingData {
  readonly stepCount: number
  readonly stepsPerEpoch: number
  readonly epochCount: number
  readonly samplesPerStep: number
  readonly heads: Heads
  readonly #blocks: BlocksAhead
  #heldOutStreams: TrainingStreams | undefined
  #heldOut: readonly StreamBlock[] | undefined
  #state: readonly Tensor2D[]

  constructor(
    readonly network: WeightedNetwork,
    { training, heldOut }: StreamSources,
    readonly settings: StreamDataSettings
  ) {
    const { stepCount, stepsPerEpoch, epochCount, samplesPerStep } = streamLength(settings)
    this.stepCount = stepCount
    this.stepsPerEpoch = stepsPerEpoch
    this.epochCount = epochCount
    this.samplesPerStep = samplesPerStep
    this.#blocks = new BlocksAhead(training, settings.ticksPerStep)
    this.heads = new Heads(2, this.#blocks.featureCount - 1, settings.heads)
    this.#heldOutStreams = heldOut
    this.#state = network.zeroState(settings.batchSize)
  }

  async batch(): Promise<Batch> {
    const block = await this.#blocks.next()
    const state = restartStreams(this.network, this.#state, block)
    this.#state = []
    return { ...this.#tensorsOf(block), state, exampleCount: this.settings.batchSize }
  }

  keepState(state: readonly Tensor2D[]): void {
    this.network.tf.dispose([...this.#state])
    this.#state = state
  }

  async validate(): Promise<ValidationFigures> {
    const { tf } = this.network
    const sums = new LossSums(this.heads)
    let state: readonly Tensor2D[] = this.network.zeroState(this.settings.batchSize)
    for (const block of this.#heldOutOnce()) {
      const begun = restartStreams(this.network, state, block)
      const { input, target } = this.#tensorsOf(block)
      state = await sums.add(this.network, { input, target, state: begun, tone: block.tone })
      tf.dispose([input, target, ...begun])
    }
    tf.dispose([...state])
    return sums.figures
  }

  hash(): string {
    const hash = createHash('sha256')
    for (const { input, target, restarted } of this.#heldOutOnce())
      for (const values of [input, target, restarted])
        hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return hash.digest('hex')
  }

  async state(): Promise<DataState> {
    const { recipes, numbers } = this.#blocks.state
    const carried = await Promise.all(this.#state.map((tensor) => tensor.data<'float32'>()))
    return {
      json: recipes,
      arrays: {
        streams: numbers,
        ...Object.fromEntries(carried.map((values, index) => [`carried${index}`, values.slice()] as const))
      }
    }
  }

  restore({ json, arrays }: DataState): void {
    const { tf } = this.network
    const carried = this.#state.map(({ shape, size }, index) => {
      const values = arrays[`carried${index}`]
      if (values?.length !== size)
        throw new RangeError(`Expected ${size} values of carried state. Received: ${values?.length ?? 'none'}.`)
      return tf.tensor2d(values as Float32Array, shape)
    })
    this.#blocks.restore({ recipes: json as readonly unknown[], numbers: arrays.streams as Float64Array })
    this.keepState(carried)
  }

  dispose(): void {
    this.#blocks.dispose()
    this.keepState([])
  }

  #heldOutOnce(): readonly StreamBlock[] {
    const streams = this.#heldOutStreams
    if (streams) {
      this.#heldOut = Array.from({ length: heldOutBlocks }, () => streams.next(this.settings.ticksPerStep))
      this.#heldOutStreams = undefined
    }
    return this.#heldOut ?? []
  }

  #tensorsOf({ input, target }: StreamBlock): { input: Tensor3D; target: Tensor3D } {
    const { tf } = this.network
    const { batchSize, ticksPerStep } = this.settings
    const { featureCount } = this.#blocks
    const { heads } = this
    const extended = heads.extend(target, {
      selectorOf: (tick) => input.subarray(tick * featureCount + 1, (tick + 1) * featureCount).indexOf(1),
      pairOf: (tick) => [target[2 * tick], target[2 * tick + 1]]
    })
    return {
      input: tf.tensor3d(input, [batchSize, ticksPerStep, featureCount]),
      target: tf.tensor3d(extended, [batchSize, ticksPerStep, heads.outputCount])
    }
  }
}

/** The state with the rows of restarted streams set to zero; takes over the tensors given. */
function restartStreams(
  { tf }: WeightedNetwork,
  state: readonly Tensor2D[],
  { restarted }: StreamBlock
): readonly Tensor2D[] {
  if (!restarted.includes(1)) return state
  const kept = tf.tidy(() => {
    const mask = tf.tensor2d(
      Float32Array.from(restarted, (flag) => 1 - flag),
      [restarted.length, 1]
    )
    return state.map((tensor) => tf.mul(tensor, mask) as Tensor2D)
  })
  tf.dispose([...state])
  return kept
}
