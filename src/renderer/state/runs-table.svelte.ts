/**
 * The runs on disk as a table: which are asked for, in which order, which part of them was read, and which are
 * selected. Rows are read when they are looked at, so that ten thousand cost no more than a screenful.
 */
import type { RunPage, RunStatus, RunSummary } from '../../contract/training'
import type { TrainingClient } from '../client'
import { mapOf, setOf, toggled, withEntry, without } from './copies'
import { Paced } from './paced'

export const chunkSize = 100
const mostRowsAtOnce = 1000
/** So many runs the plots show; more would be a block of ink. */
export const mostPlotted = 2000

export interface RunsQuery {
  readonly text: string
  readonly statuses: readonly RunStatus[]
  readonly tags: readonly string[]
  readonly sortBy: string
  readonly descending: boolean
}

type Chunks = ReadonlyMap<number, readonly RunSummary[]>

export class RunsTable {
  query = $state.raw<RunsQuery>({ text: '', statuses: [], tags: [], sortBy: 'createdAt', descending: true })
  /** Counts, columns and tags; undefined until they were read. */
  page = $state.raw<Omit<RunPage, 'runs'>>()
  selection = $state.raw<ReadonlySet<string>>(setOf())
  /** The row that the keys act on. */
  active = $state(0)
  problem = $state<string>()
  /** What the plots show: the first of the table, in its order. */
  plotted = $state.raw<readonly RunSummary[]>([])
  #chunks = $state.raw<Chunks>(mapOf())
  #known = mapOf<string, RunSummary>()
  #knownVersion = $state(0)
  #client: TrainingClient | undefined
  #asked = 0
  #inFlight: ReadonlySet<number> = setOf()
  #anchor = 0
  #plots = false
  readonly #again = new Paced(() => this.refresh(), { leastMilliseconds: 400 })

  /** The selected runs, in the order in which they were selected. */
  readonly selected = $derived.by<readonly RunSummary[]>(() => {
    void this.#knownVersion
    return [...this.selection].flatMap((id) => this.#known.get(id) ?? [])
  })

  /** Read runs from here. */
  use(client: TrainingClient): void {
    this.#client = client
    void this.refresh()
  }

  rowAt(index: number): RunSummary | undefined {
    return this.#chunks.get(Math.floor(index / chunkSize))?.[index % chunkSize]
  }

  get count(): number {
    return this.page?.matchCount ?? 0
  }

  /** Other runs, or another order; what is selected stays selected. */
  ask(part: Partial<RunsQuery>): void {
    this.query = { ...this.query, ...part }
    this.active = 0
    this.#anchor = 0
    void this.refresh()
  }

  sort(name: string): void {
    const { sortBy, descending } = this.query
    this.ask(name === sortBy ? { descending: !descending } : { sortBy: name, descending: true })
  }

  /** Read anew what is on the screen. The rows of before stay until the new ones are there. */
  async refresh(): Promise<void> {
    const client = this.#client
    if (!client) return
    const asked = (this.#asked += 1)
    const first = Math.floor(this.#looking.first / chunkSize)
    const last = Math.floor(this.#looking.last / chunkSize)
    try {
      const pages = await Promise.all(
        Array.from({ length: last - first + 1 }, (_, index) => this.#read(client, first + index))
      )
      if (asked !== this.#asked) return
      this.#inFlight = setOf()
      const { totalCount, matchCount, columns, tags } = pages[0]
      this.page = { totalCount, matchCount, columns, tags }
      this.#chunks = mapOf(pages.map(({ runs }, index) => [first + index, runs] as const))
      this.problem = undefined
      if (this.#plots) await this.#readPlots(client, asked)
    } catch (error) {
      if (asked === this.#asked) this.problem = (error as Error).message
    }
  }

  #looking = { first: 0, last: 0 }

  /** These rows are on the screen. */
  look(first: number, last: number): void {
    this.#looking = { first: Math.max(0, first), last: Math.max(0, Math.min(last, this.count - 1)) }
    const client = this.#client
    if (!client || !this.page) return
    const asked = this.#asked
    for (let chunk = Math.floor(first / chunkSize); chunk <= Math.floor(this.#looking.last / chunkSize); chunk += 1) {
      if (this.#chunks.has(chunk) || this.#inFlight.has(chunk)) continue
      this.#inFlight = setOf([...this.#inFlight, chunk])
      this.#read(client, chunk)
        .then(({ runs }) => {
          if (asked === this.#asked) this.#chunks = withEntry(this.#chunks, chunk, runs)
        })
        .catch((error: Error) => (this.problem = error.message))
        .finally(() => (this.#inFlight = without(this.#inFlight, [chunk])))
    }
  }

  /** The plots are looked at, or no more. */
  async plot(isShown: boolean): Promise<void> {
    this.#plots = isShown
    if (isShown && this.#client) await this.#readPlots(this.#client, this.#asked).catch(() => undefined)
  }

  onChanged(run: RunSummary): void {
    this.#note([run])
    const place = [...this.#chunks].find(([, runs]) => runs.some(({ id }) => id === run.id))
    if (place) {
      const runs = place[1].map((other) => (other.id === run.id ? run : other))
      this.#chunks = withEntry(this.#chunks, place[0], runs)
    }
    // Its place in the order, the columns and the counts may be others.
    this.#again.request()
  }

  onRemoved(runIds: readonly string[]): void {
    for (const id of runIds) this.#known.delete(id)
    this.selection = without(this.selection, runIds)
    void this.refresh()
  }

  // Selecting

  /** One alone; or one more or less; or all from the last one to this. */
  async select(index: number, how: 'only' | 'toggle' | 'range' = 'only'): Promise<void> {
    this.active = Math.max(0, Math.min(index, this.count - 1))
    if (how === 'range') return this.#selectRows(Math.min(this.#anchor, index), Math.max(this.#anchor, index))
    this.#anchor = this.active
    const id = this.rowAt(this.active)?.id
    if (id === undefined) return
    if (how === 'only') this.selection = setOf([id])
    else this.toggle(id)
  }

  toggle(id: string): void {
    this.selection = toggled(this.selection, id)
  }

  selectIds(ids: readonly string[]): void {
    this.selection = setOf(ids)
  }

  async selectAll(): Promise<void> {
    await this.#selectRows(0, this.count - 1)
  }

  async #selectRows(first: number, last: number): Promise<void> {
    const client = this.#client
    if (!client || last < first) return
    const ids: string[] = []
    for (let offset = first; offset <= last; offset += mostRowsAtOnce) {
      const { runs } = await this.#list(client, offset, Math.min(mostRowsAtOnce, last - offset + 1))
      ids.push(...runs.map(({ id }) => id))
    }
    this.selectIds(ids)
  }

  async #readPlots(client: TrainingClient, asked: number): Promise<void> {
    const plotted: RunSummary[] = []
    while (plotted.length < Math.min(mostPlotted, this.count)) {
      const { runs } = await this.#list(client, plotted.length, mostRowsAtOnce)
      if (runs.length === 0) break
      plotted.push(...runs)
    }
    if (asked === this.#asked) this.plotted = plotted
  }

  #read(client: TrainingClient, chunk: number): Promise<RunPage> {
    return this.#list(client, chunk * chunkSize, chunkSize)
  }

  async #list(client: TrainingClient, offset: number, limit: number): Promise<RunPage> {
    const { statuses, tags, ...query } = this.query
    const page = await client.listRuns({
      ...{ ...query, offset, limit },
      ...(statuses.length > 0 ? { statuses: [...statuses] } : {}),
      ...(tags.length > 0 ? { tags: [...tags] } : {})
    })
    this.#note(page.runs)
    return page
  }

  #note(runs: readonly RunSummary[]): void {
    for (const run of runs) this.#known.set(run.id, run)
    this.#knownVersion += 1
  }
}
