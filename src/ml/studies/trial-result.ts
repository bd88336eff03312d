/** What a trial tells: its epochs, its result, and its name. */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { TrainRequest } from '../../contract/train-request'

const Figure = v.nullable(v.pipe(v.number(), v.finite()))

export const TrialEpoch = v.strictObject({
  /** From 1. */
  epoch: v.pipe(v.number(), v.integer(), v.minValue(1)),
  loss: v.number(),
  validationLoss: v.number(),
  validationR2: v.number()
})
export type TrialEpoch = v.InferOutput<typeof TrialEpoch>

export const TrialResult = v.strictObject({
  request: TrainRequest,
  epochs: v.array(TrialEpoch),
  /** Over held-out signals; null where it is no number. */
  r2: Figure,
  trainingLoss: Figure,
  validationLoss: Figure,
  parameterCount: v.pipe(v.number(), v.integer()),
  steps: v.pipe(v.number(), v.integer()),
  trainingSeconds: v.number(),
  secondsPerEpoch: Figure,
  /** Most memory that the process held at once, TensorFlow included. */
  peakMemoryMiB: v.number(),
  /** Of the finished network, all selectors at once; the best of several tries. */
  microsecondsPerSample: v.number(),
  kernel: v.string(),
  /** True if it was stopped before its last epoch because it was lost. */
  isStopped: v.boolean()
})
export type TrialResult = v.InferOutput<typeof TrialResult>

/** The same request has the same name, whichever study asks for it. */
export function trialIdOf(request: TrainRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex').slice(0, 16)
}

/** JSON with sorted names: equal values give equal text. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(',')}}`
}
