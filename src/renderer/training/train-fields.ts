/**
 * The numbers that a training asks for, as the form draws them: label, range and hint of each, and which way of training
 * has which. The ranges are those of the request; a test holds the two together.
 */
import type { TrainRequest } from '../../contract/training'
import { float, int, type FloatParam, type IntParam } from '../../core/params/params'

export type TrainKind = TrainRequest['kind']

export const trainFields = {
  epochs: int({ label: 'Epochs', low: 1, high: 100_000, log: true, default: 50, hint: 'Passes over all sequences' }),
  steps: int({ label: 'Steps', low: 1, high: 10_000_000, log: true, default: 2000, hint: 'Gradients in all' }),
  stepsPerEpoch: int({
    ...{ label: 'Steps an epoch', low: 1, high: 10_000_000, log: true, default: 100 },
    hint: 'After so many the network is measured on held-out streams'
  }),
  ticksPerStep: int({
    ...{ label: 'Ticks a step', low: 1, high: 10_000, log: true, default: 50 },
    hint: 'Through so many the gradient flows back'
  }),
  ticksPerSpacing: int({
    ...{ label: 'Ticks a spacing', low: 2, high: 1000, log: true, default: 25 },
    hint: 'Network steps in a period of the least distance of two tones'
  }),
  samplesPerTick: int({
    ...{ label: 'Samples a tick', low: 1, high: 100_000, log: true, default: 20 },
    hint: 'The network runs at the sample rate over this'
  }),
  noise: float({ label: 'Noise', low: 0, high: 1000, default: 0.34, step: 0.01, hint: 'Standard deviation' }),
  noiseLow: float({
    label: 'Least noise',
    low: 0,
    high: 1000,
    default: 0.1,
    step: 0.01,
    hint: 'Drawn for each stream'
  }),
  noiseHigh: float({
    label: 'Most noise',
    low: 0,
    high: 1000,
    default: 0.5,
    step: 0.01,
    hint: 'Drawn for each stream'
  }),
  batchSize: int({ label: 'Batch', low: 1, high: 4096, log: true, default: 64, hint: 'Examples in one step' }),
  learningRate: float({
    ...{ label: 'Learning rate', low: 1e-7, high: 10, log: true, default: 0.004 },
    hint: 'The greatest of the schedule'
  }),
  weightDecay: float({ label: 'Weight decay', low: 0, high: 1, step: 1e-5, default: 0, hint: '0 leaves it out' }),
  clipNorm: float({
    ...{ label: 'Clip gradients at', low: 1e-3, high: 1e6, log: true, default: 1 },
    hint: 'Longer gradients are scaled down to this length'
  }),
  patience: int({
    ...{ label: 'Patience', low: 1, high: 10_000, log: true, default: 10 },
    hint: 'Epochs without a better validation loss before it stops'
  }),
  seed: int({ label: 'Seed', low: 0, high: 0xffffffff, default: 1, hint: 'Decides data, order and first weights' })
} as const satisfies Record<string, IntParam | FloatParam>

export type TrainField = keyof typeof trainFields

/** How long it takes and what it learns from: these differ from way to way. */
export const fieldsOfKind: Readonly<Record<TrainKind, readonly TrainField[]>> = {
  joint: ['steps', 'stepsPerEpoch', 'ticksPerStep', 'ticksPerSpacing', 'noiseLow', 'noiseHigh'],
  streams: ['steps', 'stepsPerEpoch', 'ticksPerStep', 'samplesPerTick', 'noiseLow', 'noiseHigh'],
  sequences: ['epochs', 'noise']
}

/** How it learns: every way has these. */
export const fieldsOfAll = ['batchSize', 'learningRate', 'weightDecay', 'clipNorm', 'seed'] as const

export const trainKinds: readonly { value: TrainKind; text: string; hint: string }[] = [
  { value: 'joint', text: 'Joint fit', hint: 'A small network corrects a fit of all tones; robust, and fast to train' },
  { value: 'streams', text: 'Streams', hint: 'The network alone, its state carried over endless random mixes' },
  { value: 'sequences', text: 'Sequences', hint: 'Shuffled pieces of one record, each from a zero state' }
]
