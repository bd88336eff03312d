/**
 * One training from request to stored model: the network at its start, its data and its loop, and the manifest at its
 * end. Knows nothing of windows, folders or processes.
 */
import { version } from '../../../package.json'
import { commandOf } from '../../contract/train-command'
import type { TrainRequest } from '../../contract/train-request'
import { parseParams, type ParamValues } from '../../core/params/params'
import { Random } from '../../core/random'
import { presets } from '../../core/signal/presets'
import { architectureById } from '../architectures'
import type { Architecture, Network } from '../architectures/define'
import type { LoadedEngine } from '../engine/tensorflow'
import { manifestVersion, networkShapeOf, type Manifest, type ModelTask, type Running } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'
import type { TrainingData } from './data/define'
import type { TrainingTask } from './tasks/define'
import { taskOf } from './tasks'
import { Trainer } from './trainer'

/** The network that a request asks for, without weights. Throws RangeError for what does not fit together. */
export function networkFor(request: TrainRequest, task: ModelTask): Network {
  const architecture = architectureById(request.architecture)
  const params = parseParams(architecture.params, request.params)
  assertFits(architecture, params, task.running)
  return architecture.build(networkShapeOf(task), params)
}

export class Training {
  readonly task: TrainingTask
  readonly network: WeightedNetwork
  readonly data: TrainingData
  readonly trainer: Trainer

  /** Throws RangeError for what cannot be trained. */
  constructor(
    readonly engine: LoadedEngine,
    readonly request: TrainRequest
  ) {
    this.task = taskOf(request)
    const network = networkFor(request, this.task)
    const random = Random.derive(request.seed, 'weights')
    this.network = WeightedNetwork.fresh(engine.tf, engine.kernels, network, random)
    this.data = this.task.makeData(this.network)
    this.trainer = new Trainer(this.network, this.data, request)
  }

  /** Weights as a model that runs, without figures: such as those of an epoch. */
  describe(weights: Float32Array, { seconds, summary }: { seconds: number; summary: string }): StoredModel {
    const manifest = this.#manifest({ seconds, summary, metrics: {} })
    return { manifest, network: this.network.network, weights }
  }

  /** The model that the settings want to keep, measured on held-out signals. */
  async finish(seconds: number): Promise<StoredModel> {
    this.trainer.finish()
    const { engine, network, task } = this
    const model = this.describe(await network.weights(), { seconds, summary: '' })
    const measured = await task.measure(engine, { model, network, best: this.trainer.progress.best })
    return { ...model, manifest: this.#manifest({ seconds, ...measured }) }
  }

  dispose(): void {
    this.trainer.dispose()
    this.data.dispose()
    this.network.dispose()
  }

  #manifest({ seconds, summary, metrics }: Pick<Manifest, 'summary' | 'metrics'> & { seconds: number }): Manifest {
    const { request, task, engine } = this
    const { featureCount, outputCount, running, frequenciesHz, inputScale, targetScale, trainingRms, answers } = task
    const architecture = architectureById(request.architecture)
    return {
      ...(answers && { answers: [...answers] }),
      ...{ featureCount, outputCount, running, inputScale, targetScale, trainingRms, summary, metrics },
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
        steps: this.trainer.progress.step,
        seconds: Math.round(seconds * 10) / 10,
        kernel: engine.kernels.name,
        createdAt: new Date().toISOString(),
        appVersion: version
      }
    }
  }
}

function noiseOf(request: TrainRequest): [low: number, high: number] {
  if (request.kind !== 'sequences') return [...request.noise]
  const noise = request.noise ?? presets[request.preset].noise
  return [noise, noise]
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
