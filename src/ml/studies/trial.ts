/** One trial: one training, measured. Knows nothing of studies or processes. */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { TrainRequest } from '../../contract/train-request'
import { parameterCountOf } from '../architectures/define'
import type { LoadedEngine } from '../engine/tensorflow'
import { createStreamFilter } from '../inference/stream-filter'
import { sampleRateOf } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { trainModel } from '../training/train-model'

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

/** Train and measure in this process; `abort` stops between two steps, and what was best so far is measured. */
export async function runTrial(
  engine: LoadedEngine,
  request: TrainRequest,
  { onEpoch, abort }: { onEpoch(epoch: TrialEpoch): void; abort: AbortSignal }
): Promise<TrialResult> {
  const epochs: TrialEpoch[] = []
  const { model, seconds } = await trainModel(engine, request, {
    abort,
    onEpoch(report) {
      const { epoch: number, loss, validationLoss, validationR2 } = report.figures
      const epoch = { epoch: number, loss, validationLoss, validationR2 }
      epochs.push(epoch)
      onEpoch(epoch)
    }
  })
  const { metrics, training } = model.manifest
  const figure = (...names: string[]) =>
    finiteOrNull(names.map((name) => metrics[name]).find((value) => value !== undefined))
  return {
    ...{ request, epochs, r2: figure('testR2', 'r2') },
    trainingLoss: figure('trainingLoss'),
    validationLoss: figure('validationLoss'),
    parameterCount: parameterCountOf(model.network),
    steps: training.steps,
    trainingSeconds: seconds,
    secondsPerEpoch: epochs.length > 0 ? seconds / epochs.length : null,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    microsecondsPerSample: speedOf(engine, model),
    kernel: engine.kernels.name,
    isStopped: abort.aborted
  }
}

/** A record of as many samples as are worth the clock's while, filtered the way the scope filters it. */
function speedOf(engine: LoadedEngine, model: StoredModel): number {
  const sampleRate = sampleRateOf(model.manifest) || 1000
  const filter = createStreamFilter(engine, model, { sampleRate, frequenciesHz: [1, 3, 5, 7] })
  const samples = new Float32Array(2048)
  let best = Infinity
  try {
    for (let round = 0; round < 4; round += 1) {
      const began = performance.now()
      filter.process(samples)
      best = Math.min(best, performance.now() - began)
    }
  } finally {
    filter.dispose()
  }
  return (1000 * best) / samples.length
}

const finiteOrNull = (value: number | null | undefined) =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

/** JSON with sorted names: equal values give equal text. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(',')}}`
}
