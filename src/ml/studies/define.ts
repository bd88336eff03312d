/**
 * What a study is: one thing that is changed from row to row, what was claimed of it, and the figures that were told.
 *
 * Knows nothing of how trials are run.
 */
import type { SequenceTrainRequest } from '../../contract/train-request'

/** What a row changes in the reference training. */
export type RowChanges = Partial<Pick<SequenceTrainRequest, 'architecture' | 'batchSize' | 'sequenceLength'>> & {
  readonly params?: SequenceTrainRequest['params']
}

/** What the seed tells of a row; absent where it tells nothing. */
export interface ToldFigures {
  readonly r2?: number
  readonly parameters?: string
  readonly trainingLoss?: number
  readonly validationLoss?: number
  readonly time?: string
}

export interface StudyRow {
  readonly label: string
  /** The place on the plot's axis; absent for names. */
  readonly value?: number
  readonly changes: RowChanges
  readonly told: ToldFigures
}

/** What trials are trained on. */
export const studyTasks = ['sequences', 'streams'] as const
export type StudyTask = (typeof studyTasks)[number]

export interface Study {
  readonly id: string
  readonly title: string
  /** Heading of the first column, and the plot's axis. */
  readonly variable: string
  /** The seed's conclusion, in one sentence. */
  readonly claim: string
  readonly rows: readonly StudyRow[]
  /** Sequences of the reference task, or streams with carried state. */
  readonly task: StudyTask
  /** The row that all others are compared with. */
  readonly baseline: string
}
