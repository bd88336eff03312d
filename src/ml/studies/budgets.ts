/**
 * How much a study may cost: the data, the passes over it, the seeds. What a budget changes is told in every report, because
 * figures of a short one are not those of the seed's fifty epochs.
 */
import { LabError } from '../../contract/define'
import { usualSequences, usualStreams } from '../../contract/train-defaults'
import type { SequenceTrainRequest, StreamTrainRequest, TrainRequest } from '../../contract/train-request'
import { parseParams } from '../../core/params/params'
import { architectureById } from '../architectures'
import type { RowChanges, StudyTask } from './define'

export interface Budget {
  readonly id: string
  /** Of a trial's data: a sequence starts at every so many samples. */
  readonly sequenceStride: number
  readonly epochs: number
  /** Training steps that count as an epoch on streams. */
  readonly streamStepsPerEpoch: number
  readonly seeds: number
  readonly learningRate: number
  readonly schedule: SequenceTrainRequest['schedule']
  /** For the report. */
  readonly sentences: Readonly<Record<StudyTask, string>>
}

export const budgets = {
  /** For tests of the machinery; its figures mean nothing. */
  smoke: {
    ...{ id: 'smoke', sequenceStride: 500, epochs: 2, streamStepsPerEpoch: 2, seeds: 2, learningRate: 0.003 },
    schedule: { id: 'one-cycle', params: {} },
    sentences: {
      sequences: 'A few steps for each trial: it shows that everything runs, and its figures mean nothing.',
      streams: 'A few steps for each trial: it shows that everything runs, and its figures mean nothing.'
    }
  },
  short: {
    ...{ id: 'short', sequenceStride: 16, epochs: 4, streamStepsPerEpoch: 75, seeds: 3, learningRate: 0.006 },
    schedule: { id: 'one-cycle', params: {} },
    sentences: {
      sequences:
        'Every sixteenth sequence of the record and four passes over them, one-cycle learning rate with a peak of 0.006: 140 steps at a batch of 64, where the seed takes 28,000. It ranks what learns fast, not what ends best.',
      streams:
        '300 steps on 64 streams of 1, 3, 5, 7 Hz, ten seconds of which are measured from a cold start; one-cycle learning rate with a peak of 0.004.'
    }
  },
  full: {
    ...{ id: 'full', sequenceStride: 1, epochs: 50, streamStepsPerEpoch: 60, seeds: 5, learningRate: 0.001 },
    schedule: { id: 'constant', params: {} },
    sentences: {
      sequences: "The seed's own data and settings: all sequences, 50 epochs, learning rate 0.001.",
      streams: '3,000 steps on 64 streams of 1, 3, 5, 7 Hz; constant learning rate of 0.004.'
    }
  }
} as const satisfies Record<string, Budget>

export type BudgetId = keyof typeof budgets
export const budgetIds = Object.keys(budgets) as BudgetId[]

/** Throws LabError for a budget that there is not. */
export function budgetById(id: string): Budget {
  const known = budgetIds.find((budget) => budget === id)
  if (!known) throw new LabError('not-found', `There is no budget "${id}". Expected one of ${budgetIds.join(', ')}.`)
  return budgets[known]
}

/** The reference training with what a row changes; with all parameters, so that equal trainings are equal requests. */
export function requestFor(changes: RowChanges, budget: Budget, seed: number): SequenceTrainRequest {
  const { architecture = 'lstm', batchSize = 64, sequenceLength = 50, params = {} } = changes
  const { sequenceStride, epochs, learningRate, schedule } = budget
  return {
    ...usualSequences(),
    ...{ id: 'trial', title: 'Trial', architecture, batchSize, sequenceLength, sequenceStride, epochs },
    ...{ params: parseParams(architectureById(architecture).params, params), learningRate, schedule, seed }
  }
}

/** Streams of 1, 3, 5, 7 Hz with carried state, in as many steps as the budget has. */
export function streamRequestFor(changes: RowChanges, budget: Budget, seed: number): StreamTrainRequest {
  const { architecture = 'lstm', batchSize = 64, params = {} } = changes
  const { epochs, streamStepsPerEpoch, schedule } = budget
  return {
    ...usualStreams([1, 3, 5, 7], 1000),
    ...{ id: 'trial', title: 'Trial', architecture, batchSize, schedule, seed, keep: 'best' },
    params: parseParams(architectureById(architecture).params, params),
    ...{ stepsPerEpoch: streamStepsPerEpoch, steps: epochs * streamStepsPerEpoch }
  }
}

export const requestMakers = { sequences: requestFor, streams: streamRequestFor } satisfies Record<
  StudyTask,
  (changes: RowChanges, budget: Budget, seed: number) => TrainRequest
>
