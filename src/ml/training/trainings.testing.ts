/** Small trainings of each kind, and what every one of them must keep to, for tests. */
import { expect } from 'vitest'
import { usualJoint, usualSequences, usualStreams } from '../../contract/train-defaults'
import type { TrainRequest } from '../../contract/train-request'
import type { LoadedEngine } from '../engine/tensorflow'
import { runTrainer } from './progress'
import type { Trainer } from './trainer'
import { Training } from './training'

const params = { layers: 1, units: 8, dropout: 0.2 }

/** Two or three epochs each, of which the last one is shorter on streams. */
export const smallRequests: readonly TrainRequest[] = [
  { ...usualSequences(), params: { ...params, units: 2 }, epochs: 2, batchSize: 4096 },
  { ...usualStreams([1, 3, 5], 300), params, batchSize: 8, steps: 25, stepsPerEpoch: 10, ticksPerStep: 16 },
  { ...usualJoint([], 1000), params, batchSize: 8, steps: 25, stepsPerEpoch: 10, ticksPerStep: 16 },
  { ...usualJoint([10, 30, 45], 1000), params, batchSize: 6, steps: 25, stepsPerEpoch: 10, ticksPerStep: 16 }
]

export async function useTrainer<T>(
  engine: LoadedEngine,
  request: TrainRequest,
  use: (trainer: Trainer) => Promise<T>
): Promise<T> {
  const training = new Training(engine, request)
  try {
    return await use(training.trainer)
  } finally {
    training.dispose()
  }
}

export async function steps(trainer: Trainer, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await trainer.advance()
}

/** Broken off in the middle of the second epoch and taken up by another trainer, it must end as without a break. */
export async function expectSameBits(engine: LoadedEngine, given: TrainRequest): Promise<void> {
  const schedule = { id: 'plateau', params: { patience: 0 } } as const
  const request: TrainRequest = { ...given, weightDecay: 0.01, keep: 'best', schedule }
  const whole = await useTrainer(engine, request, async (trainer) => {
    await runTrainer(trainer)
    return trainer.state()
  })
  const broken = await useTrainer(engine, request, async (trainer) => {
    await steps(trainer, Math.floor(1.5 * trainer.data.stepsPerEpoch))
    return trainer.state()
  })
  expect(broken.progress.best).not.toBeNull()
  expect(broken.progress.step).toBeLessThan(whole.progress.step)
  const resumed = await useTrainer(engine, request, async (trainer) => {
    trainer.restore(broken)
    await runTrainer(trainer)
    return trainer.state()
  })
  expect(resumed).toEqual(whole)
}
