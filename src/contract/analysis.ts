/** What is measured of a model besides running it: duels with classical filters, Bode plots, whether it fits a signal. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Count, Finite, FrequencyHz, Id, ModelId, Text } from './values'

/** What goes out is made from values that nobody changes. */
const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly())
const Params = v.record(v.string(), v.union([Finite, Text]))
const Frequencies = v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16))
const Rate = v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(1e6))

export const RivalInfo = v.object({
  id: Id,
  title: Text,
  /** False for a mark that sees the whole record: it cannot run live. */
  causal: v.boolean(),
  /** Its settings with their defaults; widths and memories are in spacings of the tones. */
  params: v.array(
    v.object({
      name: Text,
      label: Text,
      low: v.number(),
      high: v.number(),
      default: v.number(),
      isWhole: v.boolean(),
      log: v.boolean(),
      unit: Text,
      hint: Text
    })
  )
})
export type RivalInfo = v.InferOutput<typeof RivalInfo>

/** A mean, and half of its 95 % interval. */
export const Interval = v.object({ mean: v.number(), halfWidth: v.number() })

export const DuelFigures = v.object({
  siSdrDb: Interval,
  siSdrImprovementDb: Interval,
  snrImprovementDb: Interval,
  r2: Interval,
  siSdrSettledDb: Interval,
  r2Settled: Interval,
  amplitudeError: v.number(),
  phaseErrorDegrees: v.number(),
  /** Null where it never settles. */
  settlingSeconds: v.nullable(v.number())
})

export const DuelCell = v.object({
  snrDb: v.number(),
  noise: v.number(),
  network: DuelFigures,
  rivals: list(
    v.object({
      id: Id,
      title: Text,
      causal: v.boolean(),
      params: Params,
      figures: DuelFigures,
      /** SI-SDR of the network less that of the rival. */
      networkLeadDb: Interval
    })
  ),
  bestRivalId: Id
})

export const DuelResult = v.object({
  modelId: ModelId,
  modelTitle: Text,
  frequenciesHz: list(Finite),
  sampleRate: Finite,
  durationSeconds: Finite,
  /** As text that parseDegradations reads; empty for white noise alone. */
  degradations: Text,
  seed: Count,
  seedCount: Count,
  tuningSeedCount: Count,
  latencySamples: Count,
  cells: list(DuelCell),
  /** One sentence. */
  verdict: Text
})
export type DuelResult = v.InferOutput<typeof DuelResult>

export const RunDuel = v.object({
  /** Made by the caller; progress and cancelling are those of jobs. */
  jobId: Id,
  modelId: ModelId,
  /** For a model that takes any; others answer their own. */
  frequenciesHz: v.optional(Frequencies),
  sampleRate: v.optional(Rate),
  durationSeconds: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(3600))),
  /** Who is set against it; absent for all. At least one must be causal. */
  rivalIds: v.optional(v.pipe(v.array(Id), v.minLength(1), v.maxLength(16))),
  snrsDb: v.pipe(v.array(v.pipe(v.number(), v.minValue(-60), v.maxValue(100))), v.minLength(1), v.maxLength(16)),
  /** "impulses,dropouts=0.1x0.05"; absent for white noise alone. */
  degradations: v.optional(Text),
  seedCount: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1))
})

const BodePoint = v.object({
  frequencyHz: v.number(),
  gainDb: v.number(),
  phaseDegrees: v.number(),
  groupDelaySeconds: v.number()
})

export const SelectorBode = v.object({
  frequencyHz: v.number(),
  /** By steady sines; harmonics in dB of the sine. */
  stepped: list(v.object({ ...BodePoint.entries, thdDb: v.number() })),
  sweep: list(BodePoint),
  thdDb: v.number(),
  intermodulationDb: v.number(),
  superpositionErrorDb: v.number(),
  /** Gain at the selector's tone, by level against the usual one. */
  levels: list(v.object({ levelDb: v.number(), gainDb: v.number(), phaseDegrees: v.number() }))
})

/** Where nothing comes through a gain is -Infinity. */
export const BodeResult = v.object({
  modelId: ModelId,
  modelTitle: Text,
  sampleRate: Finite,
  amplitude: v.number(),
  latencySamples: Count,
  selectors: list(SelectorBode),
  /** A classical filter beside, in closed form, one plot a selector. */
  reference: v.object({ title: Text, selectors: list(list(BodePoint)) })
})
export type BodeResult = v.InferOutput<typeof BodeResult>

export const MeasureBode = v.object({
  jobId: Id,
  modelId: ModelId,
  frequenciesHz: v.optional(Frequencies),
  sampleRate: v.optional(Rate)
})

export const Verdict = v.picklist(['green', 'amber', 'red'])
export type Verdict = v.InferOutput<typeof Verdict>

export const Finding = v.object({
  subject: v.picklist(['rate', 'frequencies', 'spacing', 'level', 'noise', 'latency']),
  verdict: Verdict,
  /** One sentence. */
  sentence: Text
})
export type Finding = v.InferOutput<typeof Finding>

/** What one click could do about it. */
export const Cure = v.variant('kind', [
  v.object({ kind: v.literal('resample'), sampleRate: Finite }),
  /** Start the stream with `delayed`. */
  v.object({ kind: v.literal('run-delayed') }),
  v.object({ kind: v.literal('use-universal'), modelId: ModelId, frequenciesHz: v.array(Finite) }),
  v.object({
    kind: v.literal('train-for-these'),
    frequenciesHz: v.array(Finite),
    sampleRate: Finite,
    /** What the shipped model of that kind took; null where nobody knows. */
    estimatedSeconds: v.nullable(Finite)
  })
])
export type Cure = v.InferOutput<typeof Cure>

/** Does a model fit a signal? The worst finding decides. */
export const DomainReport = v.object({ verdict: Verdict, findings: v.array(Finding), cures: v.array(Cure) })
export type DomainReport = v.InferOutput<typeof DomainReport>

export const CheckDomain = v.object({
  signalId: Id,
  channel: Count,
  modelId: ModelId,
  /** What the selectors mean, for a model that takes any. */
  frequenciesHz: v.optional(Frequencies)
})

export const analysis = {
  calls: {
    listRivals: call(v.undefined(), v.array(RivalInfo)),
    /** Resolves when it is over; jobAdvanced tells how far it is, cancelJob ends it. */
    runDuel: call(RunDuel, DuelResult),
    /** As runDuel, a job. */
    measureBode: call(MeasureBode, BodeResult),
    checkDomain: call(CheckDomain, DomainReport)
  },
  events: {}
} as const satisfies Contract
