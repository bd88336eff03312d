/**
 * What studies and workers say to each other through Redis: the names of keys, and schemas for everything that is read. Nothing
 * that comes from a queue is believed before its schema, its size and its hash hold.
 */
import * as v from 'valibot'
import { version } from '../../../../package.json'
import { TrainRequest } from '../../../contract/train-request'
import { Count } from '../../../contract/values'
import { TrialEpoch } from '../trial-result'

/** Raised when jobs, checkpoints or results of older programs of the same version mean something else. */
export const trialProtocol = 1

/** All keys begin with it, so that a Redis user can be held to `~signal-lab:*`. */
export const keyPrefix = 'signal-lab'

/** Programs of another version listen to another queue: nothing of theirs is ever taken. */
export const queueName = `trials-${version}-p${trialProtocol}`

export const keys = {
  blobChunk: (sha256: string, index: number) => `${keyPrefix}:blob:${sha256}:${index}`,
  /** References to the newest checkpoints of a trial, newest first. */
  checkpoints: (trialId: string) => `${keyPrefix}:checkpoints:${queueName}:${trialId}`,
  /** The epochs that a job has told. */
  epochs: (jobId: string) => `${keyPrefix}:epochs:${jobId}`,
  /** What the study wants of a job: `stop` or `cancel`. */
  wish: (jobId: string) => `${keyPrefix}:wish:${jobId}`,
  /** There while the study lives. */
  study: (studyId: string) => `${keyPrefix}:study:${studyId}`,
  /** Workers by the time they were last heard of. */
  workers: `${keyPrefix}:workers`,
  /** Written to see whether anything can be. */
  probe: `${keyPrefix}:probe`
} as const

/** What nobody fetches is gone after a week. */
export const keptSeconds = 7 * 24 * 3600
/** So often a job is tried where workers are lost or break. */
export const mostAttempts = 3

const Hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`), 'Expected a hash'))
const Version = v.pipe(v.string(), v.regex(/^[\w.+-]{1,40}$/, 'Expected a version'))
const Name = v.pipe(v.string(), v.regex(/^[\w.@ -]{1,80}$/, 'Expected a name'))

export const TrialJob = v.strictObject({
  version: v.literal(version),
  protocol: v.literal(trialProtocol),
  /** Made by each study for itself. */
  study: Hex(16),
  trial: Hex(16),
  request: TrainRequest
})
export type TrialJob = v.InferOutput<typeof TrialJob>

export const jobIdOf = ({ study, trial }: Pick<TrialJob, 'study' | 'trial'>) => `${study}-${trial}`

export const maxResultBytes = 2 ** 24
export const maxCheckpointBytes = 2 ** 30

export const BlobRef = v.strictObject({ sha256: Hex(64), bytes: Count })
export type BlobRef = v.InferOutput<typeof BlobRef>

export const CheckpointRef = v.strictObject({ blob: BlobRef, step: Count })
export type CheckpointRef = v.InferOutput<typeof CheckpointRef>

/** How a trial ended on a worker; the attempt is counted from 1. */
export const Outcome = v.variant('kind', [
  v.strictObject({ kind: v.literal('finished'), attempt: Count, worker: Name, result: BlobRef }),
  /** By an error of its own, which it would have anywhere. */
  v.strictObject({
    kind: v.literal('failed'),
    attempt: Count,
    worker: Name,
    message: v.pipe(v.string(), v.maxLength(4096))
  }),
  v.strictObject({ kind: v.literal('cancelled'), attempt: Count, worker: Name })
])
export type Outcome = v.InferOutput<typeof Outcome>

export const ToldEpochs = v.array(TrialEpoch)

export const WorkerCard = v.strictObject({ id: Hex(16), name: Name, version: Version, protocol: Count })
export type WorkerCard = v.InferOutput<typeof WorkerCard>

/** A name that a card may carry, from whatever the computer is called. */
export function workerName(text: string): string {
  return text.replace(/[^\w.@ -]/g, '-').slice(0, 80) || 'worker'
}

/** Words from a queue as one line of a report: nothing that a terminal would obey. */
export function plainText(text: string): string {
  return text.replace(/\p{C}+/gu, ' ').slice(0, 500)
}

/** What text from a queue says by a schema; undefined for anything else. */
export function parseText<S extends v.GenericSchema>(schema: S, text: string | null): v.InferOutput<S> | undefined {
  if (text === null) return undefined
  try {
    const parsed = v.safeParse(schema, JSON.parse(text))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
