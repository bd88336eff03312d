/** One trial on a worker, from its job to its end, while its lease holds. Knows nothing of how jobs are found. */
import type { Job } from 'bullmq'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { safeWrite } from '../../library/safe-write'
import { checkpointFile, childRunner, readTrialResult, resultFile, type ChildProgram } from '../child-runner'
import { TrialAborted, TrialFailed, TrialPaused } from '../runner'
import type { TrialEpoch } from '../trial-result'
import { putBlob } from './blobs'
import { clearShelf, shelve, takeFromShelf, type LeaseHeld } from './checkpoint-shelf'
import { Lease } from './lease'
import { keptSeconds, keys, maxCheckpointBytes, type Outcome, type TrialJob } from './protocol'
import { RepeatingTask } from './repeating-task'
import { pause } from './waiting'

export type TrialEnd =
  | { readonly kind: 'finished' | 'cancelled' | 'lost' | 'given' }
  | { readonly kind: 'failed' | 'broken'; readonly message: string }

export interface WorkerTrialOptions {
  readonly redis: Redis
  readonly job: Job
  readonly lease: LeaseHeld
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
  #isLost = false
  #isCancelled = false
  #missed = 0
  readonly #epochs: TrialEpoch[] = []
  #step = -1
  readonly #telling: RepeatingTask
  readonly #shelving: RepeatingTask

  constructor(
    readonly asked: TrialJob,
    readonly options: WorkerTrialOptions
  ) {
    const { redis, job } = options
    this.#jobId = job.id!
    this.#telling = new RepeatingTask(async () => {
      await redis.set(keys.epochs(this.#jobId), JSON.stringify(this.#epochs), 'EX', keptSeconds)
    })
    this.#shelving = new RepeatingTask(() => this.#shelveCheckpoint())
  }

  /** Runs it to one of its ends; `abort` gives it back with a checkpoint. Does not reject. */
  async run(abort: AbortSignal): Promise<TrialEnd> {
    const { job, lease, leaseSeconds } = this.options
    const held = new Lease({
      milliseconds: 1000 * leaseSeconds,
      renew: async () => Boolean(await job.extendLock(lease.token, 1000 * leaseSeconds)),
      onLost: () => {
        this.#isLost = true
        this.#end.abort()
      }
    })
    const looking = setInterval(() => void this.#look(), lookEveryMilliseconds)
    let giveBack = () => {}
    const isLate = new Promise<void>((resolve) => (giveBack = resolve)).then(() => this.#giveBack())
    abort.addEventListener('abort', giveBack)
    if (abort.aborted) giveBack()
    try {
      return await Promise.race([this.#trainAndSettle(), isLate])
    } finally {
      abort.removeEventListener('abort', giveBack)
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
    const { redis, folder } = this.options
    await this.#telling.settled()
    await this.#shelving.settled()
    const bytes = await readFile(join(folder, resultFile))
    const blob = await putBlob(redis, bytes)
    if (!(await this.#complete({ kind: 'finished', ...this.#by, result: blob }))) return { kind: 'lost' }
    await clearShelf(redis, this.asked.trial).catch(() => undefined)
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
      const isGiven = await job.moveToWait(lease.token).then(yes, no)
      return { kind: isGiven ? 'given' : 'lost' }
    }
    const message = error.message.slice(0, 4000)
    if (error instanceof TrialFailed) {
      const isTold = await this.#complete({ kind: 'failed', ...this.#by, message })
      return isTold ? { kind: 'failed', message } : { kind: 'lost' }
    }
    const told = new Error(`${name}: ${message}`)
    const isTold = await job.moveToFailed(told, lease.token, false).then(yes, no)
    return isTold ? { kind: 'broken', message } : { kind: 'lost' }
  }

  get #by() {
    return { attempt: this.options.job.attemptsStarted, worker: this.options.name }
  }

  /** False where the lease was lost meanwhile: what another worker tells counts then. */
  async #complete(outcome: Outcome): Promise<boolean> {
    const { job, lease } = this.options
    return job.moveToCompleted(outcome, lease.token, false).then(yes, no)
  }

  /** What the study wants, and whether it is still there. */
  async #look(): Promise<void> {
    const { redis } = this.options
    const [wish, mark] = await redis
      .mget(keys.wish(this.#jobId), keys.study(this.asked.study))
      .catch((): [null, string] => [null, ''])
    this.#missed = mark === null ? this.#missed + 1 : 0
    if (wish === 'stop') this.#stop.abort()
    if (wish !== 'cancel' && this.#missed < missedLooks) return
    this.#isCancelled = true
    this.#end.abort()
  }

  /** The queue's newest, or what lies here from an attempt before. */
  async #takeCheckpoint(): Promise<void> {
    const { redis, folder, note } = this.options
    const path = join(folder, checkpointFile)
    const bytes = await takeFromShelf(redis, this.asked.trial)
    if (bytes) await safeWrite(path, bytes)
    if (existsSync(path)) note(`Trial ${this.asked.trial}: goes on where an attempt before was written down.`)
  }

  async #shelveCheckpoint(): Promise<void> {
    const { redis, folder, lease } = this.options
    const step = this.#step
    const bytes = await readFile(join(folder, checkpointFile)).catch(() => undefined)
    if (!bytes || bytes.length > maxCheckpointBytes) return
    await shelve(redis, this.asked.trial, { bytes, step, lease })
  }
}

const yes = () => true
const no = () => false
