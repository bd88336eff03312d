/**
 * Train a network on endless streams with carried state: truncated back-propagation through time.
 *
 * Each step continues where the one before left every stream, so that the network learns to use more past than it is
 * ever shown at once.
 */
import type { StreamBlock } from '../../core/dataset/tone-streams'
import { learningRateAt, type ScheduleChoice } from '../../core/training/schedules'
import type { Tensor2D } from '../engine/engine'
import type { WeightedNetwork } from '../network/weighted-network'
import { Optimiser } from './optimiser'
import { assertFinite, ProgressMeter, type TrainingHooks } from './progress'

export interface StreamTrainingSettings {
  readonly stepCount: number
  readonly stepsPerEpoch: number
  /** Streams trained side by side. */
  readonly batchSize: number
  /** Ticks through which the gradient flows. */
  readonly ticksPerStep: number
  readonly learningRate: number
  readonly schedule: ScheduleChoice
  readonly weightDecay: number
  readonly clipNorm: number
}

/** Where the blocks come from; each continues the one before. */
export interface TrainingStreams {
  readonly featureCount: number
  /** Input [streams, ticks, features], target [streams, ticks, 2]. */
  next(tickCount: number): StreamBlock
}

/** Trains `network` in place. Resolves to the number of steps done, fewer than asked for if it was aborted. */
export async function trainOnStreams(
  network: WeightedNetwork,
  streams: TrainingStreams,
  settings: StreamTrainingSettings,
  hooks: TrainingHooks = {}
): Promise<number> {
  const { tf } = network
  const { stepCount, batchSize, ticksPerStep } = settings
  const optimiser = new Optimiser(network, settings)
  const meter = new ProgressMeter(hooks, stepCount, 1)
  let state: readonly Tensor2D[] = network.zeroState(batchSize)
  try {
    for (let step = 0; step < stepCount; step += 1) {
      if (hooks.abort?.aborted) return step
      const block = streams.next(ticksPerStep)
      const learningRate = learningRateAt(settings.schedule, {
        peak: settings.learningRate,
        step,
        stepCount,
        stepsPerEpoch: settings.stepsPerEpoch,
        plateaus: 0
      })
      const restarted = restartStreams(network, state, block)
      const input = tf.tensor3d(block.input, [batchSize, ticksPerStep, streams.featureCount])
      const target = tf.tensor3d(block.target, [batchSize, ticksPerStep, 2])
      const result = optimiser.step({ input, target, state: restarted, learningRate, dropoutSeed: step + 1 })
      tf.dispose([input, target, ...restarted])
      state = result.state
      assertFinite(result.loss, step + 1, result.gradientNorm)
      const { loss, gradientNorm } = result
      await meter.report({ step: step + 1, epoch: 0, loss, gradientNorm, learningRate })
    }
    return stepCount
  } finally {
    tf.dispose([...state])
    optimiser.dispose()
  }
}

/** The state with the rows of restarted streams set to zero; takes over the tensors given. */
function restartStreams({ tf }: WeightedNetwork, state: readonly Tensor2D[], { restarted }: StreamBlock): Tensor2D[] {
  if (!restarted.includes(1)) return [...state]
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
