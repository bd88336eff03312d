/** What a training may be asked for; a union by kind. Knows nothing of how it is done. */
import type { Schedule } from '../../core/dataset/learning-rate'
import type { DegradationName } from '../../core/signal/degradations'
import type { PresetName } from '../../core/signal/presets'
import type { Hertz } from '../../core/units'

export interface CommonRequest {
  readonly id: string
  readonly title: string
  readonly architecture: string
  readonly params: Readonly<Record<string, unknown>>
  readonly batchSize: number
  readonly learningRate: number
  readonly schedule: Schedule
  readonly weightDecay: number
  readonly clipNorm: number
  readonly seed: number
  /** The command that would make the model again, for the manifest. */
  readonly command: string
}

export interface SequenceTrainRequest extends CommonRequest {
  readonly kind: 'sequences'
  readonly preset: PresetName
  readonly epochs: number
  /** Replaces the preset's noise, for calibration. */
  readonly noise?: number
}

export interface StreamTrainRequest extends CommonRequest {
  readonly kind: 'streams'
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  readonly modelRate: Hertz
  readonly noise: readonly [low: number, high: number]
  readonly steps: number
  readonly ticksPerStep: number
}

/** A network behind the joint fit: for the tones given, or for any, on streams with what goes wrong with real signals. */
export interface JointTrainRequest extends CommonRequest {
  readonly kind: 'joint'
  /** Empty for a model that takes any frequencies: those are drawn then. */
  readonly frequenciesHz: readonly Hertz[]
  /** Of the signals with the tones given; means nothing without them. */
  readonly sampleRate: Hertz
  readonly noise: readonly [low: number, high: number]
  /** Which degradations some of the streams have. */
  readonly degradations: readonly DegradationName[]
  readonly ticksPerSpacing: number
  readonly steps: number
  readonly ticksPerStep: number
}

export type TrainRequest = SequenceTrainRequest | StreamTrainRequest | JointTrainRequest
