/** How trials are run: one at a time, wherever. A queue on other machines would stand behind the same few lines. */
import type { TrainRequest } from '../../contract/train-request'
import type { TrialEpoch, TrialResult } from './trial'

export interface Trial {
  readonly id: string
  readonly request: TrainRequest
}

export interface TrialHooks {
  /** Told after every epoch; 'stop' ends the trial there, and its result is what it had. */
  onEpoch(epoch: TrialEpoch): 'go on' | 'stop'
  /** Ends the trial without a result. */
  readonly abort: AbortSignal
}

export interface TrialRunner {
  /** Rejects with a sentence if the trial failed, and with TrialAborted if it was ended from outside. */
  run(trial: Trial, hooks: TrialHooks): Promise<TrialResult>
}

export class TrialAborted extends Error {
  override readonly name = 'TrialAborted'
}
