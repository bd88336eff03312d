/**
 * Studies as the window asks for them: each in a folder of its own with the files that `siglab study` writes, and what a
 * folder holds is read from it.
 *
 * Knows nothing of ports or processes.
 */
import { join } from 'node:path'
import { LabError } from '../../contract/define'
import type { StudyAdvanced, StudyChoice, StudyReport } from '../../contract/studies'
import { budgetById, type Budget } from './budgets'
import type { Study } from './define'
import { endOf, readTrialIn, type Measuring, type MeasuringEnd } from './measuring'
import { keyOf, readStudyFigures, runStudy } from './run-study'
import { StudyPace } from './study-pace'
import { studyReport } from './study-report'
import { studyById, studyIds } from './tables'
import { writeReports } from './write-reports'

export interface StudyDeskOptions {
  /** Each study and budget gets a folder in it. */
  readonly folder: string
  readonly measuring: Measuring
  onAdvanced(advanced: StudyAdvanced): void
  onEnded(choice: StudyChoice, end: MeasuringEnd): void
}

export class StudyDesk {
  readonly #options: StudyDeskOptions
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

  /** Measure what is missing; returns when it has begun. Throws LabError where something is measured already. */
  start(choice: StudyChoice): void {
    const { study, budget } = partsOf(choice)
    const { measuring, onEnded } = this.#options
    measuring.start(
      (abort) => this.#run(choice, { study, budget, abort }),
      (end) => {
        this.#advanced = undefined
        onEnded(choice, end)
      }
    )
  }

  /** Resolves when the trial under way has ended. */
  async stop(): Promise<void> {
    if (this.#advanced) await this.#options.measuring.stop()
  }

  async read(choice: StudyChoice): Promise<StudyReport> {
    const { study, budget } = partsOf(choice)
    const folder = this.#folderOf(choice)
    const figures = await readStudyFigures(study, {
      ...{ budget, seedCount: choice.seeds, failures: this.#failures.get(folder) },
      readTrial: (trialId) => readTrialIn(folder, trialId)
    })
    return studyReport(choice, figures)
  }

  async #run(
    choice: StudyChoice,
    { study, budget, abort }: { study: Study; budget: Budget; abort: AbortSignal }
  ): Promise<MeasuringEnd> {
    const folder = this.#folderOf(choice)
    const failures = new Map<string, string>()
    this.#failures.set(folder, failures)
    const trialCount = study.rows.length * choice.seeds
    const pace = new StudyPace(trialCount)
    let current = { row: study.baseline, seed: 1 }
    this.#advanced = { ...choice, ...current, trial: 1, trialCount, share: 0, secondsLeft: null }
    const tell = () => {
      this.#advanced = { ...choice, ...current, trial: pace.trial, trialCount, ...pace.at(performance.now()) }
      this.#options.onAdvanced(this.#advanced)
    }
    const onFailure = (_id: string, message: string) =>
      failures.set(keyOf({ label: current.row }, current.seed), message)
    const hooks = { pace, epochs: budget.epochs, abort, tell, onFailure }
    const figures = await this.#options.measuring.withRunner(folder, hooks, (runner) =>
      runStudy(study, {
        ...{ budget, seedCount: choice.seeds, abort, runner },
        readTrial: (trialId) => readTrialIn(folder, trialId),
        onTrial({ row, seed, isKnown }) {
          current = { row, seed }
          pace.begin(performance.now(), isKnown)
          tell()
        }
      })
    )
    await writeReports(folder, figures)
    return endOf(failures.size, trialCount)
  }

  #folderOf({ studyId, budget }: StudyChoice): string {
    return join(this.#options.folder, `${studyId}-${budget}`)
  }
}

/** Only what the tables hold becomes a folder's name. */
function partsOf({ studyId, budget }: StudyChoice): { study: Study; budget: Budget } {
  const known = studyIds.find((id) => id === studyId)
  if (!known) throw new LabError('not-found', `There is no study "${studyId}". Expected one of ${studyIds.join(', ')}.`)
  return { study: studyById(known), budget: budgetById(budget) }
}
