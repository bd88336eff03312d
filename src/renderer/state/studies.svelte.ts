/**
 * The studies as the window shows them: which table is chosen, what of it is measured, and how far the one is that is
 * being measured now. Knows nothing of how it is drawn.
 */
import type { StudyAdvanced, StudyBudget, StudyChoice, StudyDescription, StudyReport } from '../../contract/training'
import type { TrainingClient } from '../client'
import type { Jobs } from './jobs.svelte'

/** Its row among the long work. */
export const studyJobId = 'study'

export interface StudiesParts {
  readonly jobs: Jobs
  /** Whether a run trains: its times and those of a study would spoil each other. */
  isTraining(): boolean
  /** Whether the user looks at the studies now. */
  isInSight(): boolean
  /** The training process, once it is there. */
  ready(): Promise<TrainingClient>
  report(failure: string, error: Error): void
}

export class Studies {
  list = $state.raw<readonly StudyDescription[]>([])
  budgets = $state.raw<readonly StudyBudget[]>([])
  choice = $state.raw<StudyChoice>({ studyId: 'hidden-size', budget: 'short', seeds: 3 })
  /** Of the choice, as it was when it was read last. */
  table = $state.raw<StudyReport>()
  /** The study that is being measured, whichever is chosen. */
  running = $state.raw<StudyAdvanced>()
  /** The study is asked to end, and its trial has not ended yet. */
  isStopping = $state(false)
  /** Why the last one did not come to its end. */
  problem = $state('')
  readonly study = $derived(this.list.find(({ id }) => id === this.choice.studyId))
  readonly budget = $derived(this.budgets.find(({ id }) => id === this.choice.budget))
  readonly trialCount = $derived((this.study?.rowCount ?? 0) * this.choice.seeds)
  readonly #parts: StudiesParts
  #client: TrainingClient | undefined

  constructor(parts: StudiesParts) {
    this.#parts = parts
  }

  /** Whether what is being measured is the table that is shown. */
  get isShownRunning(): boolean {
    return this.running?.studyId === this.choice.studyId && this.running.budget === this.choice.budget
  }

  /** Why it cannot be started now; undefined if it can. */
  get startRefusal(): string | undefined {
    if (this.list.length === 0) return 'The training process has not answered yet.'
    if (this.running) return 'A study is being measured: stop it first.'
    if (this.#parts.isTraining()) return 'A run is training: pause or stop it first.'
    if (this.table && this.table.measuredCount === this.table.trialCount)
      return 'Every trial of this table is measured: take more seeds or another budget.'
    return undefined
  }

  /** A training process is there: the first one, or one more after its end. */
  async use(client: TrainingClient): Promise<void> {
    this.#client = client
    client.on('studyAdvanced', (event) => this.#onAdvanced(event))
    client.on('studyEnded', ({ outcome, message }) => {
      this.#end()
      this.problem = outcome === 'failed' ? message : ''
      const { jobs, isInSight } = this.#parts
      if (outcome === 'stopped' || isInSight()) jobs.dismiss(studyJobId)
      else if (outcome === 'failed') jobs.end(studyJobId, { kind: 'failed', message })
      else jobs.end(studyJobId, { kind: 'done', message: 'every trial is measured' })
      void this.refresh()
    })
    try {
      const { studies, budgets, running } = await client.listStudies(undefined)
      this.list = studies
      this.budgets = budgets
      if (running) {
        this.choice = choiceOf(running)
        this.#onAdvanced(running)
      }
    } catch (error) {
      if (client === this.#client) this.#parts.report('The studies could not be read', error as Error)
    }
    await this.refresh()
  }

  /** The process is gone; what has finished is kept. */
  lose(reason: string): void {
    if (this.running) {
      this.problem = `${reason} What was measured is kept, and the study can be resumed.`
      this.#parts.jobs.end(studyJobId, { kind: 'failed', message: this.problem })
    }
    this.#client = undefined
    this.#end()
  }

  choose(part: Partial<StudyChoice>): void {
    const seeds = part.budget === undefined ? undefined : this.budgets.find(({ id }) => id === part.budget)?.seeds
    this.choice = { ...this.choice, ...(seeds !== undefined && { seeds }), ...part }
    this.table = undefined
    this.problem = ''
    void this.refresh()
  }

  /** Read what is measured of the chosen table. */
  async refresh(): Promise<void> {
    const [client, choice] = [this.#client, this.choice]
    if (!client) return
    try {
      const table = await client.readStudy(choice)
      if (choice === this.choice) this.table = table
    } catch (error) {
      if (client === this.#client) this.#parts.report('The study could not be read', error as Error)
    }
  }

  /** Measure what is missing of the chosen table. */
  async start(): Promise<void> {
    this.problem = ''
    try {
      await (await this.#parts.ready()).startStudy(this.choice)
    } catch (error) {
      this.#parts.report('The study could not be started', error as Error)
    }
  }

  /** End the trial under way; what has finished stays. */
  async stop(): Promise<void> {
    if (!this.running) return
    this.isStopping = true
    try {
      await (await this.#parts.ready()).stopStudy(undefined)
    } catch (error) {
      this.isStopping = false
      this.#parts.report('The study could not be stopped', error as Error)
    }
  }

  #onAdvanced(event: StudyAdvanced): void {
    const before = this.running
    this.running = event
    const title = `Study: ${this.list.find(({ id }) => id === event.studyId)?.title ?? event.studyId}`
    const { share, secondsLeft } = event
    this.#parts.jobs.put(
      studyJobId,
      { title, share, secondsLeft, cancelTitle: 'Stop and keep' },
      () => void this.stop()
    )
    if (this.isShownRunning && before?.trial !== event.trial) void this.refresh()
  }

  #end(): void {
    this.running = undefined
    this.isStopping = false
  }
}

function choiceOf({ studyId, budget, seeds }: StudyChoice): StudyChoice {
  return { studyId, budget, seeds }
}
