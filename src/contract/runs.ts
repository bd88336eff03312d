/** A run is one training: what is kept of it on disk, and the calls that list, read and change runs. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { ModelInfo } from './models'
import { TrainRequest } from './train-request'
import { Count, Finite, Id, Text } from './values'

export const runStatuses = ['queued', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted'] as const
/**
 * `finished` came to its end, by the last step or by early stopping; `stopped` by the user, its best is kept; `failed`
 * met an error, `interrupted` lost its process. `paused`, `failed` and `interrupted` may be resumed.
 */
export type RunStatus = (typeof runStatuses)[number]

const MaybeFinite = v.nullable(Finite)
/** Epochs count from 1 for people and in files; 0 is before the first. */
const Epoch = Count

export const EpochFigures = v.object({
  epoch: Epoch,
  step: Count,
  /** Mean training loss of the epoch. */
  loss: MaybeFinite,
  validationLoss: MaybeFinite,
  validationR2: MaybeFinite
})
export type EpochFigures = v.InferOutput<typeof EpochFigures>

const Tags = v.pipe(v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40))), v.maxLength(32))
const Notes = v.pipe(v.string(), v.maxLength(20_000))
const Title = v.pipe(Text, v.maxLength(200))

/** run.json of a run's folder. */
export const RunRecord = v.object({
  formatVersion: v.literal(1),
  id: Id,
  title: Title,
  request: TrainRequest,
  status: v.picklist(runStatuses),
  /** ISO 8601. */
  createdAt: Text,
  updatedAt: Text,
  /** Time spent training, pauses not counted. */
  seconds: Finite,
  step: Count,
  stepCount: Count,
  epoch: Epoch,
  epochCount: Count,
  best: v.nullable(EpochFigures),
  /** Epochs whose weights are kept, in order. */
  keptEpochs: v.pipe(v.array(Epoch), v.maxLength(64)),
  /** Figures of the finished model on held-out signals, by name. */
  metrics: v.record(v.string(), MaybeFinite),
  /** One line for people, once there is a model. */
  summary: Text,
  parameterCount: Count,
  kernel: Text,
  device: v.picklist(['cpu', 'gpu']),
  threads: Count,
  appVersion: Text,
  tensorflowVersion: Text,
  /** SHA-256 of the data that it learned from, so that a resumed run can see that it is the same. */
  dataHash: Text,
  tags: Tags,
  notes: Notes,
  /** Why it failed or was interrupted, what a resume did, which checkpoint was taken; empty if there is nothing to say. */
  message: Text
})
export type RunRecord = v.InferOutput<typeof RunRecord>

/** One line of history.jsonl: a point within an epoch, or, with figures of a validation, the end of one. */
export const HistoryPoint = v.object({
  step: Count,
  epoch: Epoch,
  /** Mean since the point before. */
  loss: MaybeFinite,
  /** At the end of an epoch: the mean over all of it. */
  epochLoss: v.optional(MaybeFinite),
  validationLoss: v.optional(MaybeFinite),
  validationR2: v.optional(MaybeFinite),
  learningRate: Finite,
  /** Before clipping. */
  gradientNorm: MaybeFinite,
  stepMilliseconds: Finite
})
export type HistoryPoint = v.InferOutput<typeof HistoryPoint>

const Numbers = v.custom<Float64Array>((value) => value instanceof Float64Array, 'Expected a Float64Array')

/** The curves of a run, one value a place in each array; NaN where there is none. */
export const RunHistory = v.object({
  runId: Id,
  /** Thinned: of every group of points the one with the least and the one with the greatest loss stay. */
  points: v.object({
    step: Numbers,
    epoch: Numbers,
    loss: Numbers,
    learningRate: Numbers,
    gradientNorm: Numbers,
    stepMilliseconds: Numbers
  }),
  /** Every epoch, never thinned below 10,000. */
  epochs: v.object({
    epoch: Numbers,
    step: Numbers,
    loss: Numbers,
    validationLoss: Numbers,
    validationR2: Numbers
  })
})
export type RunHistory = v.InferOutput<typeof RunHistory>

/** A setting or figure of a run under its dotted name: "params.units", "optimiser.id", "best.validationR2". */
export const RunValue = v.nullable(v.union([Finite, v.boolean(), Text]))
export type RunValue = v.InferOutput<typeof RunValue>

/** A row of the table of runs. */
export const RunSummary = v.object({
  id: Id,
  title: Title,
  status: v.picklist(runStatuses),
  createdAt: Text,
  updatedAt: Text,
  tags: Tags,
  /** What the columns show, by dotted name; a run that has no such value lacks the key. */
  values: v.record(v.string(), RunValue)
})
export type RunSummary = v.InferOutput<typeof RunSummary>

export const ListRuns = v.object({
  /** Every word must stand somewhere in title, id, tags, notes, status or a text value; case does not matter. */
  text: v.optional(v.pipe(v.string(), v.maxLength(400)), ''),
  statuses: v.optional(v.pipe(v.array(v.picklist(runStatuses)), v.maxLength(runStatuses.length))),
  /** Runs that have all of these. */
  tags: v.optional(Tags),
  /** The dotted name of a value, or title, status, createdAt, updatedAt. Runs without the value come last. */
  sortBy: v.optional(v.pipe(v.string(), v.maxLength(200)), 'createdAt'),
  descending: v.optional(v.boolean(), true),
  offset: v.optional(Count, 0),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)), 200)
})
export type ListRuns = v.InferInput<typeof ListRuns>

export const RunPage = v.object({
  /** How many there are in all, and how many the filter lets through. */
  totalCount: Count,
  matchCount: Count,
  runs: v.array(RunSummary),
  /** Every value name in the runs that match, in the order of tables; a constant one has one value in all of them. */
  columns: v.array(v.object({ name: Text, isNumber: v.boolean(), isConstant: v.boolean() })),
  /** All tags in use. */
  tags: v.array(Text)
})
export type RunPage = v.InferOutput<typeof RunPage>

const RunIds = v.pipe(v.array(Id), v.minLength(1), v.maxLength(10_000))

export const runs = {
  calls: {
    listRuns: call(ListRuns, RunPage),
    readRun: call(v.object({ runId: Id }), RunRecord),
    readHistory: call(
      v.object({ runId: Id, points: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(20_000)) }),
      RunHistory
    ),
    /** Change what is given, keep the rest. */
    updateRun: call(
      v.object({ runId: Id, title: v.optional(Title), tags: v.optional(Tags), notes: v.optional(Notes) }),
      RunRecord
    ),
    /** Into the trash, from which they come back until the program is closed. A run that trains is refused. */
    deleteRuns: call(v.object({ runIds: RunIds }), v.object({ deleted: v.array(Id) })),
    undoDeleteRuns: call(v.object({ runIds: RunIds }), v.object({ restored: v.array(Id) })),
    /** Its result, or the weights of a kept epoch, as a model of the library under an id of its own. */
    saveRunAsModel: call(v.object({ runId: Id, epoch: v.optional(Epoch), modelId: Id, title: Title }), ModelInfo)
  },
  events: {
    runChanged: RunSummary,
    runsRemoved: v.object({ runIds: v.array(Id) }),
    /** A model was added to the user's folder: the laboratory that runs live should read it anew. */
    libraryChanged: v.object({ modelId: Id })
  }
} as const satisfies Contract
