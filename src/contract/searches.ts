/** Calls of the training process about searches for networks: a sampler says what is tried next, each trial in a process of its own. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { TrainRequest } from './train-request'
import { Count, Finite, Id, Text } from './values'

export const mostSearchTrials = 1000
export const mostSeed = 0xffffffff

/** Which search, at what cost: one list of trials. */
export const SearchChoice = v.object({
  methodId: Id,
  task: v.picklist(['sequences', 'streams']),
  /** Kinds to choose from. */
  architectures: v.pipe(v.array(Id), v.minLength(1), v.maxLength(32)),
  budget: Id,
  trials: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostSearchTrials)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostSeed))
})
export type SearchChoice = v.InferOutput<typeof SearchChoice>

export const SearchMethodDescription = v.object({ id: Id, title: Text, summary: Text })
export type SearchMethodDescription = v.InferOutput<typeof SearchMethodDescription>

const Point = v.record(v.string(), v.union([Finite, Text]))

export const SearchAdvanced = v.object({
  ...SearchChoice.entries,
  /** The trial that is being trained, from 1. */
  trial: Count,
  point: Point,
  /** Of the whole search, 0 to 1. */
  share: Finite,
  /** Null until the first epoch has told how fast it goes. */
  secondsLeft: v.nullable(Finite)
})
export type SearchAdvanced = v.InferOutput<typeof SearchAdvanced>

export const SearchTrialReport = v.object({
  /** From 1, in the order in which they were tried. */
  trial: Count,
  point: Point,
  /** Of held-out signals; null where there is none. */
  r2: v.nullable(Finite),
  parameterCount: v.nullable(Finite),
  microsecondsPerSample: v.nullable(Finite),
  trainingSeconds: v.nullable(Finite),
  /** Ended before its last epoch because it was lost. */
  isStopped: v.boolean(),
  /** No other is both better and faster. */
  isOnFront: v.boolean(),
  /** By validation, which is what a search may look at. */
  isBest: v.boolean(),
  /** Why it came to no figure; empty where it did. */
  failure: Text,
  /** The training that it was; null where it failed. */
  request: v.nullable(TrainRequest)
})
export type SearchTrialReport = v.InferOutput<typeof SearchTrialReport>

export const SearchReport = v.object({
  ...SearchChoice.entries,
  /** In the order in which they were tried. */
  measured: v.array(SearchTrialReport),
  /** What was found, in a sentence; empty until there is a figure. */
  sentence: v.string(),
  /** The same figures as text, to be put elsewhere. */
  markdown: v.string(),
  csv: v.string()
})
export type SearchReport = v.InferOutput<typeof SearchReport>

export const searches = {
  calls: {
    listSearches: call(
      v.undefined(),
      v.object({
        methods: v.array(SearchMethodDescription),
        /** Kinds whose size two numbers tell and which can run live. */
        architectures: v.array(v.object({ id: Id, title: Text })),
        /** Those that a search takes unless it is told otherwise. */
        usualArchitectures: v.array(Id),
        running: v.nullable(SearchAdvanced)
      })
    ),
    /** What was tried so far. */
    readSearch: call(SearchChoice, SearchReport),
    /** Try what is missing. Refused while a run trains or a study is measured. */
    startSearch: call(SearchChoice, v.undefined()),
    /** The trial under way is ended without a result; what has finished stays. Resolves when it has ended. */
    stopSearch: call(v.undefined(), v.undefined())
  },
  events: {
    /** A trial began, or an epoch of one ended. */
    searchAdvanced: SearchAdvanced,
    searchEnded: v.object({
      ...SearchChoice.entries,
      outcome: v.picklist(['finished', 'stopped', 'failed']),
      message: Text
    })
  }
} as const satisfies Contract
