/** Numbers measured on a stream: of one trace, of output against truth, of all outputs against all tones. */
import * as v from 'valibot'
import { measureIds } from '../core/measure/kinds'
import { call, type Contract } from './define'
import { traceNames } from './streams'
import { Count, Finite, Id, Samples } from './values'

/**
 * A part of a stream: on the axis of the stream positions count as StreamAdvanced's do, on the axis of the record they
 * are places of the signal.
 */
export const streamRange = {
  streamId: Id,
  axis: v.picklist(['stream', 'record']),
  startSample: v.pipe(v.number(), v.integer()),
  endSample: v.pipe(v.number(), v.integer())
} as const

export const MeasureRequest = v.object({
  ...streamRange,
  trace: v.picklist(traceNames),
  selector: Count,
  /** Measure the one cycle about this place, not the whole range. */
  cycleAt: v.optional(Finite)
})
export type MeasureRequest = v.InferOutput<typeof MeasureRequest>

export const Measured = v.object({
  /** What was measured: the part of the range that exists, or the cycle. Of more than `mostMeasured` the newest. */
  startSample: v.pipe(v.number(), v.integer()),
  endSample: v.pipe(v.number(), v.integer()),
  /** Whether samples were left out at the beginning because there were more than can be measured at once. */
  isCut: v.boolean(),
  /** Null where there is no such value; infinite values exist. */
  values: v.object(v.entriesFromList(measureIds, v.nullable(v.number())))
})
export type Measured = v.InferOutput<typeof Measured>

export const CrossTalkFigures = v.object({
  frequenciesHz: v.array(Finite),
  /** [asked][leaked] in dB; null for a tone that the mix does not hold. */
  levelDb: v.array(v.array(v.nullable(v.number()))),
  /** [asked][leaked]: below this a level is chance. */
  floorDb: v.array(v.array(v.nullable(v.number()))),
  /** How many samples it was measured on; 0 where they are too few, and the levels are empty. */
  sampleCount: Count
})
export type CrossTalkFigures = v.InferOutput<typeof CrossTalkFigures>

export const measure = {
  calls: {
    measure: call(MeasureRequest, Measured),
    /** Output against truth, at most `points` pairs, evenly picked; empty where no truth is known. */
    readPairs: call(
      v.object({
        ...streamRange,
        selector: Count,
        points: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(8192))
      }),
      v.object({ truth: Samples, output: Samples })
    ),
    /** What each selector's output holds of every selector's tone, all in one call. */
    measureCrossTalk: call(v.object(streamRange), CrossTalkFigures)
  },
  events: {}
} as const satisfies Contract
