/** One trial on a worker, from its job to its end, while its lease holds. Knows nothing of how jobs are found. */
import type { Job } from 'bullmq'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { safeWrite } from '../../library/safe-write'
import { checkpointFile, childRunner, readTrialResult, resultFile, type ChildProgram } from '../child-runner'
import { TrialAborted, TrialFailed, TrialPaused } from '../runner'
import type { TrialEpoch } from '../trial-result'
import { putBlob } from './blobs'
import { clearShelf, shelve, takeFromShelf } from './checkpoint-shelf'
import type { QueueConnection } from './connection'
import { renewLock, type JobLock } from './job-lock'
import { Lease } from './lease'
import { keptSeconds, keys, maxCheckpointBytes, type Outcome, type TrialJob } from './protocol'
import { refusalOf } from './refusals'
import { RepeatingTask } from './repeating-task'
import { pause } from './waiting'

export type TrialEnd =
  | { readonly kind: 'finished' | 'cancelled' | 'lost' | 'given' }
  | { readonly kind: 'failed' | 'broken'; readonly message: string }

export interface WorkerTrialOptions {
  readonly connection: QueueConnection
  readonly job: Job
  readonly lease: JobLock
  /** For this trial alone; what lies there from an attempt before is gone on with. */
  readonly folder: string
  readonly program: ChildProgram
  readonly name: string
  readonly leaseSeconds: number
  note(sentence: string): void
}

const lookEveryMilliseconds = 1000
/** A study whose mark was missing at so many looks in a row is gone. */
const missedLooks = 30
/** A process that is asked to write down where it stands gets so long. */
const pausePatienceMilliseconds = 30_000
/** After it, giving the trial back gets so long. */
const partingMilliseconds = 5000

export class WorkerTrial {
  readonly #jobId: string
  /** Ends the process without a result. */
  readonly #end = new AbortController()
  readonly #stop = new AbortController()
  readonly #pause = new AbortController()
  /** A queue that refuses is not waited for any more. */
  readonly #hurry = new AbortController()
  #isLost = false
  #isCancelled = false
  #missed = 0
  readonly #epochs: TrialEpoch[] = []
  #step = -1
  #isShelfRefused = false
  readonly #telling: RepeatingTask
  readonly #shelving: RepeatingTask

  constructor(
    readonly asked: TrialJob,
    readonly options: WorkerTrialOptions
  ) {
    const { connection, job } = options
    this.#jobId = job.id!
    this.#telling = new RepeatingTask(async () => {
      await connection.redis.set(keys.epochs(this.#jobId), JSON.stringify(this.#epochs), 'EX', keptSeconds)
    })
    this.#shelving = new RepeatingTask(() => this.#shelveCheckpoint())
    this.#end.signal.addEventListener('abort', () => this.#hurry.abort())
  }

  /** Runs it to one of its ends; `abort` gives it back with a checkpoint. Does not reject. */
  async run(abort: AbortSignal): Promise<TrialEnd> {
    const { connection, lease, leaseSeconds } = this.options
    const lose = () => {
      this.#isLost = true
      this.#end.abort()
    }
    const milliseconds = 1000 * leaseSeconds
    const renew = () => connection.patiently(() => renewLock(connection.redis, lease, milliseconds), this.#end.signal)
    const held = new Lease({ milliseconds, renew, onLost: lose })
    connection.broken.addEventListener('abort', lose)
    const looking = setInterval(() => void this.#look(), lookEveryMilliseconds)
    let giveBack = () => {}
    const isLate = new Promise<void>((resolve) => (giveBack = resolve)).then(() => this.#giveBack())
    abort.addEventListener('abort', giveBack)
    if (abort.aborted) giveBack()
    try {
      return await Promise.race([this.#trainAndSettle(), isLate])
    } finally {
      abort.removeEventListener('abort', giveBack)
      connection.broken.removeEventListener('abort', lose)
      clearInterval(looking)
      held.end()
      this.#end.abort()
    }
  }

  async #trainAndSettle(): Promise<TrialEnd> {
    try {
      await this.#train()
      return await this.#settle()
    } catch (error) {
      return await this.#settleError(error as Error)
    }
  }

  /** Resolves where nothing could be told in time: the queue may be away, and the lease runs out by itself. */
  async #giveBack(): Promise<TrialEnd> {
    this.#pause.abort()
    this.#hurry.abort()
    await pause(pausePatienceMilliseconds, this.#end.signal)
    this.#end.abort()
    await pause(partingMilliseconds)
    return { kind: 'lost' }
  }

  async #train(): Promise<void> {
    const { folder, program } = this.options
    await this.#look()
    if (this.#isCancelled) throw new TrialAborted('Its study had cancelled it.')
    // Told in vain by an attempt before, which had lost its lease.
    if (await readTrialResult(folder)) return
    await this.#takeCheckpoint()
    const runner = childRunner(program, () => folder)
    const result = await runner.run(
      { id: this.asked.trial, request: this.asked.request },
      {
        ...{ abort: this.#end.signal, stop: this.#stop.signal, pause: this.#pause.signal },
        onEpoch: (epoch) => {
          this.#epochs.push(epoch)
          this.#telling.ask()
          return 'go on'
        },
        onCheckpoint: (step) => {
          this.#step = step
          this.#shelving.ask()
        }
      }
    )
    // Ended by somebody who is not its study: not a result.
    if (result.isStopped && !this.#stop.signal.aborted) throw new Error('it was ended from outside')
  }

  async #settle(): Promise<TrialEnd> {
    const { connection, folder } = this.options
    await this.#telling.settled()
    await this.#shelving.settled()
    const bytes = await readFile(join(folder, resultFile))
    const blob = await this.#patiently(() => putBlob(connection.redis, bytes))
    if (!(await this.#complete({ kind: 'finished', ...this.#by, result: blob }))) return { kind: 'lost' }
    await this.#clearShelf()
    return { kind: 'finished' }
  }

  async #settleError(error: Error): Promise<TrialEnd> {
    const { job, lease, name } = this.options
    if (this.#isLost) return { kind: 'lost' }
    if (this.#isCancelled) {
      await this.#complete({ kind: 'cancelled', ...this.#by })
      await job.remove().catch(() => undefined)
      return { kind: 'cancelled' }
    }
    if (error instanceof TrialPaused || this.#pause.signal.aborted) {
      await this.#shelving.settled()
      const isGiven = await this.#patiently(() => job.moveToWait(lease.token)).then(yes, no)
      return { kind: isGiven ? 'given' : 'lost' }
    }
    const message = error.message.slice(0, 4000)
    if (error instanceof TrialFailed) {
      if (!(await this.#complete({ kind: 'failed', ...this.#by, message }))) return { kind: 'lost' }
      await this.#clearShelf()
      return { kind: 'failed', message }
    }
    const told = new Error(`${name}: ${message}`)
    const isTold = await this.#patiently(() => job.moveToFailed(told, lease.token, false)).then(yes, no)
    return isTold ? { kind: 'broken', message } : { kind: 'lost' }
  }

  get #by() {
    return { attempt: this.options.job.attemptsStarted, worker: this.options.name }
  }

  /** False where the lease was lost meanwhile: what another worker tells counts then. */
  async #complete(outcome: Outcome): Promise<boolean> {
    const { job, lease } = this.options
    return this.#patiently(() => job.moveToCompleted(outcome, lease.token, false)).then(yes, no)
  }

  /** A trial that has ended waits for a queue that refuses what it tells, unless it is cancelled or to be given back. */
  #patiently<T>(call: () => Promise<T>): Promise<T> {
    return this.options.connection.patiently(call, this.#hurry.signal)
  }

  /** Only tidies: what stays is gone after a week. */
  async #clearShelf(): Promise<void> {
    await clearShelf(this.options.connection.redis, this.asked.trial).catch(() => undefined)
  }

  /** What the study wants, and whether it is still there. */
  async #look(): Promise<void> {
    const { connection } = this.options
    const [wish, mark] = await connection.redis
      .mget(keys.wish(this.#jobId), keys.study(this.asked.study))
      .catch((): [null, string] => [null, ''])
    // Its study may be there, and be unable to say so.
    const isMissed = mark === null && connection.canTell
    this.#missed = isMissed ? this.#missed + 1 : 0
    if (wish === 'stop') this.#stop.abort()
    if (wish !== 'cancel' && this.#missed < missedLooks) return
    this.#isCancelled = true
    this.#end.abort()
  }

  /** The queue's newest, or what lies here from an attempt before. */
  async #takeCheckpoint(): Promise<void> {
    const { connection, folder, note } = this.options
    const path = join(folder, checkpointFile)
    const bytes = await this.#patiently(() => takeFromShelf(connection.redis, this.asked.trial))
    if (bytes) await safeWrite(path, bytes)
    if (existsSync(path)) note(`Trial ${this.asked.trial}: goes on where an attempt before was written down.`)
  }

  /** A queue that has no room for it costs time at most: the trial trains on, and the next one is tried. */
  async #shelveCheckpoint(): Promise<void> {
    const { connection, folder, lease, note } = this.options
    const step = this.#step
    const bytes = await readFile(join(folder, checkpointFile)).catch(() => undefined)
    if (!bytes || bytes.length > maxCheckpointBytes) return
    try {
      await shelve(connection.redis, this.asked.trial, { bytes, step, lease })
      this.#isShelfRefused = false
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === undefined || this.#isShelfRefused) return
      this.#isShelfRefused = true
      const size = `${(bytes.length / 2 ** 20).toFixed(1)} MiB`
      note(
        `Trial ${this.asked.trial}: the queue refused its checkpoint of ${size} (${refusal}). It trains on; should this worker end, another goes on from an older one.`
      )
    }
  }
}

const yes = () => true
const no = () => false
