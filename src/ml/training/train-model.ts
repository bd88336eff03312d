/**
 * One training from request to stored model: build, train, measure on held-out signals, describe in a manifest.
 *
 * Knows nothing of windows, folders or progress bars.
 */
import { version } from '../../../package.json'
import { parseParams } from '../../core/params/params'
import { Random } from '../../core/random'
import { presets, type PresetName } from '../../core/signal/presets'
import { generateMix } from '../../core/signal/synth'
import type { Schedule } from '../../core/dataset/learning-rate'
import type { SequenceSource } from '../../core/dataset/sequences'
import { lockInFeatureCount, LockInStreams, type LockInTask } from '../../core/dataset/lock-in-streams'
import { ToneStreams, type StreamTask } from '../../core/dataset/tone-streams'
import type { Hertz } from '../../core/units'
import { architectureById } from '../architectures'
import type { LoadedEngine } from '../engine/tensorflow'
import { evaluateOnMixes, type EvaluationFigures } from '../inference/evaluate-model'
import type { Manifest, Running } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'
import type { EpochReport, TrainingHooks } from './progress'
import { evaluateSequences, trainOnSequences } from './train-sequences'
import { trainOnStreams } from './train-streams'

interface CommonRequest {
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

/** One network for every frequency: lengths and rates are measured in the spacing of the tones. */
export interface UniversalTrainRequest extends CommonRequest {
  readonly kind: 'universal'
  readonly noise: readonly [low: number, high: number]
  readonly ticksPerSpacing: number
  readonly steps: number
  readonly ticksPerStep: number
}

export type TrainRequest = SequenceTrainRequest | StreamTrainRequest | UniversalTrainRequest

export interface TrainedModel {
  readonly model: StoredModel
  /** One entry an epoch; empty for training on streams, which has none. */
  readonly epochs: readonly EpochReport[]
  readonly seconds: number
}

/** The test set shares the tones of its training set and has noise of its own: any other noise seed will do. */
export const testNoiseOffset = 1_000_003

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
    case 'universal':
      return trainUniversalModel(engine, request, hooks)
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
  const network = buildNetwork(engine, request, { featureCount, outputCount: 1 })
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
      running: { kind: 'samples', sampleRate, sequenceLength },
      ...{ featureCount, outputCount: 1, frequenciesHz, inputScale: 1, targetScale: frequenciesHz.length },
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
  const network = buildNetwork(engine, request, { featureCount, outputCount: 2 })
  const started = performance.now()
  try {
    const streams = new ToneStreams(task, request.batchSize, Random.derive(request.seed, 'streams'))
    const steps = await trainOnStreams(network, streams, { ...request, stepCount: request.steps }, hooks)
    const seconds = (performance.now() - started) / 1000
    const weights = await network.weights()
    const manifest = manifestOf(engine, request, {
      running: { kind: 'ticks', sampleRate, modelRate },
      ...{ featureCount, outputCount: 2, frequenciesHz, inputScale: task.inputScale, targetScale: task.targetScale },
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

/** The base-band network is trained at so many samples a tick; by scaling that fixes nothing but the noise per tick. */
const universalSamplesPerTick = 20

async function trainUniversalModel(
  engine: LoadedEngine,
  request: UniversalTrainRequest,
  hooks: TrainingHooks
): Promise<TrainedModel> {
  const { noise, ticksPerSpacing } = request
  const toneCount = 4
  const task: LockInTask = {
    ...{ ticksPerSpacing, samplesPerTick: universalSamplesPerTick, toneCount, noise },
    ...{ frequencies: [0.5, 12], amplitude: [0.5, 1.5], absentShare: 0.1, meanLife: 6, inputScale: 4, targetScale: 4 }
  }
  const network = buildNetwork(engine, request, { featureCount: lockInFeatureCount, outputCount: 2 })
  const started = performance.now()
  try {
    const streams = new LockInStreams(task, request.batchSize, Random.derive(request.seed, 'streams'))
    const steps = await trainOnStreams(network, streams, { ...request, stepCount: request.steps }, hooks)
    const seconds = (performance.now() - started) / 1000
    const manifest = manifestOf(engine, request, {
      // Training knows no more noise than its own upper bound: a wider spacing would let more in.
      running: { kind: 'lock-in', ticksPerSpacing, samplesPerSpacing: 1000 * (0.3 / noise[1]) ** 2 },
      ...{
        featureCount: lockInFeatureCount,
        outputCount: 2,
        frequenciesHz: [],
        inputScale: task.inputScale,
        targetScale: task.targetScale
      },
      trainingRms: Math.sqrt(0.5 / toneCount + 0.3 ** 2),
      ...{ steps, seconds, metrics: {}, summary: '' }
    })
    const model = { manifest, network: network.network, weights: await network.weights() }
    const figures = await evaluateOnMixes(engine, model, {
      ...{ mixCount: 25, durationSeconds: 10, noise: 0.3, seed: request.seed + testNoiseOffset }
    })
    return { model: withFigures(model, 'Any frequencies, by lock-in', figures), epochs: [], seconds }
  } finally {
    network.dispose()
  }
}

function withFigures(
  model: StoredModel,
  kind: string,
  { r2, r2AfterSettling, siSdrDb }: EvaluationFigures
): StoredModel {
  const summary = `${kind}; R² ${r2.toFixed(3)} from a cold start, ${r2AfterSettling.toFixed(3)} once settled`
  return { ...model, manifest: { ...model.manifest, metrics: { r2, r2AfterSettling, siSdrDb }, summary } }
}

function buildNetwork(
  engine: LoadedEngine,
  request: TrainRequest,
  shape: { featureCount: number; outputCount: number }
): WeightedNetwork {
  const architecture = architectureById(request.architecture)
  const network = architecture.build(shape, parseParams(architecture.params, request.params))
  return WeightedNetwork.fresh(engine.tf, engine.kernels, network, Random.derive(request.seed, 'weights'))
}

interface ManifestParts {
  readonly running: Running
  readonly featureCount: number
  readonly outputCount: number
  readonly frequenciesHz: readonly Hertz[]
  readonly inputScale: number
  readonly targetScale: number
  readonly trainingRms: number
  readonly steps: number
  readonly seconds: number
  readonly metrics: Record<string, number | null>
  readonly summary: string
}

function manifestOf(engine: LoadedEngine, request: TrainRequest, parts: ManifestParts): Manifest {
  const { steps, seconds, frequenciesHz, ...rest } = parts
  const architecture = architectureById(request.architecture)
  return {
    ...rest,
    formatVersion: 1,
    id: request.id,
    title: request.title,
    architecture: architecture.id,
    params: parseParams(architecture.params, request.params),
    frequenciesHz: [...frequenciesHz],
    training: {
      command: request.command,
      seed: request.seed,
      steps,
      seconds: Math.round(seconds * 10) / 10,
      kernel: engine.kernels.name,
      createdAt: new Date().toISOString(),
      appVersion: version
    }
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
