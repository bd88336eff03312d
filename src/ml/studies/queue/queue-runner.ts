/**
 * Trials on whatever workers listen to a queue. What a study knows is its own: where the queue forgot a trial, it is submitted again,
 * and each result counts once, however many workers told one.
 */
import { Queue, type Job } from 'bullmq'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { version } from '../../../../package.json'
import { safeWrite } from '../../library/safe-write'
import { requestFile, resultFile } from '../child-runner'
import { TrialAborted, TrialFailed, type Trial, type TrialHooks, type TrialRunner } from '../runner'
import { TrialResult, trialIdOf } from '../trial-result'
import type { QueueAddress } from './address'
import { deleteBlob, getBlob } from './blobs'
import { connectQueue, endConnection } from './connection'
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
import { orAborted, pause } from './waiting'

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

export class QueueRunner implements TrialRunner {
  readonly #studyId = randomBytes(8).toString('hex')
  readonly #timer: NodeJS.Timeout
  readonly #running = new Map<string, Promise<TrialResult>>()
  #workerCount = 0
  #isTelling = false
  #told = ''

  private constructor(
    readonly redis: Redis,
    readonly queue: Queue,
    readonly options: QueueRunnerOptions
  ) {
    this.#timer = setInterval(() => void this.#tell(), tellEveryMilliseconds)
    redis.on('ready', () => void this.#tell())
  }

  /** Resolves when the queue answers. Rejects with a sentence for what waiting does not mend. */
  static async open(address: QueueAddress, options: QueueRunnerOptions): Promise<QueueRunner> {
    const redis = await connectQueue(address, options)
    const queue = new Queue(queueName, { connection: redis, prefix: keyPrefix })
    // What the connection tells is told by connectQueue.
    queue.on('error', () => undefined)
    const runner = new QueueRunner(redis, queue, options)
    await orAborted(runner.#tell(), options.abort)
    return runner
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
      const answer = call()
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
      await Promise.race([cancelled, pause(cancelPatienceMilliseconds)]).catch(() => undefined)
      throw new TrialAborted('The study was stopped.')
    }
  }

  /** Workers end what they still do for this study. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    const withdrawn = this.redis.del(keys.study(this.#studyId)).catch(() => undefined)
    await Promise.race([withdrawn, pause(cancelPatienceMilliseconds)])
    endConnection(this.redis)
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
  async #look(view: JobView, { onEpoch }: TrialHooks): Promise<TrialResult | undefined> {
    const { jobId } = view
    // The state first: a job that was read before it ended would be one without an end.
    const state = await this.queue.getJobState(jobId)
    const job = (await this.queue.getJob(jobId)) as Job | undefined
    if (!job) {
      await this.#submitAgain(view, 'The queue had forgotten a trial; it was submitted again.')
      return undefined
    }
    if (state === 'failed') throw new Error(brokenSentence(job))
    if (state === 'completed') return this.#resultOf(view, job)
    const told = parseText(ToldEpochs, await this.redis.get(keys.epochs(jobId))) ?? []
    for (const epoch of told.slice(view.epochs)) {
      view.epochs += 1
      if (onEpoch(epoch) === 'stop') await this.redis.set(keys.wish(jobId), 'stop', 'EX', keptSeconds)
    }
    return undefined
  }

  async #resultOf(view: JobView, job: Job): Promise<TrialResult | undefined> {
    const outcome = parseText(Outcome, JSON.stringify(job.returnvalue ?? null))
    if (outcome?.kind === 'failed') {
      void this.#forget(view.jobId)
      throw new TrialFailed(plainText(outcome.message))
    }
    if (outcome?.kind === 'finished' && outcome.result.bytes <= maxResultBytes) {
      const bytes = await getBlob(this.redis, outcome.result, maxResultBytes)
      const result = bytes && parseText(TrialResult, Buffer.from(bytes).toString('utf8'))
      if (result && trialIdOf(result.request) === view.job.trial) {
        await deleteBlob(this.redis, outcome.result)
        return result
      }
    }
    view.losses += 1
    if (view.losses >= mostAttempts) throw new Error(`The result of a trial was lost or damaged ${view.losses} times.`)
    await job.remove()
    await this.#submitAgain(view, 'The result of a trial was lost or damaged in the queue; it was submitted again.')
    return undefined
  }

  async #submitAgain(view: JobView, sentence: string): Promise<void> {
    this.options.note(sentence)
    await this.#submit(view)
  }

  async #keep({ id, request }: Trial, result: TrialResult): Promise<void> {
    const folder = this.options.folderOf(id)
    await mkdir(folder, { recursive: true })
    await safeWrite(join(folder, requestFile), `${JSON.stringify(request, null, 2)}\n`)
    await safeWrite(join(folder, resultFile), `${JSON.stringify(result, null, 2)}\n`)
  }

  async #cancel(jobId: string): Promise<void> {
    await this.redis.set(keys.wish(jobId), 'cancel', 'EX', keptSeconds)
    // Refused for one that a worker has: the worker reads the wish.
    await this.queue.remove(jobId)
  }

  /** Only tidies: what stays is gone after a week. */
  async #forget(jobId: string): Promise<void> {
    try {
      await this.redis.del(keys.epochs(jobId), keys.wish(jobId))
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
      await this.#markStudy()
      const cards = await listWorkers(this.redis)
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
    await this.redis.set(keys.study(this.#studyId), '1', 'PX', studyMarkMilliseconds)
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
