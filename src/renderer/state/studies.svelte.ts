/** The studies as the window shows them: which table is chosen, at what cost. Knows nothing of how it is drawn. */
import type { StudyAdvanced, StudyBudget, StudyChoice, StudyDescription, StudyReport } from '../../contract/training'
import type { TrainingClient } from '../client'
import { Measurement, type MeasurementKind, type MeasurementParts } from './measurement.svelte'

/** Its row among the long work. */
export const studyJobId = 'study'

export class Studies extends Measurement<StudyChoice, StudyAdvanced, StudyReport> {
  list = $state.raw<readonly StudyDescription[]>([])
  budgets = $state.raw<readonly StudyBudget[]>([])
  readonly study = $derived(this.list.find(({ id }) => id === this.choice.studyId))
  readonly budget = $derived(this.budgets.find(({ id }) => id === this.choice.budget))
  readonly trialCount = $derived((this.study?.rowCount ?? 0) * this.choice.seeds)

  constructor(parts: MeasurementParts) {
    const kind: MeasurementKind<StudyChoice, StudyAdvanced, StudyReport> = {
      ...{ jobId: studyJobId, noun: 'study' },
      titleOf: ({ studyId }) => `Study: ${this.list.find(({ id }) => id === studyId)?.title ?? studyId}`,
      choiceOf: ({ studyId, budget, seeds }) => ({ studyId, budget, seeds }),
      read: (client, choice) => client.readStudy(choice),
      start: (client, choice) => client.startStudy(choice),
      stop: (client) => client.stopStudy(undefined),
      isSame: ({ studyId, budget }, running) => running.studyId === studyId && running.budget === budget
    }
    super(parts, kind, { studyId: 'hidden-size', budget: 'short', seeds: 3 })
  }

  /** Why it cannot be started now; undefined if it can. */
  get startRefusal(): string | undefined {
    if (this.list.length === 0) return 'The training process has not answered yet.'
    if (this.running) return 'A study is being measured: stop it first.'
    if (this.parts.isTraining()) return 'A run is training: pause or stop it first.'
    if (this.report && this.report.measuredCount === this.report.trialCount)
      return 'Every trial of this table is measured: take more seeds or another budget.'
    return undefined
  }

  /** A training process is there: the first one, or one more after its end. */
  async use(client: TrainingClient): Promise<void> {
    this.client = client
    client.on('studyAdvanced', (event) => this.onAdvanced(event))
    client.on('studyEnded', (event) => this.onEnded(event))
    try {
      const { studies, budgets, running } = await client.listStudies(undefined)
      this.list = studies
      this.budgets = budgets
      if (running) this.take(running)
    } catch (error) {
      if (client === this.client) this.parts.report('The studies could not be read', error as Error)
    }
    await this.refresh()
  }

  change(part: Partial<StudyChoice>): void {
    const seeds = part.budget === undefined ? undefined : this.budgets.find(({ id }) => id === part.budget)?.seeds
    this.choose({ ...this.choice, ...(seeds !== undefined && { seeds }), ...part })
  }
}
