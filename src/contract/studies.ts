/** Calls of the training process about studies: reference tables that are measured row by row, each trial in a process of its own. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Count, Finite, Id, Text } from './values'

export const mostSeeds = 20

const Interval = v.object({
  /** Null where nothing was measured. */
  mean: v.nullable(Finite),
  /** Of the 95 % interval; null for a single value. */
  halfWidth: v.nullable(Finite)
})
export type StudyInterval = v.InferOutput<typeof Interval>

const ToldFigures = v.object({
  r2: v.optional(Finite),
  parameters: v.optional(Text),
  trainingLoss: v.optional(Finite),
  validationLoss: v.optional(Finite),
  time: v.optional(Text)
})

/** Which study, at what cost, how often: one table. */
export const StudyChoice = v.object({
  studyId: Id,
  budget: Id,
  /** Trainings of each row. */
  seeds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostSeeds))
})
export type StudyChoice = v.InferOutput<typeof StudyChoice>

export const StudyDescription = v.object({
  id: Id,
  title: Text,
  /** What the rows change: heading of the first column, and the plot's axis. */
  variable: Text,
  /** The conclusion that was told. */
  claim: Text,
  task: v.picklist(['sequences', 'streams']),
  rowCount: Count
})
export type StudyDescription = v.InferOutput<typeof StudyDescription>

export const StudyBudget = v.object({
  id: Id,
  /** Usual number of trainings of each row. */
  seeds: Count,
  /** What it does and what it leaves out, by task. */
  sentences: v.object({ sequences: Text, streams: Text })
})
export type StudyBudget = v.InferOutput<typeof StudyBudget>

export const StudyAdvanced = v.object({
  ...StudyChoice.entries,
  /** The trial that is being trained, from 1. */
  trial: Count,
  trialCount: Count,
  row: Text,
  seed: Count,
  /** Of the whole study, 0 to 1. */
  share: Finite,
  /** Null until the first epoch has told how fast it goes. */
  secondsLeft: v.nullable(Finite)
})
export type StudyAdvanced = v.InferOutput<typeof StudyAdvanced>

export const StudyRowReport = v.object({
  label: Text,
  /** The place on the plot's axis; null for names. */
  value: v.nullable(Finite),
  isBaseline: v.boolean(),
  /** Seeds that are measured. */
  trialCount: Count,
  r2: Interval,
  trainingLoss: Interval,
  validationLoss: Interval,
  secondsPerEpoch: Interval,
  peakMemoryMiB: Interval,
  parameterCount: v.nullable(Finite),
  /** Trials that were given up because they stood far below the others. */
  stoppedCount: Count,
  failures: v.array(Text),
  told: ToldFigures
})
export type StudyRowReport = v.InferOutput<typeof StudyRowReport>

export const StudyReport = v.object({
  ...StudyChoice.entries,
  rows: v.array(StudyRowReport),
  trialCount: Count,
  measuredCount: Count,
  failedCount: Count,
  /** Does what was measured support the claim? Empty until every trial has come to its end. */
  verdict: v.string(),
  trainingSeconds: Finite,
  kernel: Text,
  /** The same figures as text, to be put elsewhere. */
  markdown: v.string(),
  csv: v.string()
})
export type StudyReport = v.InferOutput<typeof StudyReport>

export const studies = {
  calls: {
    listStudies: call(
      v.undefined(),
      v.object({
        studies: v.array(StudyDescription),
        budgets: v.array(StudyBudget),
        /** What is being measured now. */
        running: v.nullable(StudyAdvanced)
      })
    ),
    /** What was measured so far, from the study's folder. */
    readStudy: call(StudyChoice, StudyReport),
    /** Measure what is missing. Refused while a run trains: both would be slow, and the times of neither true. */
    startStudy: call(StudyChoice, v.undefined()),
    /** The trial under way is ended without a result; what has finished stays. Resolves when it has ended. */
    stopStudy: call(v.undefined(), v.undefined())
  },
  events: {
    /** A trial began, or an epoch of one ended. */
    studyAdvanced: StudyAdvanced,
    studyEnded: v.object({
      ...StudyChoice.entries,
      outcome: v.picklist(['finished', 'stopped', 'failed']),
      message: Text
    })
  }
} as const satisfies Contract
