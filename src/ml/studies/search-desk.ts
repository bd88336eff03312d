/**
 * Searches as the window asks for them. The trials of all searches lie in one folder: the same training is the same
 * trial, whichever search asks for it, and a search that was cut short goes on where it was.
 *
 * Knows nothing of ports or processes.
 */
import { LabError } from '../../contract/define'
import type { SearchAdvanced, SearchChoice, SearchReport, SearchTrialReport } from '../../contract/searches'
import { budgetById } from './budgets'
import { endOf, readTrialIn, type Measuring, type MeasuringEnd } from './measuring'
import { bestTrial, frontOf, readSearchTrials, runSearch, searchMethods, type SearchPlan } from './search'
import { searchCsv, searchMarkdown, searchSentence } from './search-report'
import { searchSpace } from './search-space'
import { StudyPace } from './study-pace'
import { writeSearchReports } from './write-reports'

export interface SearchDeskOptions {
  readonly folder: string
  readonly measuring: Measuring
  onAdvanced(advanced: SearchAdvanced): void
  onEnded(choice: SearchChoice, end: MeasuringEnd): void
}

export class SearchDesk {
  readonly #options: SearchDeskOptions
  #advanced: SearchAdvanced | undefined
  /** Sentences of trials that failed since the program was started, by their ids. */
  readonly #failures = new Map<string, string>()

  constructor(options: SearchDeskOptions) {
    this.#options = options
  }

  /** What is being tried now, and how far the search is. */
  get running(): SearchAdvanced | undefined {
    return this.#advanced
  }

  /** Try what is missing; returns when it has begun. Throws LabError where something is measured already. */
  start(choice: SearchChoice): void {
    const plan = planOf(choice)
    const { measuring, onEnded } = this.#options
    measuring.start(
      (abort) => this.#run(choice, plan, abort),
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

  async read(choice: SearchChoice): Promise<SearchReport> {
    const plan = planOf(choice)
    const trials = await readSearchTrials(plan, { readTrial: this.#readTrial, failures: this.#failures })
    const [best, front] = [bestTrial(trials), frontOf(trials)]
    return {
      ...choice,
      measured: trials.map((trial): SearchTrialReport => {
        const { index, point, result, failure = '' } = trial
        return {
          ...{ trial: index + 1, point: { ...point }, failure: failure.slice(0, 1000) },
          r2: result?.r2 ?? null,
          parameterCount: result?.parameterCount ?? null,
          microsecondsPerSample: result?.microsecondsPerSample ?? null,
          trainingSeconds: result?.trainingSeconds ?? null,
          isStopped: result?.isStopped ?? false,
          isOnFront: front.includes(trial),
          isBest: trial === best,
          request: result?.request ?? null
        }
      }),
      sentence: searchSentence(trials),
      markdown: searchMarkdown(plan, trials),
      csv: searchCsv(plan, trials)
    }
  }

  readonly #readTrial = (trialId: string) => readTrialIn(this.#options.folder, trialId)

  async #run(choice: SearchChoice, plan: SearchPlan, abort: AbortSignal): Promise<MeasuringEnd> {
    const { folder, measuring } = this.#options
    const { trialCount, budget } = plan
    const pace = new StudyPace(trialCount)
    let point: SearchAdvanced['point'] = {}
    this.#failures.clear()
    this.#advanced = { ...choice, trial: 1, point, share: 0, secondsLeft: null }
    const tell = () => {
      this.#advanced = { ...choice, trial: pace.trial, point, ...pace.at(performance.now()) }
      this.#options.onAdvanced(this.#advanced)
    }
    const onFailure = (trialId: string, message: string) => this.#failures.set(trialId, message)
    const trials = await measuring.withRunner(
      folder,
      { pace, epochs: budget.epochs, abort, tell, onFailure },
      (runner) =>
        runSearch(plan, {
          ...{ runner, abort, readTrial: this.#readTrial },
          onTrial(told) {
            point = { ...told.point }
            pace.begin(performance.now(), told.isKnown)
            tell()
          }
        })
    )
    const { methodId, task, budget: budgetId, seed } = choice
    await writeSearchReports(folder, `${methodId}-${task}-${budgetId}-${seed}`, plan, trials)
    return endOf(this.#failures.size, trials.length)
  }
}

/** Only what the tables hold becomes a plan, and a file's name. */
function planOf({ methodId, task, architectures, budget, trials, seed }: SearchChoice): SearchPlan {
  const method = searchMethods.find((known) => known === methodId)
  if (!method)
    throw new LabError('not-found', `There is no search "${methodId}". Expected one of ${searchMethods.join(', ')}.`)
  try {
    return { method, task, space: searchSpace(architectures), budget: budgetById(budget), trialCount: trials, seed }
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('bad-request', error.message)
    throw error
  }
}
