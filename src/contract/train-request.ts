/** What a training may be asked for, checked at every border: from the page, from the command line, from a file. */
import * as v from 'valibot'
import { degradationNames } from '../core/signal/degradations'
import { presets, type PresetName } from '../core/signal/presets'
import { optimiserIds } from '../core/training/optimisers'
import { scheduleIds } from '../core/training/schedules'
import { Finite, FrequencyHz, Id, Text } from './values'

const whole = (low: number, high: number) => v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high))
const from = (low: number, high: number) => v.pipe(v.number(), v.finite(), v.minValue(low), v.maxValue(high))
const above = (low: number, high: number) => v.pipe(v.number(), v.finite(), v.gtValue(low), v.maxValue(high))

/** Settings of an architecture, an optimiser or a schedule; its own table says which there are. */
export const ParamSettings = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(64)), v.union([Finite, v.pipe(v.string(), v.maxLength(64))])),
  v.check((settings) => Object.keys(settings).length <= 64, 'Expected at most 64 settings')
)

const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]]
const Title = v.pipe(Text, v.maxLength(200))
const Noise = v.pipe(
  v.tuple([from(0, 1000), from(0, 1000)]),
  v.check(([low, high]) => low <= high, 'Expected the lower bound of the noise first')
)
const Frequencies = v.pipe(v.array(FrequencyHz), v.maxLength(16))
const SampleRate = from(1, 1e6)

const common = {
  /** Of the model that comes out. */
  id: Id,
  title: Title,
  architecture: Id,
  params: ParamSettings,
  batchSize: whole(1, 4096),
  /** The greatest rate of the schedule. */
  learningRate: above(0, 10),
  optimiser: v.object({ id: v.picklist(optimiserIds), params: ParamSettings }),
  schedule: v.object({ id: v.picklist(scheduleIds), params: ParamSettings }),
  weightDecay: from(0, 1),
  /** Gradients longer than this are scaled down to it. */
  clipNorm: above(0, 1e6),
  /** Stop after so many epochs without a better validation loss; null never stops early. */
  earlyStopping: v.nullable(v.object({ patience: whole(1, 10_000) })),
  /** Which weights the model gets: those of the epoch with the least validation loss, or the last. */
  keep: v.picklist(['best', 'last']),
  /** Decides data, order, dropout and first weights. */
  seed: whole(0, 0xffffffff)
} as const

/** What the loss of each answer beside the tone counts; zero leaves it out. */
export const HeadWeights = v.object({
  /** Which of the selectors' frequencies was chosen. */
  frequency: from(0, 100),
  /** Where in its period the tone is. */
  phase: from(0, 100)
})
export type HeadWeights = v.InferOutput<typeof HeadWeights>

/** What counts as an epoch where the data never ends. */
const onStreams = {
  steps: whole(1, 10_000_000),
  /** After so many steps the network is measured on held-out streams. */
  stepsPerEpoch: whole(1, 10_000_000),
  /** Ticks through which the gradient flows. */
  ticksPerStep: whole(1, 10_000),
  noise: Noise
} as const

/** Shuffled sequences of one generated record, each from a zero state. */
export const SequenceTrainRequest = v.object({
  kind: v.literal('sequences'),
  ...common,
  preset: v.picklist(presetNames),
  epochs: whole(1, 100_000),
  /** Replaces the preset's noise, for calibration. */
  noise: v.optional(from(0, 1000)),
  /** Replace the preset's, for studies. */
  sequenceLength: v.optional(whole(1, 10_000)),
  sequenceStride: v.optional(whole(1, 10_000)),
  heads: v.optional(HeadWeights)
})
export type SequenceTrainRequest = v.InferOutput<typeof SequenceTrainRequest>

/** Endless random streams with carried state, the network alone. */
export const StreamTrainRequest = v.object({
  kind: v.literal('streams'),
  ...common,
  ...onStreams,
  frequenciesHz: v.pipe(Frequencies, v.minLength(1)),
  sampleRate: SampleRate,
  /** A divisor of the sample rate. */
  modelRate: from(0.1, 1e6),
  heads: v.optional(HeadWeights)
})
export type StreamTrainRequest = v.InferOutput<typeof StreamTrainRequest>

/** A network behind the joint fit: for the tones given, or for any, on streams with what goes wrong with real signals. */
export const JointTrainRequest = v.object({
  kind: v.literal('joint'),
  ...common,
  ...onStreams,
  /** Empty for a model that takes any frequencies: those are drawn then. */
  frequenciesHz: Frequencies,
  /** Of the signals with the tones given; means nothing without them. */
  sampleRate: SampleRate,
  /** Which degradations some of the streams have. */
  degradations: v.pipe(v.array(v.picklist(degradationNames)), v.maxLength(degradationNames.length)),
  ticksPerSpacing: from(2, 1000)
})
export type JointTrainRequest = v.InferOutput<typeof JointTrainRequest>

export const TrainRequest = v.variant('kind', [SequenceTrainRequest, StreamTrainRequest, JointTrainRequest])
export type TrainRequest = v.InferOutput<typeof TrainRequest>
