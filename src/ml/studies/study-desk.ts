/**
 * Studies as the window asks for them: one is measured at a time, each in a folder of its own with the files that
 * `siglab study` writes, and what a folder holds is read from it.
 *
 * Knows nothing of ports or processes.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../contract/define'
import type { StudyAdvanced, StudyChoice, StudyReport } from '../../contract/studies'
import { budgetIds, budgets, type Budget } from './budgets'
import { readTrialResult } from './child-runner'
import type { Study } from './define'
import { keyOf, readStudyFigures, runStudy } from './run-study'
import type { TrialRunner } from './runner'
import { StudyPace } from './study-pace'
import { studyReport } from './study-report'
import { studyById, studyIds } from './tables'
import { writeReports } from './write-reports'

export interface StudyEnd {
  readonly outcome: 'finished' | 'stopped' | 'failed'
  readonly message: string
}

export interface StudyDeskOptions {
  /** Each study and budget gets a folder in it. */
  readonly folder: string
  /** Runs a trial in the folder that it is told; `scratch` is for files that nobody keeps. */
  runnerFor(folders: { folderOf(trialId: string): string; scratch: string }): TrialRunner
  onAdvanced(advanced: StudyAdvanced): void
  onEnded(choice: StudyChoice, end: StudyEnd): void
}

interface Running {
  readonly choice: StudyChoice
  readonly controller: AbortController
  readonly ended: Promise<void>
}

export class StudyDesk {
  readonly #options: StudyDeskOptions
  #running: Running | undefined
  #advanced: StudyAdvanced | undefined
  /** Sentences of trials that failed since the program was started, by the folder of their study. */
  readonly #failures = new Map<string, Map<string, string>>()

  constructor(options: StudyDeskOptions) {
    this.#options = options
  }

  /** What is being measured now, and how far it is. */
  get running(): StudyAdvanced | undefined {
    return this.#advanced
  }

  get isBusy(): boolean {
    return this.#running !== undefined
  }

  /** Measure what is missing; returns when it has begun. Rejects where something is measured already. */
  start(choice: StudyChoice): void {
    if (this.#running) throw new LabError('busy', 'Another study is being measured: stop it first.')
    const { study, budget } = partsOf(choice)
    const controller = new AbortController()
    const trialCount = study.rows.length * choice.seeds
    this.#advanced = { ...choice, trial: 1, trialCount, row: study.baseline, seed: 1, share: 0, secondsLeft: null }
    const ended = this.#run(choice, { study, budget, abort: controller.signal })
      .catch((error: Error): StudyEnd => {
        if (controller.signal.aborted) return { outcome: 'stopped', message: '' }
        return { outcome: 'failed', message: error.message }
      })
      .then((end) => {
        this.#running = undefined
        this.#advanced = undefined
        this.#options.onEnded(choice, end)
      })
    this.#running = { choice, controller, ended }
  }

  /** Resolves when the trial under way has ended. */
  async stop(): Promise<void> {
    this.#running?.controller.abort()
    await this.#running?.ended
  }

  async read(choice: StudyChoice): Promise<StudyReport> {
    const { study, budget } = partsOf(choice)
    const figures = await readStudyFigures(study, {
      ...{ budget, seedCount: choice.seeds, failures: this.#failures.get(this.#folderOf(choice)) },
      readTrial: (trialId) => readTrialResult(this.#trialFolder(choice, trialId))
    })
    return studyReport(choice, figures)
  }

  async #run(
    choice: StudyChoice,
    { study, budget, abort }: { study: Study; budget: Budget; abort: AbortSignal }
  ): Promise<StudyEnd> {
    const folder = this.#folderOf(choice)
    const scratch = join(folder, 'scratch')
    await mkdir(scratch, { recursive: true })
    const failures = new Map<string, string>()
    this.#failures.set(folder, failures)
    const folderOf = (trialId: string) => this.#trialFolder(choice, trialId)
    const runner = this.#options.runnerFor({ folderOf, scratch })
    const pace = new StudyPace(study.rows.length * choice.seeds)
    let current = { row: study.baseline, seed: 1 }
    const tell = () => {
      const { trial, trialCount } = pace
      this.#advanced = { ...choice, ...current, trial, trialCount, ...pace.at(performance.now()) }
      this.#options.onAdvanced(this.#advanced)
    }
    try {
      const figures = await runStudy(study, {
        ...{ budget, seedCount: choice.seeds, abort },
        readTrial: (trialId) => readTrialResult(folderOf(trialId)),
        onTrial({ row, seed, isKnown }) {
          current = { row, seed }
          pace.begin(performance.now(), isKnown)
          tell()
        },
        runner: {
          async run(trial, hooks) {
            try {
              return await runner.run(trial, {
                ...hooks,
                onEpoch(epoch) {
                  pace.advance(epoch.epoch / budget.epochs)
                  tell()
                  return hooks.onEpoch(epoch)
                }
              })
            } catch (error) {
              if (!abort.aborted) failures.set(keyOf({ label: current.row }, current.seed), (error as Error).message)
              throw error
            }
          }
        }
      })
      await writeReports(folder, figures)
      if (failures.size === 0) return { outcome: 'finished', message: '' }
      return { outcome: 'failed', message: `${failures.size} of ${pace.trialCount} trials failed; the rows say why.` }
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }

  #folderOf({ studyId, budget }: StudyChoice): string {
    return join(this.#options.folder, `${studyId}-${budget}`)
  }

  #trialFolder(choice: StudyChoice, trialId: string): string {
    return join(this.#folderOf(choice), 'trials', trialId)
  }
}

/** Only what the tables hold becomes a folder's name. */
function partsOf({ studyId, budget }: StudyChoice): { study: Study; budget: Budget } {
  const knownStudy = studyIds.find((id) => id === studyId)
  if (!knownStudy)
    throw new LabError('not-found', `There is no study "${studyId}". Expected one of ${studyIds.join(', ')}.`)
  const knownBudget = budgetIds.find((id) => id === budget)
  if (!knownBudget)
    throw new LabError('not-found', `There is no budget "${budget}". Expected one of ${budgetIds.join(', ')}.`)
  return { study: studyById(knownStudy), budget: budgets[knownBudget] }
}
