/**
 * Trials on whatever workers listen to a queue. What a study knows is its own: where the queue forgot a trial, it is submitted again,
 * and each result counts once, however many workers told one.
 */
import { Queue, type Job } from 'bullmq'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { version } from '../../../../package.json'
import { safeWrite } from '../../library/safe-write'
import { requestFile, resultFile } from '../child-runner'
import { TrialAborted, TrialFailed, type Trial, type TrialHooks, type TrialRunner } from '../runner'
import { TrialResult, trialIdOf } from '../trial-result'
import type { QueueAddress } from './address'
import { deleteBlob, getBlob } from './blobs'
import { QueueConnection } from './connection'
import { lockKeyOf } from './job-lock'
import {
  jobIdOf,
  keptSeconds,
  keyPrefix,
  keys,
  maxResultBytes,
  mostAttempts,
  Outcome,
  parseText,
  plainText,
  queueName,
  ToldEpochs,
  trialProtocol,
  type TrialJob
} from './protocol'
import { isOurs, listWorkers, waitingSentence } from './worker-list'
import { forAtMost, orAborted, pause } from './waiting'

export interface QueueRunnerOptions {
  /** Where request and result of a trial are written, as a trial on this computer has them. */
  folderOf(trialId: string): string
  note(sentence: string): void
  readonly abort: AbortSignal
}

/** Beyond so many workers, trials follow each other. */
const mostAtOnce = 64
const lookEveryMilliseconds = 300
const tellEveryMilliseconds = 5000
/** A study that was not heard of for so long is gone. */
const studyMarkMilliseconds = 60_000
/** A queue that does not answer is told of a cancel for so long. */
const cancelPatienceMilliseconds = 5000
/** After a while in which workers could not say that they are there, they get so long to do so. */
const reunionMilliseconds = 10_000

export class QueueRunner implements TrialRunner {
  readonly #studyId = randomBytes(8).toString('hex')
  readonly #timer: NodeJS.Timeout
  readonly #running = new Map<string, Promise<TrialResult>>()
  #workerCount = 0
  #isTelling = false
  #told = ''

  private constructor(
    readonly connection: QueueConnection,
    readonly queue: Queue,
    readonly options: QueueRunnerOptions
  ) {
    this.#timer = setInterval(() => void this.#tell(), tellEveryMilliseconds)
    connection.redis.on('ready', () => void this.#tell())
  }

  /** Resolves when the queue answers. Rejects with a sentence for what waiting does not mend. */
  static async open(address: QueueAddress, options: QueueRunnerOptions): Promise<QueueRunner> {
    const connection = await QueueConnection.open(address, options)
    const queue = new Queue(queueName, { connection: connection.redis, skipVersionCheck: true, prefix: keyPrefix })
    // What the connection tells is told by its own events.
    queue.on('error', () => undefined)
    const runner = new QueueRunner(connection, queue, options)
    try {
      await orAborted(runner.#tell(), options.abort)
      connection.assertUsable()
      return runner
    } catch (error) {
      await runner.close()
      throw error
    }
  }

  /** As many as there are workers; one waits where there is none. */
  concurrency(): Promise<number> {
    return Promise.resolve(Math.min(mostAtOnce, Math.max(1, this.#workerCount)))
  }

  /** Two rows that ask for the same training are one trial; the hooks of the first one are told. */
  run(trial: Trial, hooks: TrialHooks): Promise<TrialResult> {
    const running = this.#running.get(trial.id) ?? this.#run(trial, hooks)
    this.#running.set(trial.id, running)
    return running.finally(() => this.#running.delete(trial.id))
  }

  async #run(trial: Trial, hooks: TrialHooks): Promise<TrialResult> {
    const job: TrialJob = {
      ...{ version, protocol: trialProtocol, study: this.#studyId },
      ...{ trial: trial.id, request: trial.request }
    }
    const jobId = jobIdOf(job)
    const view: JobView = { job, jobId, epochs: 0, losses: 0 }
    // What is still asked when the study stops could submit the trial again: it is cancelled after that.
    let asked: Promise<unknown> = Promise.resolve()
    const ask = <T>(call: () => Promise<T>): Promise<T> => {
      if (hooks.abort.aborted) throw new TrialAborted('The study was stopped.')
      const answer = this.connection.patiently(call, hooks.abort)
      asked = answer.catch(() => undefined)
      return orAborted(answer, hooks.abort)
    }
    try {
      await ask(() => this.#submit(view))
      for (;;) {
        const result = await ask(() => this.#look(view, hooks))
        if (result) {
          await this.#keep(trial, result)
          void this.#forget(jobId)
          return result
        }
        await pause(lookEveryMilliseconds, hooks.abort)
      }
    } catch (error) {
      if (!hooks.abort.aborted) throw error
      const cancelled = asked.then(() => this.#cancel(jobId))
      await forAtMost(cancelPatienceMilliseconds, cancelled)
      throw new TrialAborted('The study was stopped.')
    }
  }

  /** Workers end what they still do for this study. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await forAtMost(cancelPatienceMilliseconds, this.connection.redis.del(keys.study(this.#studyId)))
    this.connection.end()
  }

  async #submit({ job, jobId }: JobView): Promise<void> {
    await this.#markStudy()
    // Tried again at once: what is delayed waits by the clock of the worker that it broke on, which may be an hour off.
    await this.queue.add('trial', job, {
      ...{ jobId, attempts: mostAttempts },
      ...{ removeOnComplete: { age: keptSeconds }, removeOnFail: { age: keptSeconds }, stackTraceLimit: 0 }
    })
  }

  /** The result, where there is one. Rejects where the trial failed. */
  async #look(view: JobView, hooks: TrialHooks): Promise<TrialResult | undefined> {
    const { jobId } = view
    const { redis } = this.connection
    // The state first: a job that was read before it ended would be one without an end.
    const state = await this.queue.getJobState(jobId)
    const job = (await this.queue.getJob(jobId)) as Job | undefined
    if (!job) {
      await this.#submitAgain(view, 'The queue had forgotten a trial; it was submitted again.')
      return undefined
    }
    if (state === 'failed') throw new Error(brokenSentence(job))
    if (state === 'completed') return this.#resultOf(view, job, hooks)
    const told = parseText(ToldEpochs, await redis.get(keys.epochs(jobId))) ?? []
    for (const epoch of told.slice(view.epochs)) {
      view.epochs += 1
      const isWanted = hooks.onEpoch(epoch) === 'go on'
      // An epoch is told once, whatever the queue refuses.
      const stop = () => redis.set(keys.wish(jobId), 'stop', 'EX', keptSeconds)
      if (!isWanted) await this.connection.patiently(stop, hooks.abort)
    }
    return undefined
  }

  async #resultOf(view: JobView, job: Job, { abort }: TrialHooks): Promise<TrialResult | undefined> {
    const { redis } = this.connection
    const outcome = parseText(Outcome, JSON.stringify(job.returnvalue ?? null))
    if (outcome?.kind === 'failed') {
      void this.#forget(view.jobId)
      throw new TrialFailed(plainText(outcome.message))
    }
    if (outcome?.kind === 'finished' && outcome.result.bytes <= maxResultBytes) {
      const bytes = await getBlob(redis, outcome.result, maxResultBytes)
      const result = bytes && parseText(TrialResult, Buffer.from(bytes).toString('utf8'))
      if (result && trialIdOf(result.request) === view.job.trial) {
        await deleteBlob(redis, outcome.result)
        return result
      }
    }
    view.losses += 1
    if (view.losses >= mostAttempts) throw new Error(`The result of a trial was lost or damaged ${view.losses} times.`)
    // A loss is counted once, whatever the queue refuses.
    await this.connection.patiently(() => job.remove(), abort)
    await this.#submitAgain(view, 'The result of a trial was lost or damaged in the queue; it was submitted again.')
    return undefined
  }

  async #submitAgain(view: JobView, sentence: string): Promise<void> {
    await this.#submit(view)
    this.options.note(sentence)
  }

  async #keep({ id, request }: Trial, result: TrialResult): Promise<void> {
    const folder = this.options.folderOf(id)
    await mkdir(folder, { recursive: true })
    await safeWrite(join(folder, requestFile), `${JSON.stringify(request, null, 2)}\n`)
    await safeWrite(join(folder, resultFile), `${JSON.stringify(result, null, 2)}\n`)
  }

  async #cancel(jobId: string): Promise<void> {
    const { redis } = this.connection
    try {
      await redis.set(keys.wish(jobId), 'cancel', 'EX', keptSeconds)
    } catch {
      // A full queue takes no wish, but it forgets: a worker that has the trial loses it.
      await redis.del(lockKeyOf(this.queue, jobId))
    }
    // Refused for one that a worker has: the worker reads the wish.
    await this.queue.remove(jobId)
  }

  /** Only tidies: what stays is gone after a week. */
  async #forget(jobId: string): Promise<void> {
    try {
      await this.connection.redis.del(keys.epochs(jobId), keys.wish(jobId))
      await this.queue.remove(jobId)
    } catch {
      // The queue went away; it was only tidied.
    }
  }

  /** The study lives; and who is there to do its trials? */
  async #tell(): Promise<void> {
    if (this.#isTelling) return
    this.#isTelling = true
    try {
      await this.connection.attempt(() => this.#markStudy())
      if (this.connection.calmMilliseconds < reunionMilliseconds) return
      const cards = await this.connection.attempt(() => listWorkers(this.connection.redis))
      this.#workerCount = cards.filter(isOurs).length
      const sentence = waitingSentence(cards)
      if (sentence !== this.#told) this.options.note(sentence || 'A worker listens now.')
      this.#told = sentence
    } catch {
      // Asked again soon.
    } finally {
      this.#isTelling = false
    }
  }

  async #markStudy(): Promise<void> {
    const { redis } = this.connection
    const key = keys.study(this.#studyId)
    try {
      await redis.set(key, '1', 'PX', studyMarkMilliseconds)
    } catch (error) {
      // A full queue still keeps what is there.
      await redis.pexpire(key, studyMarkMilliseconds).catch(() => undefined)
      throw error
    }
  }
}

interface JobView {
  readonly job: TrialJob
  readonly jobId: string
  /** So many were told. */
  epochs: number
  /** Results that could not be fetched. */
  losses: number
}

function brokenSentence({ failedReason, attemptsMade }: Job): string {
  if (/stalled/.test(failedReason)) return `A trial lost its worker more than ${mostAttempts} times.`
  return `A trial broke off ${attemptsMade} times, at last on ${plainText(failedReason)}`
}
