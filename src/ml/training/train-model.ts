/**
 * One training from request to stored model: build, train, measure on held-out signals, describe in a manifest.
 *
 * Knows nothing of windows, folders or progress bars.
 */
import type { SequenceTrainRequest, StreamTrainRequest, TrainRequest } from '../../contract/train-request'
import { Random } from '../../core/random'
import { presets, type PresetName } from '../../core/signal/presets'
import { generateMix } from '../../core/signal/synth'
import type { SequenceSource } from '../../core/dataset/sequences'
import { ToneStreams, type StreamTask } from '../../core/dataset/tone-streams'
import type { Hertz } from '../../core/units'
import type { LoadedEngine } from '../engine/tensorflow'
import { evaluateOnMixes } from '../inference/evaluate-model'
import type { Running } from '../library/manifest'
import type { WeightedNetwork } from '../network/weighted-network'
import { buildNetwork, manifestOf, testNoiseOffset, withFigures, type TrainedModel } from './describe-model'
import type { TrainingHooks } from './progress'
import { trainJointModel } from './train-joint-model'
import { evaluateSequences, trainOnSequences } from './train-sequences'
import { trainOnStreams } from './train-streams'

export async function trainModel(
  engine: LoadedEngine,
  request: TrainRequest,
  hooks: TrainingHooks = {}
): Promise<TrainedModel> {
  switch (request.kind) {
    case 'sequences':
      return trainSequenceModel(engine, request, hooks)
    case 'streams':
      return trainStreamModel(engine, request, hooks)
    case 'joint':
      return trainJointModel(engine, request, hooks)
  }
}

async function trainSequenceModel(
  engine: LoadedEngine,
  request: SequenceTrainRequest,
  hooks: TrainingHooks
): Promise<TrainedModel> {
  const preset = { ...presets[request.preset], ...(request.noise === undefined ? {} : { noise: request.noise }) }
  const { sequenceLength, sequenceStride, validationShare, frequenciesHz, sampleRate } = preset
  // Inside, targets have the size of a unit tone, whatever their share of the mix.
  const settings = { sequenceLength, sequenceStride, inputScale: 1, targetScale: frequenciesHz.length }
  const training = generateMix({ ...preset, seed: request.seed })
  const featureCount = 1 + frequenciesHz.length
  const running: Running = { kind: 'samples', sampleRate, sequenceLength }
  const shape = { featureCount, outputCount: 1, frequenciesHz, running }
  const network = buildNetwork(engine, request, shape)
  const started = performance.now()
  try {
    const result = await trainOnSequences(
      network,
      training,
      { ...settings, ...request, validationShare, epochCount: request.epochs },
      hooks
    )
    const seconds = (performance.now() - started) / 1000
    const test = await testOnSequences(network, request.preset, request.seed, request.noise)
    const best = result.epochs[result.bestEpoch]
    const manifest = manifestOf(engine, request, {
      ...{ ...shape, inputScale: 1, targetScale: frequenciesHz.length },
      trainingRms: rmsOf(training.mix),
      steps: result.stepCount,
      seconds,
      metrics: {
        testR2: test.r2,
        testLoss: test.loss,
        trainingLoss: best?.loss ?? null,
        validationLoss: best?.validationLoss ?? null,
        validationR2: best?.validationR2 ?? null,
        bestEpoch: best ? best.epoch + 1 : null
      },
      summary: `Stateless sequences of ${sequenceLength} samples; R² ${test.r2.toFixed(3)} on its own test noise`
    })
    const model = { manifest, network: network.network, weights: await network.weights() }
    return { model, epochs: result.epochs, seconds }
  } finally {
    network.dispose()
  }
}

/** R² over all sequences of the preset's tones under noise that training never saw. */
export async function testOnSequences(network: WeightedNetwork, name: PresetName, seed: number, noise?: number) {
  const preset = { ...presets[name], ...(noise === undefined ? {} : { noise }) }
  const source: SequenceSource = generateMix({ ...preset, seed, noiseSeed: seed + testNoiseOffset })
  const { sequenceLength, sequenceStride, frequenciesHz } = preset
  const startCount = Math.floor((source.mix.length - sequenceLength) / sequenceStride)
  const all = Uint32Array.from({ length: startCount * frequenciesHz.length }, (_, index) => index)
  const settings = { sequenceLength, sequenceStride, inputScale: 1, targetScale: frequenciesHz.length }
  return evaluateSequences(network, source, settings, all)
}

async function trainStreamModel(
  engine: LoadedEngine,
  request: StreamTrainRequest,
  hooks: TrainingHooks
): Promise<TrainedModel> {
  const { frequenciesHz, sampleRate, modelRate, noise } = request
  const task: StreamTask = {
    ...{ sampleRate, modelRate, frequenciesHz, noise, amplitude: [0.8, 1.2], meanLife: streamLife(frequenciesHz) },
    inputScale: 2,
    targetScale: frequenciesHz.length
  }
  const featureCount = 1 + frequenciesHz.length
  const running: Running = { kind: 'ticks', sampleRate, modelRate }
  const shape = { featureCount, outputCount: 2, frequenciesHz, running }
  const network = buildNetwork(engine, request, shape)
  const started = performance.now()
  try {
    const streams = new ToneStreams(task, request.batchSize, Random.derive(request.seed, 'streams'))
    const steps = await trainOnStreams(network, streams, { ...request, stepCount: request.steps }, hooks)
    const seconds = (performance.now() - started) / 1000
    const weights = await network.weights()
    const manifest = manifestOf(engine, request, {
      ...{ ...shape, inputScale: task.inputScale, targetScale: task.targetScale },
      trainingRms: streamRms(task),
      ...{ steps, seconds, metrics: {}, summary: '' }
    })
    const model = { manifest, network: network.network, weights }
    const figures = await evaluateOnMixes(engine, model, {
      mixCount: 16,
      durationSeconds: 10 * (1 / Math.min(...frequenciesHz)),
      noise: (noise[0] + noise[1]) / 2,
      seed: request.seed + testNoiseOffset
    })
    return { model: withFigures(model, `Streams with carried state at ${modelRate} Hz`, figures), epochs: [], seconds }
  } finally {
    network.dispose()
  }
}

/** Six periods of the slowest tone: long enough to learn the settled filter, short enough to learn the start. */
function streamLife(frequenciesHz: readonly Hertz[]): number {
  return 6 / Math.min(...frequenciesHz)
}

function streamRms({ frequenciesHz, amplitude, noise }: StreamTask): number {
  const [low, high] = amplitude
  const meanSquare = (low * low + low * high + high * high) / 3
  const tones = meanSquare / 2 / frequenciesHz.length
  const level = (noise[0] + noise[1]) / 2
  return Math.sqrt(tones + level * level)
}

function rmsOf(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}
