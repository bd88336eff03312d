/**
 * All runs of a folder, listed from memory: an index file spares reading ten thousand records at the start, and is
 * believed for a run only while its run.json is of the same time and size.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { LabError } from '../../contract/define'
import { RunSummary, type ListRuns, type RunHistory, type RunPage, type RunRecord } from '../../contract/runs'
import { queryRuns, type RunQuery, type RunRow } from '../../core/runs/query'
import { flatten } from '../../core/runs/run-values'
import { InputError } from '../../core/signal/signal'
import { makeFolder } from './make-folder'
import { curvesOf } from './run-curves'
import { RunFolder } from './run-folder'
import { safeWrite } from './safe-write'

const trashName = '.trash'
const indexName = '.index.json'
const trashKeptMilliseconds = 24 * 3600_000
const idPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/i
/** So many folders are looked at side by side. */
const sideBySide = 64

const IndexEntry = v.object({ stamp: v.string(), summary: RunSummary, searchText: v.string() })
const Index = v.object({ version: v.literal(1), runs: v.record(v.string(), IndexEntry) })
type IndexEntry = v.InferOutput<typeof IndexEntry>

interface Row extends RunRow {
  readonly summary: RunSummary
  readonly stamp: string
}

export class RunStore {
  readonly #rows = new Map<string, Row>()
  /** When the folder was looked through the last time, by its own clock. */
  #seenAt = 0
  readonly #refused = new Set<string>()
  #saving = Promise.resolve()
  /** One sentence for each folder that is not a run. */
  readonly problems: string[] = []

  private constructor(readonly path: string) {}

  /** Reads what is there; empties the trash of what lies there for more than a day. */
  static async open(path: string): Promise<RunStore> {
    const store = new RunStore(path)
    await makeFolder(path)
    const index = await readIndex(join(path, indexName))
    const ids = (await readdir(path)).filter((name) => idPattern.test(name))
    for (let at = 0; at < ids.length; at += sideBySide)
      await Promise.all(ids.slice(at, at + sideBySide).map((id) => store.#load(id, index[id])))
    await store.#emptyTrash()
    return store
  }

  /** Runs that somebody else put into the folder since, as an import does. Costs one look at the folder's time. */
  async takeInNew(): Promise<void> {
    const { mtimeMs } = await stat(this.path)
    if (mtimeMs === this.#seenAt) return
    this.#seenAt = mtimeMs
    for (const id of await readdir(this.path)) {
      const isKnown = this.#rows.has(id) || this.#refused.has(id)
      if (!idPattern.test(id) || isKnown || !existsSync(this.folder(id).recordPath)) continue
      await this.#load(id, undefined)
      if (!this.#rows.has(id)) this.#refused.add(id)
    }
  }

  folder(id: string): RunFolder {
    return new RunFolder(join(this.path, id))
  }

  /** Throws LabError if there is no such run. */
  existing(id: string): RunFolder {
    if (!this.#rows.has(id)) throw new LabError('not-found', `There is no run "${id}". It may have been deleted.`)
    return this.folder(id)
  }

  list(query: ListRuns): RunPage {
    const asked: RunQuery = {
      ...{ text: query.text ?? '', statuses: query.statuses, tags: query.tags },
      ...{ sortBy: query.sortBy ?? 'createdAt', descending: query.descending ?? true },
      ...{ offset: query.offset ?? 0, limit: query.limit ?? 200 }
    }
    const { rows, columns, tags, ...counts } = queryRuns([...this.#rows.values()], asked)
    return { ...counts, runs: rows.map(({ summary }) => summary), columns: [...columns], tags: [...tags] }
  }

  summaries(): RunSummary[] {
    return [...this.#rows.values()].map(({ summary }) => summary)
  }

  /** Throws LabError if the id is taken. */
  async create(record: RunRecord): Promise<RunSummary> {
    if (this.#rows.has(record.id) || existsSync(this.folder(record.id).path))
      throw new LabError('bad-request', `There is a run "${record.id}" already.`)
    await this.folder(record.id).create(record)
    return this.note(record)
  }

  /** A record was written: the list shows it. */
  note(record: RunRecord): RunSummary {
    const row = rowOf(record, '')
    this.#rows.set(record.id, row)
    return row.summary
  }

  async change(id: string, change: Partial<Pick<RunRecord, 'title' | 'tags' | 'notes'>>): Promise<RunRecord> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    const record = await this.existing(id).changeRecord((before) => ({ ...before, ...given }))
    this.note(record)
    return record
  }

  /** Into the trash; resolves to those that were there. */
  async remove(ids: readonly string[]): Promise<string[]> {
    await mkdir(this.#trash, { recursive: true })
    const there = ids.filter((id) => this.#rows.has(id))
    for (const id of there) {
      await rm(join(this.#trash, id), { recursive: true, force: true })
      await rename(this.folder(id).path, join(this.#trash, id))
      // The time of its going, for the one who empties the trash.
      await utimes(join(this.#trash, id), new Date(), new Date())
      this.#rows.delete(id)
    }
    await this.saveIndex()
    return there
  }

  /** Back from the trash; resolves to those that came. A run of the same id that was made since stays. */
  async restore(ids: readonly string[]): Promise<string[]> {
    const restored: string[] = []
    for (const id of ids) {
      const from = join(this.#trash, id)
      if (!existsSync(from) || existsSync(this.folder(id).path)) continue
      await rename(from, this.folder(id).path)
      await this.#load(id, undefined)
      restored.push(id)
    }
    return restored
  }

  async history(id: string, points: number): Promise<RunHistory> {
    return { runId: id, ...curvesOf(await this.existing(id).readHistory(), points) }
  }

  /** One after the other: the last one that was asked for is the one that lies there. */
  saveIndex(): Promise<void> {
    const saved = this.#saving.then(() => this.#writeIndex())
    this.#saving = saved.catch(() => undefined)
    return saved
  }

  async #writeIndex(): Promise<void> {
    const runs: Record<string, IndexEntry> = {}
    for (const [id, { summary, searchText, stamp }] of this.#rows) {
      const known = stamp || (await stampOf(this.folder(id).recordPath))
      if (known) runs[id] = { stamp: known, summary, searchText }
    }
    await safeWrite(join(this.path, indexName), JSON.stringify({ version: 1, runs }))
  }

  get #trash(): string {
    return join(this.path, trashName)
  }

  async #load(id: string, indexed: IndexEntry | undefined): Promise<void> {
    const stamp = await stampOf(this.folder(id).recordPath)
    if (stamp !== undefined && indexed?.stamp === stamp) {
      this.#rows.set(id, rowFrom(indexed))
      return
    }
    try {
      const record = await this.folder(id).readRecord()
      if (record.id !== id) throw new InputError(`run.json of ${id} is that of run "${record.id}".`)
      this.#rows.set(id, rowOf(record, stamp ?? ''))
    } catch (error) {
      this.problems.push((error as Error).message)
    }
  }

  async #emptyTrash(): Promise<void> {
    if (!existsSync(this.#trash)) return
    for (const name of await readdir(this.#trash)) {
      const { mtimeMs } = await stat(join(this.#trash, name))
      if (Date.now() - mtimeMs > trashKeptMilliseconds)
        await rm(join(this.#trash, name), { recursive: true, force: true })
    }
  }
}

/** What the table shows of a run. */
export function summaryOf(record: RunRecord): RunSummary {
  const { id, title, status, createdAt, updatedAt, tags, request } = record
  // The title of the run stands for that of its model.
  const { id: modelId, title: _title, ...asked } = request
  const { seconds, step, stepCount, epoch, epochCount, best, metrics, parameterCount, kernel, device, threads } = record
  const values = flatten({
    ...asked,
    ...{ modelId, seconds, step, stepCount, epoch, epochCount, best, metrics },
    ...{ parameterCount, kernel, device, threads }
  })
  return { id, title, status, createdAt, updatedAt, tags, values }
}

function rowOf(record: RunRecord, stamp: string): Row {
  const summary = summaryOf(record)
  const texts = Object.values(summary.values).filter((value) => typeof value === 'string')
  const { id, title, status, tags, notes } = record
  const searchText = [id, title, status, ...tags, notes, ...texts].join('\n').toLowerCase()
  return rowFrom({ summary, searchText, stamp })
}

function rowFrom({ summary, searchText, stamp }: IndexEntry): Row {
  const { title, status, createdAt, updatedAt, tags, values } = summary
  return { title, status, createdAt, updatedAt, tags, values, searchText, summary, stamp }
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(path)
    return `${mtimeMs} ${size}`
  } catch {
    return undefined
  }
}

/** A damaged index costs time, nothing else. */
async function readIndex(path: string): Promise<Readonly<Record<string, IndexEntry>>> {
  try {
    const parsed = v.safeParse(Index, JSON.parse(await readFile(path, 'utf8')))
    return parsed.success ? parsed.output.runs : {}
  } catch {
    return {}
  }
}
