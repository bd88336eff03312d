/**
 * All runs of a folder, listed from memory: an index file spares reading ten thousand records at the start, and is
 * believed for a run only while its run.json is of the same time and size.
 */
import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { LabError } from '../../contract/define'
import {
  RunSummary,
  type ListRuns,
  type RunHistory,
  type RunPage,
  type RunRecord,
  type RunStatus
} from '../../contract/runs'
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
/** Longer than any file system's clock stands still. */
const settledMilliseconds = 3000
/** Nobody goes on with these but by a command. */
const hasEnded: ReadonlySet<string> = new Set<RunStatus>(['finished', 'failed', 'stopped'])

const IndexEntry = v.object({ stamp: v.string(), summary: RunSummary, searchText: v.string() })
const Index = v.object({ version: v.literal(1), runs: v.record(v.string(), IndexEntry) })
type IndexEntry = v.InferOutput<typeof IndexEntry>

interface Row extends RunRow {
  readonly summary: RunSummary
  /** Of the file that it was read from; undefined if it was not read. */
  readonly stamp: string | undefined
}

export class RunStore {
  readonly #rows = new Map<string, Row>()
  /** The time of the folder when it was looked through; undefined if it may have changed within that moment. */
  #seenAt: number | undefined
  /** Folders that hold no run that can be read. */
  readonly #refused = new Set<string>()
  /** Folders that another process has made and not filled yet. */
  readonly #incomplete = new Set<string>()
  #saving = Promise.resolve()
  readonly #problems = new Map<string, string>()

  private constructor(readonly path: string) {}

  /** Reads what is there; empties the trash of what lies there for more than a day. */
  static async open(path: string): Promise<RunStore> {
    const store = new RunStore(path)
    await makeFolder(path)
    const index = await readIndex(join(path, indexName))
    const ids = (await readdir(path)).filter((name) => idPattern.test(name))
    await inGroups(ids, (id) => store.#load(id, index[id]))
    await store.#emptyTrash()
    return store
  }

  /**
   * What other processes did here since, as `siglab train`, `siglab runs delete` or an import does: runs that came are
   * listed, those that went are not, and those that have not ended are as they are now. `isOwn` tells the runs that this
   * process changes itself. Where nothing happened it costs one look at the folder and one at each run under way.
   */
  async takeInChanges(isOwn: (id: string) => boolean = () => false): Promise<void> {
    const { mtimeMs } = await stat(this.path)
    if (mtimeMs !== this.#seenAt) await this.#lookThrough(isOwn)
    // A coarse clock gives the same time to what happens in its next moment.
    this.#seenAt = Math.abs(Date.now() - mtimeMs) < settledMilliseconds ? undefined : mtimeMs
    const begun = [...this.#incomplete].filter((id) => existsSync(this.folder(id).recordPath))
    const underWay = [...this.#rows].flatMap(([id, { status }]) => (!hasEnded.has(status) && !isOwn(id) ? [id] : []))
    await inGroups([...begun, ...underWay], async (id) => {
      this.#incomplete.delete(id)
      const stamp = await stampOf(this.folder(id).recordPath)
      if (stamp !== undefined && stamp !== this.#rows.get(id)?.stamp) await this.#load(id, undefined)
    })
  }

  async #lookThrough(isOwn: (id: string) => boolean): Promise<void> {
    // One that is made meanwhile is none of those that went.
    const listed = [...this.#rows.keys()]
    const there = new Set((await readdir(this.path)).filter((name) => idPattern.test(name)))
    for (const id of listed) if (!there.has(id) && !isOwn(id)) this.#rows.delete(id)
    this.#incomplete.clear()
    await inGroups(
      [...there].filter((id) => !this.#rows.has(id) && !this.#refused.has(id)),
      async (id) => {
        if (!existsSync(this.folder(id).recordPath)) this.#incomplete.add(id)
        else if (!(await this.#load(id, undefined))) this.#refused.add(id)
      }
    )
  }

  /** One sentence for each folder that is not a run. */
  get problems(): string[] {
    return [...this.#problems.values()]
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
    const row = rowOf(record, undefined)
    this.#rows.set(record.id, row)
    return row.summary
  }

  async change(id: string, change: Partial<Pick<RunRecord, 'title' | 'tags' | 'notes'>>): Promise<RunRecord> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    const record = await this.existing(id).editRecord((before) => ({ ...before, ...given }))
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
    // One that was noted here may be another on the disk by now, or never have got there: it is read at the next start.
    for (const [id, { summary, searchText, stamp }] of this.#rows)
      if (stamp !== undefined) runs[id] = { stamp, summary, searchText }
    await safeWrite(join(this.path, indexName), JSON.stringify({ version: 1, runs }))
  }

  get #trash(): string {
    return join(this.path, trashName)
  }

  /** Resolves to whether it is a run. */
  async #load(id: string, indexed: IndexEntry | undefined): Promise<boolean> {
    const stamp = await stampOf(this.folder(id).recordPath)
    if (stamp !== undefined && indexed?.stamp === stamp) {
      this.#rows.set(id, rowFrom(indexed))
      return true
    }
    try {
      const record = await this.folder(id).readRecord()
      if (record.id !== id) throw new InputError(`run.json of ${id} is that of run "${record.id}".`)
      this.#rows.set(id, rowOf(record, stamp))
      this.#problems.delete(id)
      return true
    } catch (error) {
      this.#problems.set(id, (error as Error).message)
      return false
    }
  }

  /** What cannot be looked at or removed stays, and costs no start. */
  async #emptyTrash(): Promise<void> {
    for (const name of await readdir(this.#trash).catch(() => [])) {
      const path = join(this.#trash, name)
      const found = await lstat(path).catch(() => undefined)
      if (found && Date.now() - found.mtimeMs > trashKeptMilliseconds)
        await rm(path, { recursive: true, force: true }).catch(() => undefined)
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

function rowOf(record: RunRecord, stamp: string | undefined): Row {
  const summary = summaryOf(record)
  const texts = Object.values(summary.values).filter((value) => typeof value === 'string')
  const { id, title, status, tags, notes } = record
  const searchText = [id, title, status, ...tags, notes, ...texts].join('\n').toLowerCase()
  return rowFrom({ summary, searchText, stamp })
}

function rowFrom({ summary, searchText, stamp }: Pick<Row, 'summary' | 'searchText' | 'stamp'>): Row {
  const { title, status, createdAt, updatedAt, tags, values } = summary
  return { title, status, createdAt, updatedAt, tags, values, searchText, summary, stamp }
}

async function inGroups(ids: readonly string[], look: (id: string) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < ids.length; at += sideBySide) await Promise.all(ids.slice(at, at + sideBySide).map(look))
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
