/** What a training tells while it goes on, and the loop that runs it until it is finished or asked to stop. */
import { nextTurn } from '../next-turn'
import type { EpochReport, StepReport, Trainer } from './trainer'

export interface TrainingProgress {
  readonly step: number
  readonly stepCount: number
  /** From 1. */
  readonly epoch: number
  readonly epochCount: number
  /** Mean loss since the last report. */
  readonly loss: number
  readonly gradientNorm: number
  readonly learningRate: number
  readonly stepMilliseconds: number
  readonly secondsLeft: number
}

export interface TrainingHooks {
  /** At most ten times a second. */
  onProgress?(progress: TrainingProgress): void
  onStep?(report: StepReport): void
  /** Awaited: the next step comes after it. */
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Awaited between two steps, at most ten times a second and after every epoch: here a state may be taken. */
  onPause?(): Promise<void>
  /** Stops between two steps. */
  readonly abort?: AbortSignal
}

const reportEveryMilliseconds = 100
/** How far back the time of a step looks: seconds, so that a busy moment does not rule the time left. */
const pacePeriodMilliseconds = 10_000

/** Train until the end or until it is aborted; true if it came to its end. */
export async function runTrainer(trainer: Trainer, hooks: TrainingHooks = {}): Promise<boolean> {
  const meter = new Meter(trainer, hooks)
  while (!trainer.isFinished) {
    if (hooks.abort?.aborted) return false
    const report = await trainer.advance()
    hooks.onStep?.(report)
    if (report.epochEnd) await hooks.onEpoch?.(report.epochEnd)
    if (meter.take(report) || report.epochEnd) {
      await hooks.onPause?.()
      await nextTurn()
    }
  }
  return true
}

/** Counts steps, and reports at most ten times a second. */
class Meter {
  #reported = performance.now()
  #paceStart = { time: performance.now(), step: 0 }
  #pace = NaN
  #lossSum = 0
  #count = 0

  constructor(
    readonly trainer: Trainer,
    readonly hooks: TrainingHooks
  ) {
    this.#paceStart.step = trainer.progress.step
  }

  /** True if it was time to report. */
  take({ step, epoch, loss, gradientNorm, learningRate }: StepReport): boolean {
    const { stepCount, epochCount } = this.trainer.data
    this.#lossSum += loss
    this.#count += 1
    const time = performance.now()
    if (time - this.#reported < reportEveryMilliseconds && step < stepCount) return false
    const stepMilliseconds = this.#paceAt(time, step)
    this.hooks.onProgress?.({
      ...{ step, stepCount, epoch, epochCount, gradientNorm, learningRate, stepMilliseconds },
      loss: this.#lossSum / this.#count,
      secondsLeft: ((stepCount - step) * stepMilliseconds) / 1000
    })
    this.#lossSum = 0
    this.#count = 0
    this.#reported = time
    return true
  }

  /** Milliseconds a step over the last seconds, validations included. */
  #paceAt(time: number, step: number): number {
    const start = this.#paceStart
    const pace = (time - start.time) / Math.max(1, step - start.step)
    if (time - start.time < pacePeriodMilliseconds) return Number.isNaN(this.#pace) ? pace : (this.#pace + pace) / 2
    this.#pace = pace
    this.#paceStart = { time, step }
    return pace
  }
}
