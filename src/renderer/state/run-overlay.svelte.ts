/** The curves of the selected runs, read once each, so that they can be laid over each other. */
import type { RunHistory, RunSummary } from '../../contract/training'
import { mapOf, withEntry } from './copies'
import type { TrainingProcess } from './training-process.svelte'

/** More curves than this are not told apart. */
export const mostOverlaid = 12
const pointsRead = 400
const mostKept = 64

export class RunOverlay {
  histories = $state.raw<ReadonlyMap<string, RunHistory>>(mapOf())
  readonly #process: TrainingProcess
  #asked = mapOf<string, string>()

  constructor(process: TrainingProcess) {
    this.#process = process
  }

  /** Read the curves of these; a run that has changed since is read anew. */
  async read(runs: readonly RunSummary[]): Promise<void> {
    const client = this.#process.client
    if (!client) return
    const stale = runs.slice(0, mostOverlaid).filter(({ id, updatedAt }) => this.#asked.get(id) !== updatedAt)
    for (const { id, updatedAt } of stale) this.#asked.set(id, updatedAt)
    await Promise.all(
      stale.map(async ({ id }) => {
        // A run that was deleted meanwhile has no curve.
        const history = await client.readHistory({ runId: id, points: pointsRead }).catch(() => undefined)
        if (history) this.histories = withEntry(this.histories, id, history, mostKept)
      })
    )
  }
}
