/** A signal played through a filter, and what the screen sees of it. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Count, Finite, FrequencyHz, Id, Samples, Text } from './values'

export const traceNames = ['mix', 'output', 'truth', 'residual'] as const
export type TraceName = (typeof traceNames)[number]

export const StreamInfo = v.object({
  streamId: Id,
  signalId: Id,
  modelId: Id,
  /** The selectors in order; at most four on the screen. */
  frequenciesHz: v.array(Finite),
  /** For each selector, the channel of the clean tones that it is compared with; -1 where none fits. */
  truthIndex: v.array(v.pipe(v.number(), v.integer())),
  /** Samples by which the output lags the input, and samples that must come in before an output is made. */
  latencySamples: Count,
  hopSamples: Count,
  /** Why model and signal may not fit, as sentences; empty if they do. */
  warnings: v.array(Text)
})
export type StreamInfo = v.InferOutput<typeof StreamInfo>

export const StartStream = v.object({
  /** Made by the caller, so that the first event can be recognised. */
  streamId: Id,
  signalId: Id,
  channel: Count,
  modelId: Id,
  /** Which tones the selectors mean; needed by a model that selects any, ignored by one with fixed frequencies. */
  frequenciesHz: v.optional(v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16))),
  startSample: Count,
  /** Signal seconds per second; 1 is real time. */
  speed: v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(1000)),
  loop: v.boolean(),
  running: v.boolean()
})

/** Numbers of one selector over what has been filtered so far; null where the truth is not known. */
export const SelectorFigures = v.object({
  /** RMS of the output over the last second. */
  level: Finite,
  /** Since the stream's start, and since two seconds after it. */
  r2: v.nullable(Finite),
  r2AfterSettling: v.nullable(Finite),
  siSdrDb: v.nullable(Finite)
})
export type SelectorFigures = v.InferOutput<typeof SelectorFigures>

export const StreamAdvanced = v.object({
  streamId: Id,
  /** Counts from 0; a gap means that pictures were skipped because the screen was busy, never samples. */
  seq: Count,
  /** Samples filtered since the stream's origin; grows for ever when the signal loops. */
  position: Count,
  running: v.boolean(),
  ended: v.boolean(),
  /** Signal time per computing time of the filter alone. */
  realTimeFactor: Finite,
  /** Computing time of the newest block. */
  blockMilliseconds: Finite,
  /** Blocks that were not ready in time, since the start. */
  missedBlocks: Count,
  selectors: v.array(SelectorFigures)
})
export type StreamAdvanced = v.InferOutput<typeof StreamAdvanced>

/**
 * What is visible of a stream. Positions count as `position` does. With at most `columns` samples in the range each
 * trace comes as samples (min and max are the same array); with more, as the least and greatest value of each column.
 * Values that do not exist (not filtered yet, before the start) are NaN.
 */
export const ReadTraces = v.object({
  streamId: Id,
  traces: v.pipe(v.array(v.picklist(traceNames)), v.minLength(1), v.maxLength(4)),
  selector: Count,
  startSample: v.pipe(v.number(), v.integer()),
  endSample: v.pipe(v.number(), v.integer()),
  columns: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8192))
})

export const TraceData = v.object({
  startSample: v.number(),
  /** Samples from one value to the next: 1 for samples, more for an envelope. */
  samplesPerColumn: v.number(),
  traces: v.array(v.object({ name: v.picklist(traceNames), min: Samples, max: Samples }))
})
export type TraceData = v.InferOutput<typeof TraceData>

export const streams = {
  calls: {
    startStream: call(StartStream, StreamInfo),
    /**
     * Change what is given, keep the rest. A seek filters two seconds before the place first, so that the output is
     * settled, and before those `historySamples` more, so that a screen of that width is full at once.
     */
    controlStream: call(
      v.object({
        streamId: Id,
        running: v.optional(v.boolean()),
        speed: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(1000))),
        loop: v.optional(v.boolean()),
        seekSample: v.optional(Count),
        historySamples: v.optional(Count)
      }),
      v.undefined()
    ),
    /**
     * Go on at the same place through another model or for other tones. `historySamples` before the place are filtered
     * anew, so that a screen of that width is full at once.
     */
    retuneStream: call(
      v.object({
        streamId: Id,
        modelId: Id,
        frequenciesHz: v.optional(v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16))),
        historySamples: Count
      }),
      StreamInfo
    ),
    stopStream: call(v.object({ streamId: Id }), v.undefined()),
    /** Allow so many more streamAdvanced events; without credit only the newest is kept. A stream starts with none. */
    grantCredits: call(
      v.object({ streamId: Id, count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)) }),
      v.undefined()
    ),
    readTraces: call(ReadTraces, TraceData)
  },
  events: {
    streamAdvanced: StreamAdvanced,
    streamFailed: v.object({ streamId: Id, message: Text })
  }
} as const satisfies Contract
