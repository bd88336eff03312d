/**
 * What studies and searches of the window share: one is measured at a time, it can be stopped, and its trials lie in a
 * folder of their own. Two at once would be slow, and the times of neither true.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../contract/define'
import { readTrialResult } from './child-runner'
import type { TrialRunner } from './runner'
import type { StudyPace } from './study-pace'
import type { TrialResult } from './trial-result'

export interface MeasuringEnd {
  readonly outcome: 'finished' | 'stopped' | 'failed'
  readonly message: string
}

export interface MeasuringOptions {
  /** Runs a trial in the folder that it is told; `scratch` is for files that nobody keeps. */
  runnerFor(folders: { folderOf(trialId: string): string; scratch: string }): TrialRunner
}

export interface TrialHooks {
  readonly pace: StudyPace
  readonly epochs: number
  readonly abort: AbortSignal
  /** The pace has changed. */
  tell(): void
  /** A trial came to no result, and nobody stopped it. */
  onFailure(trialId: string, message: string): void
}

export class Measuring {
  readonly #options: MeasuringOptions
  #running: { readonly controller: AbortController; readonly ended: Promise<void> } | undefined

  constructor(options: MeasuringOptions) {
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#running !== undefined
  }

  /** Returns when it has begun. Throws LabError where something is measured already. */
  start(work: (abort: AbortSignal) => Promise<MeasuringEnd>, onEnded: (end: MeasuringEnd) => void): void {
    if (this.#running) throw new LabError('busy', 'Another study or search is being measured: stop it first.')
    const controller = new AbortController()
    const ended = work(controller.signal)
      .catch((error: Error): MeasuringEnd => {
        if (controller.signal.aborted) return { outcome: 'stopped', message: '' }
        return { outcome: 'failed', message: error.message }
      })
      .then((end) => {
        this.#running = undefined
        onEnded(end)
      })
    this.#running = { controller, ended }
  }

  /** Resolves when the trial under way has ended. */
  async stop(): Promise<void> {
    this.#running?.controller.abort()
    await this.#running?.ended
  }

  /** Run trials that lie in this folder, and clear up after them. */
  async withRunner<Found>(
    folder: string,
    { pace, epochs, abort, tell, onFailure }: TrialHooks,
    work: (runner: TrialRunner) => Promise<Found>
  ): Promise<Found> {
    const scratch = join(folder, 'scratch')
    await mkdir(scratch, { recursive: true })
    const runner = this.#options.runnerFor({ folderOf: (id) => trialFolder(folder, id), scratch })
    try {
      return await work({
        async run(trial, hooks) {
          try {
            return await runner.run(trial, {
              ...hooks,
              onEpoch(epoch) {
                pace.advance(epoch.epoch / epochs)
                tell()
                return hooks.onEpoch(epoch)
              }
            })
          } catch (error) {
            if (!abort.aborted) onFailure(trial.id, (error as Error).message)
            throw error
          }
        }
      })
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }
}

export function readTrialIn(folder: string, trialId: string): Promise<TrialResult | undefined> {
  return readTrialResult(trialFolder(folder, trialId))
}

const trialFolder = (folder: string, trialId: string) => join(folder, 'trials', trialId)

/** How a measurement ends whose trials all came to their end. */
export function endOf(failureCount: number, trialCount: number): MeasuringEnd {
  if (failureCount === 0) return { outcome: 'finished', message: '' }
  return { outcome: 'failed', message: `${failureCount} of ${trialCount} trials failed; the rows say why.` }
}
