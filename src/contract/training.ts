/**
 * Everything the screen may ask of the training process, and everything it may hear from it. The process is another
 * one than the laboratory's: a training stalls neither scope nor window, and its end costs one run.
 */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { gpuLibrary, GpuLibraryDescription } from './gpu-library'
import { jobs } from './jobs'
import { EngineInfo } from './models'
import { HistoryPoint, RunRecord, runs } from './runs'
import { searches } from './searches'
import { studies } from './studies'
import { TrainRequest } from './train-request'
import { Count, Finite, Id, Text } from './values'

export * from './runs'
export * from './searches'
export * from './studies'
export * from './train-request'

/** A parameter as forms draw it; the same as core/params describes. */
const Numeric = {
  label: Text,
  low: Finite,
  high: Finite,
  step: v.optional(Finite),
  log: v.optional(v.boolean()),
  default: Finite,
  hint: v.optional(Text)
}
export const ParamDescription = v.variant('kind', [
  v.object({ kind: v.literal('int'), ...Numeric }),
  v.object({ kind: v.literal('float'), ...Numeric, unit: v.optional(Text) }),
  v.object({
    kind: v.literal('choice'),
    label: Text,
    options: v.array(Text),
    default: Text,
    hint: v.optional(Text)
  })
])
const Params = v.record(v.string(), ParamDescription)

export const DeviceDescription = v.object({
  kind: v.picklist(['cpu', 'gpu']),
  /** The processor or the card, as its maker calls it. */
  name: Text,
  isAvailable: v.boolean(),
  /** Why it cannot be used, what would help; empty where it can. */
  reason: Text,
  /** Of the card; of the computer for the processor. */
  memoryBytes: Count,
  /** Of the card's driver; empty for the processor. */
  driver: Text,
  /** Of the processor; 0 for a card. */
  threads: Count
})
export type DeviceDescription = v.InferOutput<typeof DeviceDescription>

export const TrainingDescription = v.object({
  /** What this process computes with, once TensorFlow is loaded; null before: it is loaded when something trains. */
  engine: v.nullable(EngineInfo),
  /** Tensors that this process keeps in memory now. */
  tensors: Count,
  devices: v.array(DeviceDescription),
  gpuLibrary: GpuLibraryDescription,
  architectures: v.array(
    v.object({
      id: Id,
      title: Text,
      family: Text,
      /** With its usual settings. */
      causal: v.boolean(),
      params: Params
    })
  ),
  optimisers: v.array(v.object({ id: Id, title: Text, summary: Text, params: Params })),
  schedules: v.array(v.object({ id: Id, title: Text, summary: Text, params: Params })),
  presets: v.array(
    v.object({
      id: Id,
      frequenciesHz: v.array(Finite),
      sampleRate: Finite,
      durationSeconds: Finite,
      noise: Finite,
      sequenceLength: Count
    })
  ),
  degradations: v.array(Text),
  /** What each kind of training starts from: the defaults of the command line. */
  defaults: v.array(TrainRequest)
})
export type TrainingDescription = v.InferOutput<typeof TrainingDescription>

export const TrainingEstimate = v.object({
  parameterCount: Count,
  /** How the parameters are spread, layer by layer, and the shapes of their tensors. */
  rows: v.array(v.object({ row: Text, count: Count, shapes: v.array(v.array(Count)) })),
  /** Samples of the signal that one output can see; null for a network that carries its state for ever. */
  receptiveFieldSamples: v.nullable(Finite),
  causal: v.boolean(),
  stepCount: Count,
  epochCount: Count,
  /** Most that tensors took in the trial: weights, optimiser, gradients, activations of one batch; null without one. */
  memoryBytes: v.nullable(Count),
  /** From a trial on this device; null where it was not made, with the reason in `trialMessage`. */
  stepMilliseconds: v.nullable(Finite),
  /** Of the whole training, validation included. */
  seconds: v.nullable(Finite),
  samplesPerSecond: v.nullable(Finite),
  trialMessage: Text
})
export type TrainingEstimate = v.InferOutput<typeof TrainingEstimate>

export const TrainingAdvanced = v.object({
  runId: Id,
  /** The newest point; its loss is the mean since the event before. */
  point: HistoryPoint,
  stepCount: Count,
  epochCount: Count,
  /** Trained so far, pauses not counted. */
  seconds: Finite,
  secondsLeft: Finite,
  /** Samples of signal, or ticks of it, that went through the network each second. */
  samplesPerSecond: Finite
})
export type TrainingAdvanced = v.InferOutput<typeof TrainingAdvanced>

export const EpochEnded = v.object({
  runId: Id,
  /** From 1. */
  epoch: Count,
  step: Count,
  loss: v.nullable(Finite),
  validationLoss: v.nullable(Finite),
  validationR2: v.nullable(Finite),
  isBest: v.boolean(),
  /** Its weights are on disk: the live laboratory runs them as model "run:<runId>@<epoch>". */
  isKept: v.boolean(),
  /** All epochs that are on disk now: older ones are thinned out. */
  keptEpochs: v.array(Count)
})
export type EpochEnded = v.InferOutput<typeof EpochEnded>

export const training = {
  calls: {
    describeTraining: call(v.undefined(), TrainingDescription),
    /**
     * What a training would be. `trial` trains for two seconds on throw-away weights to tell the time; it is left out
     * while a run trains. Rejects with one sentence what cannot be trained.
     */
    estimateTraining: call(v.object({ request: TrainRequest, trial: v.boolean() }), TrainingEstimate),
    /** The caller makes the id. It trains at once, or waits in the queue behind what trains. */
    startTraining: call(
      v.object({
        runId: Id,
        request: TrainRequest,
        tags: v.optional(RunRecord.entries.tags),
        notes: v.optional(RunRecord.entries.notes)
      }),
      RunRecord
    ),
    /** After the step that is being made; everything is written down first. A queued run leaves the queue. */
    pauseTraining: call(v.object({ runId: Id }), RunRecord),
    /** Go on from the newest checkpoint that is whole, to the same bits as without a break. */
    resumeTraining: call(v.object({ runId: Id }), RunRecord),
    /** End it here, with a model of the best weights so far. */
    stopTraining: call(v.object({ runId: Id }), RunRecord),
    ...gpuLibrary.calls,
    ...jobs.calls,
    ...runs.calls,
    ...studies.calls,
    ...searches.calls
  },
  events: {
    /** At most ten a second. */
    trainingAdvanced: TrainingAdvanced,
    epochEnded: EpochEnded,
    ...jobs.events,
    ...runs.events,
    ...studies.events,
    ...searches.events
  }
} as const satisfies Contract
export type TrainingContract = typeof training
