/**
 * Runs one after another: one trains, others wait. It starts them, ends them before their time, and tells what changes.
 * Knows nothing of ports.
 */
import { LabError } from '../../contract/define'
import type { RunRecord, RunStatus } from '../../contract/runs'
import type { TrainRequest } from '../../contract/train-request'
import type { LoadedEngine } from '../engine/tensorflow'
import { RunTaken } from '../library/run-owner'
import type { RunStore } from '../library/run-store'
import { newRecord } from './run-record'
import { sizesOf } from './estimate'
import { RunControl, trainRun, type RunHooks } from './train-run'

export interface QueueOptions {
  readonly store: RunStore
  /** Loads TensorFlow at the first call. */
  engine(): LoadedEngine
  readonly hooks: RunHooks
  /** A run ended, by itself or by wish. */
  onEnded?(record: RunRecord): void
}

interface Waiting {
  /** As it was when it was queued. */
  readonly record: RunRecord
  readonly control: RunControl
}

export class TrainingQueue {
  readonly #options: QueueOptions
  #waiting: Waiting[] = []
  #current: (Waiting & { readonly ended: Promise<RunRecord> }) | undefined
  #isClosed = false

  constructor(options: QueueOptions) {
    this.#options = options
  }

  get currentId(): string | undefined {
    return this.#current?.record.id
  }

  /** Ids that train or wait. */
  isBusyWith(id: string): boolean {
    return this.currentId === id || this.#isWaiting(id)
  }

  /** Throws LabError if another process trains it. */
  async refuseForeign(id: string): Promise<void> {
    const folder = this.#options.store.folder(id)
    const owner = folder.isOfThisProcess ? undefined : await folder.owner()
    if (owner === undefined) return
    throw new LabError(
      'busy',
      `Run "${id}" is being trained by process ${owner}, as by siglab train. End it there first.`
    )
  }

  /** Throws LabError or RangeError for what cannot be trained. */
  async start(
    id: string,
    request: TrainRequest,
    more: { readonly tags?: readonly string[]; readonly notes?: string } = {}
  ): Promise<RunRecord> {
    const { parameterCount, stepCount, epochCount } = sizesOf(request)
    const record: RunRecord = { ...newRecord(id, request, more), parameterCount, stepCount, epochCount }
    await this.#options.store.create(record)
    this.#tell(record)
    this.#enqueue({ record, control: new RunControl() })
    return record
  }

  async resume(id: string): Promise<RunRecord> {
    if (this.isBusyWith(id)) throw new LabError('bad-request', `Run "${id}" is training or waiting already.`)
    await this.refuseForeign(id)
    // "running" as well: nobody trains it, and its end could not be written, as to a full disk.
    const { status } = await this.#options.store.existing(id).readRecord()
    if (status === 'finished')
      throw new LabError('bad-request', `Run "${id}" is finished: there is nothing left to train.`)
    const queued = await this.#mark(id, { status: 'queued', message: '' })
    this.#enqueue({ record: queued, control: new RunControl() })
    return queued
  }

  /** Resolves when everything is written down. */
  async pause(id: string): Promise<RunRecord> {
    if (this.#current?.record.id === id) {
      this.#current.control.ask('pause')
      return this.#current.ended
    }
    this.#takeOut(id)
    return this.#mark(id, { status: 'paused' })
  }

  /** Resolves when the model is made. A run that was broken off gets the model of its newest checkpoint. */
  async stop(id: string): Promise<RunRecord> {
    if (this.#current?.record.id === id) {
      this.#current.control.ask('stop')
      return this.#current.ended
    }
    await this.refuseForeign(id)
    const record = await this.#options.store.existing(id).readRecord()
    // It may have begun since.
    if (this.currentId === id) return this.stop(id)
    if (record.status === 'finished' || record.status === 'stopped')
      throw new LabError('bad-request', `Run "${id}" is ${record.status}: there is nothing to stop.`)
    if (this.#isWaiting(id)) this.#takeOut(id)
    if (record.step === 0)
      return this.#mark(id, { status: 'stopped', message: 'It was stopped before its first step.' })
    const control = new RunControl()
    control.ask('stop')
    return new Promise((resolve) => this.#enqueue({ record, control }, resolve))
  }

  /** Pause what trains, leave what waits for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#current?.control.ask('pause')
    // One that cannot be written is found waiting by the next start, which says the same.
    for (const { record } of this.#waiting.splice(0))
      await this.#mark(record.id, { status: 'paused' }).catch(() => undefined)
    await this.#current?.ended
  }

  #enqueue(waiting: Waiting, whenEnded?: (record: RunRecord) => void): void {
    this.#waiting.push(waiting)
    if (whenEnded) this.#whenEnded.set(waiting.record.id, whenEnded)
    // The answer to whoever asked goes out first.
    setImmediate(() => this.#next())
  }

  readonly #whenEnded = new Map<string, (record: RunRecord) => void>()

  #next(): void {
    if (this.#current || this.#isClosed) return
    const waiting = this.#waiting.shift()
    if (!waiting) return
    const ended = this.#train(waiting)
    this.#current = { ...waiting, ended }
    void ended.then((record) => {
      this.#current = undefined
      try {
        this.#whenEnded.get(record.id)?.(record)
        this.#whenEnded.delete(record.id)
        this.#options.onEnded?.(record)
      } finally {
        this.#next()
      }
    })
  }

  /** Never rejects: what comes behind it in the queue would wait for ever. */
  async #train({ record, control }: Waiting): Promise<RunRecord> {
    const { store, engine, hooks } = this.#options
    const { id } = record
    const folder = store.folder(id)
    const onRecord = (changed: RunRecord) => void this.#tell(changed)
    try {
      return await trainRun(engine(), folder, control, { ...hooks, onRecord })
    } catch (error) {
      // Another process has taken it meanwhile: what happens to it is told by that one.
      const isTaken = error instanceof RunTaken
      const written = isTaken
        ? folder.readRecord().then((found) => this.#tell(found))
        : this.#mark(id, { status: 'failed', message: messageOf(error) })
      return written.catch((second: unknown) =>
        this.#tell({ ...record, status: 'failed', message: `${messageOf(error)} ${messageOf(second)}` })
      )
    }
  }

  #isWaiting(id: string): boolean {
    return this.#waiting.some(({ record }) => record.id === id)
  }

  #takeOut(id: string): void {
    const place = this.#waiting.findIndex(({ record }) => record.id === id)
    if (place < 0) throw new LabError('not-found', `Run "${id}" neither trains nor waits.`)
    this.#waiting.splice(place, 1)
  }

  async #mark(id: string, change: Partial<RunRecord>): Promise<RunRecord> {
    const updatedAt = new Date().toISOString()
    return this.#tell(
      await this.#options.store.folder(id).editRecord((before) => ({ ...before, updatedAt, ...change }))
    )
  }

  #tell(record: RunRecord): RunRecord {
    this.#options.store.note(record)
    this.#options.hooks.onRecord?.(record)
    return record
  }
}

/**
 * Runs that a process left behind when it ended: they can be resumed. Of the running ones alone where others may be about
 * to train what they queued. Resolves to those that changed.
 */
export async function markInterrupted(
  store: RunStore,
  left: readonly RunStatus[] = ['running', 'queued']
): Promise<RunRecord[]> {
  const changed: RunRecord[] = []
  for (const { id, status } of store.summaries()) {
    if (!left.includes(status)) continue
    const folder = store.folder(id)
    if ((await folder.owner()) !== undefined) continue
    const change: Partial<RunRecord> =
      status === 'queued'
        ? { status: 'paused', message: 'It was waiting when the program ended.' }
        : {
            status: 'interrupted',
            message: 'Its process ended while it trained. Resume it: it goes on from its newest checkpoint.'
          }
    try {
      // It may have ended well since it was listed.
      const record = await folder.editRecord((before) => (before.status === status ? { ...before, ...change } : before))
      store.note(record)
      if (record.status !== status) changed.push(record)
    } catch (error) {
      // Somebody has just taken it up.
      if (!(error instanceof RunTaken)) throw error
    }
  }
  return changed
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
