/**
 * A worker: takes one trial at a time from a queue, runs it in a process of its own, and gives back epochs, checkpoints and the
 * result for as long as its lease holds.
 *
 * Everything that comes from the queue is taken for hostile: jobs are checked by schema and by their own hash, files by size and
 * hash, and only a trial's hash becomes the name of a folder.
 */
import { UnrecoverableError, Worker, type Job } from 'bullmq'
import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { version } from '../../../../package.json'
import type { ChildProgram } from '../child-runner'
import { trialIdOf } from '../trial-result'
import type { QueueAddress } from './address'
import { QueueConnection } from './connection'
import { lockOf } from './job-lock'
import {
  jobIdOf,
  keyPrefix,
  mostAttempts,
  plainText,
  queueName,
  TrialJob,
  trialProtocol,
  type WorkerCard
} from './protocol'
import { forAtMost, orAborted, pause } from './waiting'
import { announce, announceEveryMilliseconds, withdraw } from './worker-list'
import { WorkerTrial, type TrialEnd } from './worker-trial'

export interface WorkerOptions {
  /** Calls "trial" for each. */
  readonly program: ChildProgram
  /** An empty folder of its own; trials get folders in it. */
  readonly scratch: string
  readonly name: string
  /** A trial whose worker was not heard of for so long goes to another. */
  readonly leaseSeconds: number
  note(sentence: string): void
  /** Gives back what it has, with a checkpoint, and ends. */
  readonly abort: AbortSignal
}

export type WorkerTally = Record<TrialEnd['kind'], number>

const lookEveryMilliseconds = 500
/** What is said on leaving is said for so long. */
const partingMilliseconds = 5000

/** Works until it is aborted. Rejects with a sentence where the queue cannot be used. */
export async function runWorker(address: QueueAddress, options: WorkerOptions): Promise<WorkerTally> {
  const { name, note, abort, leaseSeconds } = options
  const connection = await QueueConnection.open(address, options)
  const { redis } = connection
  const card: WorkerCard = { id: randomBytes(8).toString('hex'), name, version, protocol: trialProtocol }
  const desk = new Worker(queueName, null, {
    // The version was looked at already; where its user may not, BullMQ would end the process.
    ...{ connection: redis, skipVersionCheck: true, prefix: keyPrefix },
    ...{ name: card.id, maxStalledCount: mostAttempts },
    ...{ lockDuration: 1000 * leaseSeconds, stalledInterval: 500 * leaseSeconds }
  })
  // What the connection tells is told by its own events.
  desk.on('error', () => undefined)
  const tell = () => announce(redis, card)
  const announcing = setInterval(() => void connection.attempt(tell).catch(() => undefined), announceEveryMilliseconds)
  const checkStalled = async () => {
    // Where nobody could renew a lease for a while, whoever has one does so first.
    if (connection.calmMilliseconds < 1000 * leaseSeconds) return
    await connection.attempt(() => desk.scripts.moveStalledJobsToWait()).catch(() => undefined)
  }
  const checking = setInterval(() => void checkStalled(), 500 * leaseSeconds)
  const tally: WorkerTally = { finished: 0, failed: 0, cancelled: 0, broken: 0, lost: 0, given: 0 }
  try {
    await orAborted(connection.patiently(tell, abort), abort)
    void checkStalled()
    note(`Worker ${name}, version ${version}, listens at ${address.shown}.`)
    let told = ''
    const tellOnce = ({ message }: Error) => {
      connection.assertUsable()
      if (message !== told)
        note(`The queue at ${address.shown} gives no trial and is asked again: ${plainText(message)}`)
      told = message
      return undefined
    }
    for (let index = 0; !abort.aborted; index += 1) {
      const token = `${card.id}:${index}`
      const job = await nextJob(token, { connection, desk, abort }).catch(tellOnce)
      if (job) await work(job, token, { connection, desk, options, tally })
      else await pause(lookEveryMilliseconds, abort)
    }
    return tally
  } finally {
    clearInterval(announcing)
    clearInterval(checking)
    const parting = withdraw(redis, card)
      .catch(() => undefined)
      .then(() => desk.close(true))
    await forAtMost(partingMilliseconds, parting)
    connection.end()
  }
}

/** The next job, or undefined where there is none, and where the worker is to end meanwhile. */
async function nextJob(
  token: string,
  { connection, desk, abort }: Pick<Workplace, 'connection' | 'desk'> & { readonly abort: AbortSignal }
): Promise<Job | undefined> {
  const ask = () => desk.getNextJob(token, { block: false }) as Promise<Job | undefined>
  const taken = connection.patiently(ask, abort)
  try {
    return await orAborted(taken, abort)
  } catch (error) {
    if (!abort.aborted) throw error
  }
  // One that came in this moment goes back; one that comes later is another's when its lease has run out.
  const late = await Promise.race([taken.catch(() => undefined), pause(1000).then(() => undefined)])
  await late?.moveToWait(token).catch(() => undefined)
  return undefined
}

interface Workplace {
  readonly connection: QueueConnection
  readonly desk: Worker
  readonly options: WorkerOptions
  readonly tally: WorkerTally
}

async function work(job: Job, token: string, { connection, desk, options, tally }: Workplace): Promise<void> {
  const { name, scratch, program, leaseSeconds, note, abort } = options
  const asked = checkedJob(job)
  if (!asked) {
    note('A job that is not one of this program was refused.')
    const error = new UnrecoverableError(`${name}: it is not a job of this version.`)
    await connection.patiently(() => job.moveToFailed(error, token, false), abort).catch(() => undefined)
    return
  }
  const folder = join(scratch, asked.trial)
  await mkdir(folder, { recursive: true })
  const attempt = job.attemptsStarted
  note(`Trial ${asked.trial}, attempt ${attempt}: ${asked.request.architecture}, seed ${asked.request.seed}.`)
  const lease = lockOf(desk, job, token)
  const trial = new WorkerTrial(asked, { connection, job, lease, folder, program, name, leaseSeconds, note })
  const end = await trial.run(abort)
  tally[end.kind] += 1
  note(`Trial ${asked.trial}: ${sentenceOf(end)}`)
  // A lost one may come back: it goes on from what lies here.
  if (end.kind !== 'lost') await rm(folder, { recursive: true, force: true })
}

/** What a job asks for, if it is whole, of this version, and what it says it is. */
function checkedJob(job: Job): TrialJob | undefined {
  const parsed = v.safeParse(TrialJob, job.data)
  if (!parsed.success) return undefined
  const { output } = parsed
  return trialIdOf(output.request) === output.trial && job.id === jobIdOf(output) ? output : undefined
}

function sentenceOf(end: TrialEnd): string {
  switch (end.kind) {
    case 'finished':
      return 'finished.'
    case 'failed':
      return `failed: ${end.message}`
    case 'cancelled':
      return 'cancelled by its study.'
    case 'broken':
      return `broke off: ${end.message}`
    case 'lost':
      return 'its lease was lost; another worker may go on with it, and nothing from here counts.'
    case 'given':
      return 'given back with where it stands.'
  }
}
