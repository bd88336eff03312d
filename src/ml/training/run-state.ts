/** A trainer's state as a checkpoint, and back. */
import * as v from 'valibot'
import { EpochFigures } from '../../contract/runs'
import { Count, Finite, Text } from '../../contract/values'
import { InputError } from '../../core/signal/signal'
import type { Checkpoint } from '../library/checkpoint-file'
import { Environment } from './environment'
import type { TrainerState } from './trainer'

const Progress = v.object({
  step: Count,
  lossSum: Finite,
  lossCount: Finite,
  epochsDone: Count,
  sinceBest: Count,
  sinceProgress: Count,
  plateaus: Count,
  best: v.nullable(EpochFigures),
  hasStopped: v.boolean()
})

/** The loss between two points of the history. */
const PointSums = v.object({ lossSum: Finite, count: Count })

const Json = v.object({
  progress: Progress,
  optimiserSteps: Count,
  data: v.unknown(),
  points: PointSums,
  /** Trained so far. */
  seconds: Finite,
  dataHash: Text,
  environment: Environment
})

export interface RunState extends Omit<v.InferOutput<typeof Json>, 'progress' | 'optimiserSteps' | 'data'> {
  readonly trainer: TrainerState
}

export function toCheckpoint({ trainer, ...rest }: RunState): Checkpoint {
  const { progress, weights, bestWeights, optimiser, data } = trainer
  const prefixed = <T>(prefix: string, table: Readonly<Record<string, T>>) =>
    Object.entries(table).map(([name, values]) => [prefix + name, values] as const)
  return {
    json: { ...rest, progress, optimiserSteps: optimiser.stepCount, data: data.json } satisfies v.InferInput<
      typeof Json
    >,
    arrays: {
      weights,
      ...(bestWeights && { bestWeights }),
      ...Object.fromEntries(prefixed('optimiser/', optimiser.slots)),
      ...Object.fromEntries(prefixed('data/', data.arrays))
    }
  }
}

/** Throws InputError if the checkpoint is not that of a run. */
export function fromCheckpoint({ json, arrays }: Checkpoint): RunState {
  const parsed = v.safeParse(Json, json)
  if (!parsed.success || !(arrays.weights instanceof Float32Array))
    throw new InputError('A checkpoint of this run does not hold what a training needs to go on.')
  const { progress, optimiserSteps, data, ...rest } = parsed.output
  const behind = <T>(prefix: string) =>
    Object.fromEntries(
      Object.entries(arrays)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, values]) => [name.slice(prefix.length), values as T])
    )
  return {
    ...rest,
    trainer: {
      progress,
      weights: arrays.weights,
      bestWeights: arrays.bestWeights as Float32Array | undefined,
      optimiser: { stepCount: optimiserSteps, slots: behind<Float32Array>('optimiser/') },
      data: { json: data, arrays: behind('data/') }
    }
  }
}
