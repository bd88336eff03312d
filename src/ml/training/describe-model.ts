/** What every kind of training shares: the network at its start, and the manifest at its end. */
import { commandOf } from '../../contract/train-command'
import type { TrainRequest } from '../../contract/train-request'
import { version } from '../../../package.json'
import { parseParams, type ParamValues } from '../../core/params/params'
import { Random } from '../../core/random'
import { presets } from '../../core/signal/presets'
import type { Hertz } from '../../core/units'
import { architectureById } from '../architectures'
import type { Architecture } from '../architectures/define'
import type { LoadedEngine } from '../engine/tensorflow'
import type { EvaluationFigures } from '../inference/evaluate-model'
import { manifestVersion, networkShapeOf, type Manifest, type ModelTask, type Running } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'
import type { EpochReport } from './progress'

export interface TrainedModel {
  readonly model: StoredModel
  /** One entry an epoch; empty for training on streams, which has none. */
  readonly epochs: readonly EpochReport[]
  readonly seconds: number
}

/** The test set shares the tones of its training set and has noise of its own: any other noise seed will do. */
export const testNoiseOffset = 1_000_003

export function withFigures(
  model: StoredModel,
  kind: string,
  { r2, r2AfterSettling, siSdrDb }: EvaluationFigures
): StoredModel {
  const summary = `${kind}; R² ${r2.toFixed(3)} from a cold start, ${r2AfterSettling.toFixed(3)} once settled`
  return { ...model, manifest: { ...model.manifest, metrics: { r2, r2AfterSettling, siSdrDb }, summary } }
}

export function buildNetwork(engine: LoadedEngine, request: TrainRequest, task: ModelTask): WeightedNetwork {
  const architecture = architectureById(request.architecture)
  const params = parseParams(architecture.params, request.params)
  assertFits(architecture, params, task.running)
  const network = architecture.build(networkShapeOf(task), params)
  return WeightedNetwork.fresh(engine.tf, engine.kernels, network, Random.derive(request.seed, 'weights'))
}

function assertFits(architecture: Architecture, params: ParamValues, running: Running): void {
  if (running.kind !== 'samples') {
    if (architecture.causal(params)) return
    throw new RangeError(
      `${architecture.title} sees what comes after a step: it can be trained on sequences, not on streams. Choose a causal architecture, or its causal form.`
    )
  }
  const steps = architecture.fixedSteps?.(params) ?? running.sequenceLength
  if (steps === running.sequenceLength) return
  throw new RangeError(
    `${architecture.title} is laid out for sequences of ${steps} samples, the data has sequences of ${running.sequenceLength}: give it sequenceLength=${running.sequenceLength}.`
  )
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

export function manifestOf(engine: LoadedEngine, request: TrainRequest, parts: ManifestParts): Manifest {
  const { steps, seconds, frequenciesHz, ...rest } = parts
  const architecture = architectureById(request.architecture)
  return {
    ...rest,
    formatVersion: manifestVersion,
    id: request.id,
    title: request.title,
    architecture: architecture.id,
    params: parseParams(architecture.params, request.params),
    frequenciesHz: [...frequenciesHz],
    training: {
      command: commandOf(request),
      noise: noiseOf(request),
      seed: request.seed,
      steps,
      seconds: Math.round(seconds * 10) / 10,
      kernel: engine.kernels.name,
      createdAt: new Date().toISOString(),
      appVersion: version
    }
  }
}

function noiseOf(request: TrainRequest): [low: number, high: number] {
  if (request.kind !== 'sequences') return [...request.noise]
  const noise = request.noise ?? presets[request.preset].noise
  return [noise, noise]
}
