/**
 * Train a network on shuffled sequences of fixed length, each from a zero state: the seed's way.
 *
 * The weights of the epoch with the least validation loss are the result.
 */
import { fillSequences, planSequences, type SequenceSettings, type SequenceSource } from '../../core/dataset/sequences'
import { Random } from '../../core/random'
import { learningRateAt, type ScheduleChoice } from '../../core/training/schedules'
import type { WeightedNetwork } from '../network/weighted-network'
import { Optimiser } from './optimiser'
import { assertFinite, ProgressMeter, type EpochReport, type TrainingHooks } from './progress'

export interface SequenceTrainingSettings extends SequenceSettings {
  readonly epochCount: number
  readonly batchSize: number
  readonly validationShare: number
  readonly learningRate: number
  readonly schedule: ScheduleChoice
  readonly weightDecay: number
  readonly clipNorm: number
  readonly seed: number
}

export interface SequenceTrainingResult {
  readonly epochs: readonly EpochReport[]
  readonly bestEpoch: number
  readonly stepCount: number
}

/** Trains `network` in place and leaves the best epoch's weights in it. */
export async function trainOnSequences(
  network: WeightedNetwork,
  source: SequenceSource,
  settings: SequenceTrainingSettings,
  hooks: TrainingHooks = {}
): Promise<SequenceTrainingResult> {
  const { tf } = network
  const { batchSize, epochCount, seed } = settings
  const selectorCount = source.tones.length
  const plan = planSequences({ ...settings, sampleCount: source.mix.length, selectorCount })
  const batchCount = Math.ceil(plan.training.length / batchSize)
  const stepCount = epochCount * batchCount
  const optimiser = new Optimiser(network, settings)
  const meter = new ProgressMeter(hooks, stepCount, epochCount)
  const epochs: EpochReport[] = []
  let best = await network.weights()
  let bestLoss = Infinity
  let bestEpoch = 0
  try {
    for (let epoch = 0; epoch < epochCount; epoch += 1) {
      // The order is a function of seed and epoch alone, so a resumed run sees the same one.
      const order = Random.derive(seed, `order of epoch ${epoch}`).shuffle(plan.training.slice())
      let lossSum = 0
      for (let batch = 0; batch < batchCount; batch += 1) {
        if (hooks.abort?.aborted) return { epochs, bestEpoch, stepCount: optimiser.stepCount }
        const examples = order.subarray(batch * batchSize, (batch + 1) * batchSize)
        const step = epoch * batchCount + batch
        const learningRate = learningRateAt(settings.schedule, {
          peak: settings.learningRate,
          step,
          stepCount,
          stepsPerEpoch: batchCount,
          plateaus: 0
        })
        const { input, target } = sequenceTensors(network, source, settings, examples)
        const state = network.zeroState(examples.length)
        const result = optimiser.step({ input, target, state, learningRate, dropoutSeed: step + 1 })
        tf.dispose([input, target, ...state, ...result.state])
        assertFinite(result.loss, step + 1, result.gradientNorm)
        lossSum += result.loss * examples.length
        const { loss, gradientNorm } = result
        await meter.report({ step: step + 1, epoch, loss, gradientNorm, learningRate })
      }
      const validation = await evaluateSequences(network, source, settings, plan.validation)
      const isBest = validation.loss < bestLoss
      if (isBest) {
        best = await network.weights()
        bestLoss = validation.loss
        bestEpoch = epoch
      }
      const loss = lossSum / plan.training.length
      epochs.push({ epoch, loss, validationLoss: validation.loss, validationR2: validation.r2, isBest })
      hooks.onEpoch?.(epochs[epochs.length - 1])
    }
    return { epochs, bestEpoch, stepCount }
  } finally {
    // An aborted run keeps its best whole epoch; in its first epoch the weights as they are.
    if (epochs.length > 0) network.assign(tf.tensor1d(best))
    optimiser.dispose()
  }
}

/** Mean squared error and R² over the examples given, each from a zero state. */
export async function evaluateSequences(
  network: WeightedNetwork,
  source: SequenceSource,
  settings: SequenceSettings,
  examples: Uint32Array
): Promise<{ loss: number; r2: number }> {
  const { tf } = network
  const batchSize = 256
  let count = 0
  let errorSum = 0
  let targetSum = 0
  let targetSquares = 0
  for (let at = 0; at < examples.length; at += batchSize) {
    const batch = examples.subarray(at, at + batchSize)
    const { input, target } = sequenceTensors(network, source, settings, batch)
    const state = network.zeroState(batch.length)
    const sums = tf.tidy(() => {
      const run = network.run(input, { state })
      tf.dispose([...run.state])
      return tf.stack([tf.sum(tf.square(tf.sub(target, run.output))), tf.sum(target), tf.sum(tf.square(target))])
    })
    const [error, sum, squares] = await sums.data()
    tf.dispose([input, target, ...state, sums])
    errorSum += error
    targetSum += sum
    targetSquares += squares
    count += target.size
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { loss: errorSum / count, r2: 1 - errorSum / (targetSquares - targetSum ** 2 / count) }
}

function sequenceTensors(
  { tf }: WeightedNetwork,
  source: SequenceSource,
  settings: SequenceSettings,
  examples: Uint32Array
) {
  const { sequenceLength } = settings
  const featureCount = 1 + source.tones.length
  const input = new Float32Array(examples.length * sequenceLength * featureCount)
  const target = new Float32Array(examples.length * sequenceLength)
  fillSequences(source, settings, examples, { input, target })
  return {
    input: tf.tensor3d(input, [examples.length, sequenceLength, featureCount]),
    target: tf.tensor3d(target, [examples.length, sequenceLength, 1])
  }
}
