/** One trial: one training, measured. Knows nothing of studies or processes. */
import type { TrainRequest } from '../../contract/train-request'
import { parameterCountOf } from '../architectures/define'
import type { LoadedEngine } from '../engine/tensorflow'
import { createStreamFilter } from '../inference/stream-filter'
import { sampleRateOf } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { runTrainer } from '../training/progress'
import { Training } from '../training/training'
import { TrialPaused } from './runner'
import { TrialProgress, type CheckpointKeeper } from './trial-checkpoint'
import type { TrialEpoch, TrialResult } from './trial-result'

export interface TrialOptions {
  /** Epochs before the checkpoint that it went on from are told again. */
  onEpoch(epoch: TrialEpoch): void
  readonly abort: AbortSignal
  /** Without one, a trial that is cut off starts anew. */
  readonly keeper?: CheckpointKeeper
}

/**
 * Train and measure in this process; `abort` stops between two steps, and what was best so far is measured, or it is
 * written down and the trial ends with TrialPaused.
 */
export async function runTrial(
  engine: LoadedEngine,
  request: TrainRequest,
  { onEpoch, abort, keeper }: TrialOptions
): Promise<TrialResult> {
  const training = new Training(engine, request)
  try {
    const progress = new TrialProgress(training, keeper)
    const { epochs } = progress
    await progress.resume()
    epochs.forEach(onEpoch)
    const isFinished = await runTrainer(training.trainer, {
      abort,
      onEpoch(report) {
        const { epoch: number, loss, validationLoss, validationR2 } = report.figures
        const epoch = { epoch: number, loss, validationLoss, validationR2 }
        epochs.push(epoch)
        onEpoch(epoch)
      },
      onPause: () => progress.keepWhenDue()
    })
    if (!isFinished && keeper?.isPaused()) {
      await progress.keep()
      throw new TrialPaused('The trial was written down and goes on later.')
    }
    const { seconds } = progress
    const model = await training.finish(seconds)
    return { ...resultOf(engine, model, { request, epochs, seconds }), isStopped: abort.aborted }
  } finally {
    training.dispose()
  }
}

function resultOf(
  engine: LoadedEngine,
  model: StoredModel,
  { request, epochs, seconds }: { request: TrainRequest; epochs: TrialEpoch[]; seconds: number }
): Omit<TrialResult, 'isStopped'> {
  const { metrics, training } = model.manifest
  const figure = (...names: string[]) =>
    finiteOrNull(names.map((name) => metrics[name]).find((value) => value !== undefined))
  return {
    ...{ request, epochs, r2: figure('testR2', 'r2') },
    trainingLoss: figure('trainingLoss'),
    validationLoss: figure('validationLoss'),
    parameterCount: parameterCountOf(model.network),
    steps: training.steps,
    trainingSeconds: seconds,
    secondsPerEpoch: epochs.length > 0 ? seconds / epochs.length : null,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    microsecondsPerSample: speedOf(engine, model),
    kernel: engine.kernels.name
  }
}

/** A record of as many samples as are worth the clock's while, filtered the way the scope filters it. */
function speedOf(engine: LoadedEngine, model: StoredModel): number {
  const sampleRate = sampleRateOf(model.manifest) || 1000
  const filter = createStreamFilter(engine, model, { sampleRate, frequenciesHz: [1, 3, 5, 7] })
  const samples = new Float32Array(2048)
  let best = Infinity
  try {
    for (let round = 0; round < 4; round += 1) {
      const began = performance.now()
      filter.process(samples)
      best = Math.min(best, performance.now() - began)
    }
  } finally {
    filter.dispose()
  }
  return (1000 * best) / samples.length
}

const finiteOrNull = (value: number | null | undefined) =>
  typeof value === 'number' && Number.isFinite(value) ? value : null
