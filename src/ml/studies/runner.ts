/** How trials are run: by processes of this computer, or by workers elsewhere behind a queue (queue/). */
import type { TrainRequest } from '../../contract/train-request'
import { InputError } from '../../core/signal/signal'
import type { TrialEpoch, TrialResult } from './trial-result'

export interface Trial {
  readonly id: string
  readonly request: TrainRequest
}

export interface TrialHooks {
  /** Told after every epoch; 'stop' ends the trial there, and its result is what it had. */
  onEpoch(epoch: TrialEpoch): 'go on' | 'stop'
  /** It was written down where the trial stands, after so many steps. */
  onCheckpoint?(step: number): void
  /** Ends the trial without a result. */
  readonly abort: AbortSignal
  /** Ends the trial with what it has, as 'stop' does. */
  readonly stop?: AbortSignal
  /** Asks the trial to write down where it stands and to end there: it rejects with TrialPaused. */
  readonly pause?: AbortSignal
}

export interface TrialRunner {
  /**
   * Rejects with a sentence if the trial failed (TrialFailed where it would fail again), with TrialAborted if it was
   * ended from outside, and with RunnerUnusable where every other trial would be rejected as well.
   */
  run(trial: Trial, hooks: TrialHooks): Promise<TrialResult>
  /** How many trials may be under way now; absent where it is one at a time. */
  concurrency?(): Promise<number>
}

export class TrialAborted extends Error {
  override readonly name = 'TrialAborted'
}

/** The training itself came to no result: it diverged, or cannot be built. It would do so again. */
export class TrialFailed extends Error {
  override readonly name = 'TrialFailed'
}

/** No trial can be run any more, for a reason that waiting does not mend: the whole study ends with its sentence. */
export class RunnerUnusable extends InputError {}

/** It was written down where the trial stands, for whoever goes on with it. */
export class TrialPaused extends Error {
  override readonly name = 'TrialPaused'
}
