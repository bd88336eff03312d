/**
 * Shuffled sequences of fixed length from one generated record, each from a zero state. The order of an epoch is a
 * function of seed and epoch alone, so there is nothing to write down for a break.
 */
import { createHash } from 'node:crypto'
import {
  fillSequences,
  planSequences,
  type SequencePlan,
  type SequenceSettings,
  type SequenceSource
} from '../../../core/dataset/sequences'
import type { HeadWeights } from '../../../contract/train-request'
import { Random } from '../../../core/random'
import type { Tensor2D } from '../../engine/engine'
import type { WeightedNetwork } from '../../network/weighted-network'
import { Heads } from '../heads'
import type { Batch, DataState, TrainingData, TrainingLength, ValidationFigures } from './define'
import { LossSums } from './loss-sums'

/** What cuts sequences out of a record, and what is asked of each. */
export interface HeadedSettings extends SequenceSettings {
  readonly heads?: HeadWeights
}

export interface SequenceDataSettings extends HeadedSettings {
  readonly epochCount: number
  readonly batchSize: number
  readonly validationShare: number
  readonly seed: number
}

export function sequenceLength(source: SequenceSource, settings: SequenceDataSettings): TrainingLength {
  const { epochCount, batchSize } = settings
  const stepsPerEpoch = Math.ceil(planOf(source, settings).training.length / batchSize)
  const stepCount = epochCount * stepsPerEpoch
  return { stepCount, stepsPerEpoch, epochCount, samplesPerStep: batchSize * settings.sequenceLength }
}

function planOf(source: SequenceSource, settings: SequenceDataSettings): SequencePlan {
  return planSequences({ ...settings, sampleCount: source.mix.length, selectorCount: source.tones.length })
}

export class SequenceData implements TrainingData {
  readonly stepCount: number
  readonly stepsPerEpoch: number
  readonly epochCount: number
  readonly samplesPerStep: number
  readonly heads: Heads
  readonly #plan: SequencePlan
  #order: { readonly epoch: number; readonly examples: Uint32Array } | undefined

  constructor(
    readonly network: WeightedNetwork,
    readonly source: SequenceSource,
    readonly settings: SequenceDataSettings
  ) {
    this.#plan = planOf(source, settings)
    const { stepCount, stepsPerEpoch, epochCount, samplesPerStep } = sequenceLength(source, settings)
    this.stepCount = stepCount
    this.stepsPerEpoch = stepsPerEpoch
    this.epochCount = epochCount
    this.samplesPerStep = samplesPerStep
    this.heads = headsOf(source, settings)
  }

  async batch(step: number): Promise<Batch> {
    const { batchSize } = this.settings
    const place = step % this.stepsPerEpoch
    const examples = this.#orderOf(Math.floor(step / this.stepsPerEpoch)).subarray(
      place * batchSize,
      (place + 1) * batchSize
    )
    return {
      ...sequenceTensors(this.network, this.source, this.settings, examples),
      state: this.network.zeroState(examples.length),
      exampleCount: examples.length
    }
  }

  keepState(state: readonly Tensor2D[]): void {
    this.network.tf.dispose([...state])
  }

  validate(): Promise<ValidationFigures> {
    return evaluateSequences(this.network, this.source, this.settings, this.#plan.validation)
  }

  hash(): string {
    const hash = createHash('sha256')
    for (const values of [this.source.mix, ...this.source.tones])
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return hash.digest('hex')
  }

  async state(): Promise<DataState> {
    return { json: null, arrays: {} }
  }

  restore(): void {}

  dispose(): void {}

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const random = Random.derive(this.settings.seed, `order of epoch ${epoch}`)
      this.#order = { epoch, examples: random.shuffle(this.#plan.training.slice()) }
    }
    return this.#order.examples
  }
}

/** Mean squared error and R² over the examples given, each from a zero state. */
export async function evaluateSequences(
  network: WeightedNetwork,
  source: SequenceSource,
  settings: HeadedSettings,
  examples: Uint32Array
): Promise<ValidationFigures> {
  const { tf } = network
  const batchSize = 256
  const sums = new LossSums(headsOf(source, settings))
  for (let at = 0; at < examples.length; at += batchSize) {
    const batch = examples.subarray(at, at + batchSize)
    const { input, target } = sequenceTensors(network, source, settings, batch)
    const state = network.zeroState(batch.length)
    const after = await sums.add(network, { input, target, state })
    tf.dispose([input, target, ...state, ...after])
  }
  return sums.figures
}

function sequenceTensors(
  { tf }: WeightedNetwork,
  source: SequenceSource,
  settings: HeadedSettings,
  examples: Uint32Array
) {
  const { sequenceLength } = settings
  const featureCount = 1 + source.tones.length
  const input = new Float32Array(examples.length * sequenceLength * featureCount)
  const target = new Float32Array(examples.length * sequenceLength)
  fillSequences(source, settings, examples, { input, target })
  const heads = headsOf(source, settings)
  const { length: selectorCount } = source.tones
  const extended = heads.extend(target, {
    selectorOf: (step) => examples[Math.floor(step / sequenceLength)] % selectorCount,
    pairOf(step) {
      const example = examples[Math.floor(step / sequenceLength)]
      const start = Math.floor(example / selectorCount) * settings.sequenceStride
      return pairAt(source.tones[example % selectorCount], start + (step % sequenceLength))
    }
  })
  return {
    input: tf.tensor3d(input, [examples.length, sequenceLength, featureCount]),
    target: tf.tensor3d(extended, [examples.length, sequenceLength, heads.outputCount])
  }
}

function headsOf({ tones }: SequenceSource, { heads }: HeadedSettings): Heads {
  return new Heads(1, tones.length, heads)
}

/**
 * A steady tone's sine and cosine part at a sample: with its neighbours a and b, s = A sin p and b - a = 2 A cos p sin w, where
 * a + b = 2 s cos w tells w.
 */
function pairAt(tone: Float32Array, sample: number): readonly [number, number] {
  const place = Math.min(Math.max(sample, 1), tone.length - 2)
  // Near a zero crossing the three samples say nothing of w: it is the same all along the record.
  const turn = turnOf(tone)
  const cosine = (tone[place + 1] - tone[place - 1]) / (2 * Math.sin(turn))
  const [sine, back] = [tone[place], turn * (sample - place)]
  return [sine * Math.cos(back) + cosine * Math.sin(back), cosine * Math.cos(back) - sine * Math.sin(back)]
}

const turns = new WeakMap<Float32Array, number>()

/** The angle of a steady tone from one sample to the next: sum(s (a + b)) = 2 cos w sum(s s). */
function turnOf(tone: Float32Array): number {
  const known = turns.get(tone)
  if (known !== undefined) return known
  let [products, squares] = [0, 0]
  for (let at = 1; at < tone.length - 1; at += 1) {
    products += tone[at] * (tone[at - 1] + tone[at + 1])
    squares += tone[at] * tone[at]
  }
  const turn = Math.acos(Math.min(1, Math.max(-1, products / (2 * squares))))
  turns.set(tone, turn)
  return turn
}
