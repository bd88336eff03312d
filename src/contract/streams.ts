/** A signal played through a filter, and what the screen sees of it. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Count, Finite, FrequencyHz, Id, ModelId, Samples, Text } from './values'

export const traceNames = ['mix', 'output', 'truth', 'residual', 'rival'] as const
export type TraceName = (typeof traceNames)[number]

/** A classical filter that runs beside the network, and its settings where they are not its defaults. */
export const RivalChoice = v.object({
  id: Id,
  params: v.optional(v.record(v.string(), v.pipe(v.number(), v.finite()))),
  /** A mark that sees the whole record is refused unless it may lag by as much as it looks ahead. */
  delayed: v.optional(v.boolean())
})
export type RivalChoice = v.InferOutput<typeof RivalChoice>

export const StreamInfo = v.object({
  streamId: Id,
  signalId: Id,
  modelId: ModelId,
  /** The selectors in order; at most four on the screen. */
  frequenciesHz: v.array(Finite),
  /** For each selector, the channel of the clean tones that it is compared with; -1 where none fits. */
  truthIndex: v.array(v.pipe(v.number(), v.integer())),
  /** Samples by which the output lags the input, and samples that must come in before an output is made. */
  latencySamples: Count,
  hopSamples: Count,
  /** The rival that runs beside, and by how many samples it lags. */
  rival: v.optional(v.object({ id: Id, title: Text, latencySamples: Count })),
  /** Why model and signal may not fit, as sentences; empty if they do. */
  warnings: v.array(Text)
})
export type StreamInfo = v.InferOutput<typeof StreamInfo>

export const StartStream = v.object({
  /** Made by the caller, so that the first event can be recognised. */
  streamId: Id,
  signalId: Id,
  channel: Count,
  modelId: ModelId,
  /** Which tones the selectors mean; needed by a model that selects any, ignored by one with fixed frequencies. */
  frequenciesHz: v.optional(v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16))),
  rival: v.optional(RivalChoice),
  /** A model that sees the future is refused unless it may lag by as much as it looks ahead. */
  delayed: v.optional(v.boolean()),
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
  selectors: v.array(SelectorFigures),
  /** The same of the rival, where one runs. */
  rivalSelectors: v.optional(v.array(SelectorFigures))
})
export type StreamAdvanced = v.InferOutput<typeof StreamAdvanced>

const Columns = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8192))
const SampleSpan = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(2 ** 40))
/** As many samples as cross a border in one message. */
export const mostSamplesRead = 2 ** 21

/**
 * What is visible of a stream. On the axis of the stream positions count as `position` does, and only the newest pass is
 * seen; on the axis of the record they are places of the signal, the mix is there everywhere and outputs wherever the
 * filter has been. With at most `columns` samples in the range each
 * trace comes as samples (min, max and rms are the same array); with more, as the least, greatest and root-mean-square
 * value of each column.
 * Values that do not exist (not filtered yet, before the start) are NaN.
 */
export const ReadTraces = v.object({
  streamId: Id,
  traces: v.pipe(v.array(v.picklist(traceNames)), v.minLength(1), v.maxLength(traceNames.length)),
  selector: Count,
  /** The stream's if left out. */
  axis: v.optional(v.picklist(['stream', 'record'])),
  startSample: v.pipe(v.number(), v.integer()),
  endSample: v.pipe(v.number(), v.integer()),
  columns: Columns
})

export const TraceData = v.object({
  startSample: v.number(),
  /** Samples from one value to the next: 1 for samples, more for an envelope. */
  samplesPerColumn: v.number(),
  traces: v.array(v.object({ name: v.picklist(traceNames), min: Samples, max: Samples, rms: Samples }))
})
export type TraceData = v.InferOutput<typeof TraceData>

/** A level that a trace crosses; places between samples count. */
export const Trigger = v.object({
  trace: v.picklist(traceNames),
  level: v.pipe(v.number(), v.finite()),
  slope: v.picklist(['rising', 'falling']),
  /** How far the trace must have been on the other side of the level before. */
  hysteresis: v.pipe(v.number(), v.finite(), v.minValue(0)),
  /** After a trigger no other one counts for so long. */
  holdOffSamples: SampleSpan
})
export type Trigger = v.InferOutput<typeof Trigger>

/** Screens that begin `preTriggerSamples` before a trigger. Only whole ones come; positions count as `position` does. */
export const ReadSweeps = v.object({
  streamId: Id,
  traces: v.pipe(v.array(v.picklist(traceNames)), v.minLength(1), v.maxLength(traceNames.length)),
  selector: Count,
  trigger: Trigger,
  spanSamples: v.pipe(SampleSpan, v.minValue(1)),
  preTriggerSamples: SampleSpan,
  /** Triggers before this one were shown already. */
  afterSample: v.pipe(v.number(), v.finite()),
  /** So many samples more on both sides, for a smooth curve up to the edges. */
  marginSamples: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64)),
  columns: Columns,
  /** Of more than `most` sweeps the oldest or the newest come. */
  most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)),
  take: v.picklist(['oldest', 'newest'])
})
export type ReadSweeps = v.InferOutput<typeof ReadSweeps>

export const Sweeps = v.object({
  /** In the order of time. The trigger may lie between two samples. */
  sweeps: v.array(v.object({ triggerSample: Finite, data: TraceData })),
  /** How far the stream was. */
  position: Count
})
export type Sweeps = v.InferOutput<typeof Sweeps>

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
        /** Play this part of the record over and over; null for the whole of it. */
        loopRange: v.optional(v.nullable(v.object({ start: Count, end: Count }))),
        seekSample: v.optional(Count),
        historySamples: v.optional(Count),
        /** Another rival, or none; with it the output before the place is made anew, so that both start together. */
        rival: v.optional(v.nullable(RivalChoice))
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
        modelId: ModelId,
        frequenciesHz: v.optional(v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16))),
        rival: v.optional(RivalChoice),
        delayed: v.optional(v.boolean()),
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
    readTraces: call(ReadTraces, TraceData),
    readSweeps: call(ReadSweeps, Sweeps),
    /** Filter a part of the record that the user looks at, where it was not filtered yet; the stream stays where it is. */
    filterRange: call(
      v.object({
        streamId: Id,
        startSample: v.pipe(v.number(), v.finite(), v.minValue(0)),
        endSample: v.pipe(v.number(), v.finite(), v.minValue(0))
      }),
      v.undefined()
    ),
    /** Every sample of one trace between two places of the record, for the ear; NaN where nothing was filtered. */
    readSamples: call(
      v.object({
        streamId: Id,
        trace: v.picklist(traceNames),
        selector: Count,
        startSample: Count,
        count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostSamplesRead))
      }),
      v.object({ samples: Samples })
    )
  },
  events: {
    streamAdvanced: StreamAdvanced,
    streamFailed: v.object({ streamId: Id, message: Text })
  }
} as const satisfies Contract
