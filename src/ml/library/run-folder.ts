/**
 * A run on disk, one folder: run.json, history.jsonl, checkpoints/, epochs/ and, at the end, model.safetensors.
 *
 * Knows where things stand and how they are checked when they come back; nothing of how a training goes.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { HistoryPoint, RunRecord } from '../../contract/runs'
import { InputError } from '../../core/signal/signal'
import { appendLines } from './append-lines'
import { readCheckpointFile, writeCheckpointFile, type Checkpoint } from './checkpoint-file'
import { isAlive } from './is-alive'
import { makeFolder } from './make-folder'
import { readModelFile, writeModelFile, type StoredModel } from './model-file'
import { RunOwner } from './run-owner'
import { safeWrite, writerOf } from './safe-write'

/** So many checkpoints stay: should the newest be damaged, there is the one before it. */
const generations = 3
const maxRecordBytes = 2 ** 22

const changes = new Map<string, Promise<unknown>>()

export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint
  readonly name: string
  /** One sentence for each newer one that could not be read. */
  readonly problems: readonly string[]
}

export class RunFolder {
  readonly #owner: RunOwner

  constructor(readonly path: string) {
    this.#owner = new RunOwner(path)
  }

  get recordPath(): string {
    return join(this.path, 'run.json')
  }
  get historyPath(): string {
    return join(this.path, 'history.jsonl')
  }
  get modelPath(): string {
    return join(this.path, 'model.safetensors')
  }
  get #checkpoints(): string {
    return join(this.path, 'checkpoints')
  }
  get #epochs(): string {
    return join(this.path, 'epochs')
  }

  async create(record: RunRecord): Promise<void> {
    await makeFolder(this.#checkpoints)
    await makeFolder(this.#epochs)
    await this.writeRecord(record)
  }

  /**
   * Nobody else trains in this folder until the function returned is called. Throws RunTaken if somebody does. A process
   * that died holds nothing.
   */
  async claim(): Promise<() => Promise<void>> {
    const release = await this.#owner.claim()
    await this.#sweep().catch(() => undefined)
    return release
  }

  /** The process that trains here, as RunOwner names it; undefined if none does. */
  owner(): Promise<string | undefined> {
    return this.#owner.process()
  }

  get isOfThisProcess(): boolean {
    return this.#owner.isThisProcess
  }

  async writeRecord(record: RunRecord): Promise<void> {
    await safeWrite(this.recordPath, `${JSON.stringify(v.parse(RunRecord, record), null, 2)}\n`)
  }

  /** Read, change, write, one after another: the one who trains and the one who writes notes do not undo each other. */
  changeRecord(change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
    const before = changes.get(this.path) ?? Promise.resolve()
    const changed = before
      .catch(() => {})
      .then(async () => {
        const record = change(await this.readRecord())
        await this.writeRecord(record)
        return record
      })
    changes.set(this.path, changed)
    return changed.finally(() => {
      if (changes.get(this.path) === changed) changes.delete(this.path)
    })
  }

  /** Change the record from outside of a training. Throws RunTaken if another process trains here. */
  async editRecord(change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
    if (this.isOfThisProcess) return this.changeRecord(change)
    const release = await this.#owner.claim()
    try {
      return await this.changeRecord(change)
    } finally {
      await release()
    }
  }

  /** Throws InputError with one sentence if run.json is missing or not that of a run. */
  async readRecord(): Promise<RunRecord> {
    const where = basename(this.path)
    if (!existsSync(this.recordPath)) throw new InputError(`${where} is not the folder of a run: it has no run.json.`)
    const text = await readFile(this.recordPath, 'utf8')
    if (text.length > maxRecordBytes) throw new InputError(`run.json of ${where} is too long to be one.`)
    const parsed = v.safeParse(RunRecord, parseJson(text))
    if (parsed.success) return parsed.output
    const [issue] = parsed.issues
    throw new InputError(`run.json of ${where} cannot be read: ${v.getDotPath(issue) ?? 'record'}: ${issue.message}.`)
  }

  async appendHistory(points: readonly HistoryPoint[]): Promise<void> {
    await appendLines(
      this.historyPath,
      points.map((point) => JSON.stringify(point))
    )
  }

  /** All points, in order; lines that are not whole are passed over. */
  async readHistory(): Promise<HistoryPoint[]> {
    if (!existsSync(this.historyPath)) return []
    const points: HistoryPoint[] = []
    for (const line of (await readFile(this.historyPath, 'utf8')).split('\n')) {
      const point = v.safeParse(HistoryPoint, parseJson(line))
      if (point.success) points.push(point.output)
    }
    return points
  }

  /** Forget what came after a step: a resumed run writes it anew. */
  async cutHistory(step: number): Promise<void> {
    const points = await this.readHistory()
    const kept = points.filter((point) => point.step <= step)
    await safeWrite(this.historyPath, kept.map((point) => `${JSON.stringify(point)}\n`).join(''))
  }

  /** The oldest of more than three goes. */
  async writeCheckpoint(step: number, checkpoint: Checkpoint): Promise<void> {
    await writeCheckpointFile(join(this.#checkpoints, `${String(step).padStart(10, '0')}.ckpt`), checkpoint)
    const names = await this.#checkpointNames()
    // Those of later steps are of a past that was taken back.
    const stale = names.filter((name) => stepOf(name) > step)
    const old = names.filter((name) => stepOf(name) <= step).slice(0, -generations)
    for (const name of [...stale, ...old]) await unlink(join(this.#checkpoints, name))
  }

  /** The newest that is whole; undefined if there is none at all. Throws InputError if all of them are damaged. */
  async readCheckpoint(): Promise<FoundCheckpoint | undefined> {
    const names = (await this.#checkpointNames()).reverse()
    const problems: string[] = []
    for (const name of names) {
      try {
        return { checkpoint: await readCheckpointFile(join(this.#checkpoints, name)), name, problems }
      } catch (error) {
        problems.push(`Checkpoint ${stepOf(name)} could not be read: ${(error as Error).message}`)
      }
    }
    if (names.length === 0) return undefined
    throw new InputError(`No checkpoint of this run can be read. ${problems.join(' ')}`)
  }

  async deleteCheckpoints(): Promise<void> {
    for (const name of await this.#checkpointNames()) await unlink(join(this.#checkpoints, name))
  }

  async writeEpoch(epoch: number, model: StoredModel): Promise<void> {
    await writeModelFile(this.#epochPath(epoch), model)
  }

  /** Throws InputError if the epoch is not kept or its file is damaged. */
  async readEpoch(epoch: number): Promise<StoredModel> {
    if (existsSync(this.#epochPath(epoch))) return readModelFile(this.#epochPath(epoch))
    const kept = await this.epochs()
    throw new InputError(
      `Epoch ${epoch} of run ${basename(this.path)} is not kept. ${kept.length > 0 ? `Kept are ${kept.join(', ')}.` : 'None is.'}`
    )
  }

  /** Epochs whose weights are here, in order. */
  async epochs(): Promise<number[]> {
    const names = existsSync(this.#epochs) ? await readdir(this.#epochs) : []
    const epochs = names.map((name) => Number(/^(\d+)\.safetensors$/.exec(name)?.[1] ?? NaN))
    return epochs.filter(Number.isFinite).sort((a, b) => a - b)
  }

  async deleteEpochs(epochs: readonly number[]): Promise<void> {
    for (const epoch of epochs) await rm(this.#epochPath(epoch), { force: true })
  }

  async writeModel(model: StoredModel): Promise<void> {
    await writeModelFile(this.modelPath, model)
  }

  /** Throws InputError if there is no result yet. */
  async readModel(): Promise<StoredModel> {
    if (existsSync(this.modelPath)) return readModelFile(this.modelPath)
    throw new InputError(`Run ${basename(this.path)} has no model yet: it was not trained to an end.`)
  }

  /** Files that a killed process was about to write; those of one that lives may be on their way. */
  async #sweep(): Promise<void> {
    for (const folder of [this.path, this.#checkpoints, this.#epochs]) {
      const names = existsSync(folder) ? await readdir(folder) : []
      for (const name of names) {
        const writer = writerOf(name)
        if (writer !== undefined && !isAlive(writer)) await rm(join(folder, name), { force: true })
      }
    }
  }

  async #checkpointNames(): Promise<string[]> {
    if (!existsSync(this.#checkpoints)) return []
    return (await readdir(this.#checkpoints)).filter((name) => /^\d+\.ckpt$/.test(name)).sort()
  }

  #epochPath(epoch: number): string {
    return join(this.#epochs, `${epoch}.safetensors`)
  }
}

function stepOf(name: string): number {
  return Number(name.split('.')[0])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
