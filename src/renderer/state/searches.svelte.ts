/** The search for a network as the window shows it: by which method, among which kinds. Knows nothing of how it is drawn. */
import {
  mostSearchTrials,
  type SearchAdvanced,
  type SearchChoice,
  type SearchMethodDescription,
  type SearchReport,
  type StudyBudget
} from '../../contract/training'
import type { TrainingClient } from '../client'
import { Measurement, type MeasurementKind, type MeasurementParts } from './measurement.svelte'

/** Its row among the long work. */
export const searchJobId = 'search'

const usual: SearchChoice = {
  ...{ methodId: 'tpe', task: 'streams', architectures: ['lstm'], budget: 'short', trials: 20, seed: 1 }
}

export class Searches extends Measurement<SearchChoice, SearchAdvanced, SearchReport> {
  methods = $state.raw<readonly SearchMethodDescription[]>([])
  architectures = $state.raw<readonly { readonly id: string; readonly title: string }[]>([])
  budgets = $state.raw<readonly StudyBudget[]>([])
  readonly method = $derived(this.methods.find(({ id }) => id === this.choice.methodId))
  readonly budget = $derived(this.budgets.find(({ id }) => id === this.choice.budget))

  constructor(parts: MeasurementParts) {
    const kind: MeasurementKind<SearchChoice, SearchAdvanced, SearchReport> = {
      ...{ jobId: searchJobId, noun: 'search' },
      titleOf: ({ methodId }) =>
        `Search for a network: ${this.methods.find(({ id }) => id === methodId)?.title ?? methodId}`,
      choiceOf: ({ methodId, task, architectures, budget, trials, seed }) => ({
        ...{ methodId, task, architectures, budget, trials, seed }
      }),
      read: (client, choice) => client.readSearch(choice),
      start: (client, choice) => client.startSearch(choice),
      stop: (client) => client.stopSearch(undefined),
      isSame: (choice, running) => planOf(choice) === planOf(running)
    }
    super(parts, kind, usual)
  }

  /** Why it cannot be started now; undefined if it can. */
  get startRefusal(): string | undefined {
    if (this.methods.length === 0) return 'The training process has not answered yet.'
    if (this.running) return 'A search is under way: stop it first.'
    if (this.parts.isTraining()) return 'A run is training: pause or stop it first.'
    if (this.choice.architectures.length === 0) return 'Choose at least one kind of network.'
    if (this.report && this.report.measured.length >= this.choice.trials)
      return 'All of these trials are done: take more, or another seed.'
    return undefined
  }

  /** A training process is there: the first one, or one more after its end. */
  async use(client: TrainingClient): Promise<void> {
    this.client = client
    client.on('searchAdvanced', (event) => this.onAdvanced(event))
    client.on('searchEnded', (event) => this.onEnded(event))
    try {
      const [{ methods, architectures, usualArchitectures, running }, { budgets }] = await Promise.all([
        client.listSearches(undefined),
        client.listStudies(undefined)
      ])
      this.methods = methods
      this.architectures = architectures
      this.budgets = budgets
      if (running) this.take(running)
      else if (this.choice === usual) this.choice = { ...usual, architectures: usualArchitectures }
    } catch (error) {
      if (client === this.client) this.parts.report('The searches could not be read', error as Error)
    }
    await this.refresh()
  }

  change(part: Partial<SearchChoice>): void {
    const choice = { ...this.choice, ...part }
    this.choose({ ...choice, trials: Math.min(mostSearchTrials, choice.trials) })
  }

  /** Take a kind of network in or out; they stay in the order of the list, so that equal choices are equal searches. */
  setKind(id: string, isIn: boolean): void {
    const { architectures: chosen } = this.choice
    const known = this.architectures.map((architecture) => architecture.id)
    this.change({ architectures: known.filter((other) => (other === id ? isIn : chosen.includes(other))) })
  }

  override async refresh(): Promise<void> {
    if (this.choice.architectures.length > 0) await super.refresh()
  }
}

/** Searches with this in common ask for the same trials in the same order, however many. */
function planOf({ methodId, task, architectures, budget, seed }: SearchChoice): string {
  return JSON.stringify([methodId, task, architectures, budget, seed])
}
