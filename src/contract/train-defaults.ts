/** What each kind of training starts from, for the form and for the command line. */
import { modelRateFor } from '../core/dataset/model-rate'
import { degradationNames } from '../core/signal/degradations'
import type { Hertz } from '../core/units'
import type { JointTrainRequest, SequenceTrainRequest, StreamTrainRequest } from './train-request'

const common = {
  architecture: 'lstm',
  optimiser: { id: 'adam', params: {} },
  clipNorm: 1,
  earlyStopping: null,
  seed: 1
} as const

const onStreams = {
  batchSize: 64,
  learningRate: 0.004,
  schedule: { id: 'one-cycle', params: {} },
  weightDecay: 0,
  keep: 'last',
  steps: 2000,
  stepsPerEpoch: 100,
  ticksPerStep: 64
} as const

/** The reference task: 50 epochs over the seed data set. */
export function usualSequences(): SequenceTrainRequest {
  return {
    ...common,
    kind: 'sequences',
    id: 'my-sequence-model',
    title: 'my-sequence-model',
    params: {},
    batchSize: 64,
    learningRate: 0.001,
    schedule: { id: 'constant', params: {} },
    weightDecay: 1e-5,
    keep: 'best',
    preset: 'seed',
    epochs: 50
  }
}

/** The network alone on streams, with ticks that suit the tones. */
export function usualStreams(frequenciesHz: readonly Hertz[], sampleRate: Hertz): StreamTrainRequest {
  return {
    ...common,
    ...onStreams,
    kind: 'streams',
    id: 'my-stream-model',
    title: 'my-stream-model',
    params: { dropout: 0 },
    frequenciesHz: [...frequenciesHz],
    sampleRate,
    modelRate: modelRateFor(frequenciesHz, sampleRate),
    noise: [0.3, 0.3]
  }
}

/** A network behind the joint fit of the tones given; for any tones where none are. */
export function usualJoint(frequenciesHz: readonly Hertz[], sampleRate: Hertz): JointTrainRequest {
  return {
    ...common,
    ...onStreams,
    kind: 'joint',
    id: 'my-stream-model',
    title: 'my-stream-model',
    params: { layers: 1, units: 48, dropout: 0 },
    batchSize: 24 * (frequenciesHz.length || 4),
    frequenciesHz: [...frequenciesHz],
    sampleRate,
    noise: frequenciesHz.length === 0 ? [0.02, 0.6] : [0.1, 0.5],
    degradations: [...degradationNames],
    ticksPerSpacing: 25
  }
}
