/** One training in one go, without a folder: for tests, benches and searches. */
import type { TrainRequest } from '../../contract/train-request'
import type { LoadedEngine } from '../engine/tensorflow'
import type { StoredModel } from '../library/model-file'
import { runTrainer, type TrainingHooks } from './progress'
import type { EpochReport } from './trainer'
import { Training } from './training'

export interface TrainedModel {
  readonly model: StoredModel
  readonly epochs: readonly EpochReport[]
  readonly seconds: number
}

/** Resolves early with what it has if it is aborted. */
export async function trainModel(
  engine: LoadedEngine,
  request: TrainRequest,
  hooks: TrainingHooks = {}
): Promise<TrainedModel> {
  const training = new Training(engine, request)
  const epochs: EpochReport[] = []
  const started = performance.now()
  try {
    await runTrainer(training.trainer, {
      ...hooks,
      onEpoch(report) {
        epochs.push(report)
        return hooks.onEpoch?.(report)
      }
    })
    const seconds = (performance.now() - started) / 1000
    return { model: await training.finish(seconds), epochs, seconds }
  } finally {
    training.dispose()
  }
}
