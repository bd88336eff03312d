/** What a training run tells while it goes on, and how it may be stopped. */

export interface TrainingProgress {
  readonly step: number
  readonly stepCount: number
  readonly epoch: number
  readonly epochCount: number
  /** Mean loss since the last report. */
  readonly loss: number
  readonly gradientNorm: number
  readonly learningRate: number
  readonly stepMilliseconds: number
  readonly secondsLeft: number
}

export interface EpochReport {
  readonly epoch: number
  readonly loss: number
  readonly validationLoss: number
  /** R² over the validation examples. */
  readonly validationR2: number
  readonly isBest: boolean
}

export interface TrainingHooks {
  onProgress?(progress: TrainingProgress): void
  onEpoch?(report: EpochReport): void
  /** Stops between two steps; what was best so far is kept. */
  readonly abort?: AbortSignal
}

/** A loss that is not a number: nothing after it can be trusted. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged'
}

/** Throws TrainingDiverged with the place and the cure if the loss is not finite. */
export function assertFinite(loss: number, step: number, gradientNorm: number): void {
  if (Number.isFinite(loss)) return
  throw new TrainingDiverged(
    `The loss became ${loss} in step ${step} (gradient norm ${gradientNorm}). Lower the learning rate or the clipping norm, or look for NaN in the signal.`
  )
}

/** Counts steps and gives reports at most ten times a second, with the event loop let in between. */
export class ProgressMeter {
  readonly #started = performance.now()
  #reported = performance.now()
  #lossSum = 0
  #count = 0

  constructor(
    readonly hooks: TrainingHooks,
    readonly stepCount: number,
    readonly epochCount: number
  ) {}

  async report(
    now: Omit<TrainingProgress, 'stepCount' | 'epochCount' | 'stepMilliseconds' | 'secondsLeft'>
  ): Promise<void> {
    this.#lossSum += now.loss
    this.#count += 1
    const time = performance.now()
    if (time - this.#reported < 100 && now.step < this.stepCount) return
    const perStep = (time - this.#started) / now.step
    this.hooks.onProgress?.({
      ...now,
      loss: this.#lossSum / this.#count,
      stepCount: this.stepCount,
      epochCount: this.epochCount,
      stepMilliseconds: perStep,
      secondsLeft: ((this.stepCount - now.step) * perStep) / 1000
    })
    this.#lossSum = 0
    this.#count = 0
    this.#reported = time
    await new Promise((resolve) => setImmediate(resolve))
  }
}
