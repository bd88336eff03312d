/** Training on endless random streams with carried state, the network alone. */
import type { StreamTrainRequest } from '../../../contract/train-request'
import { makeStreams, type StreamsPlan } from '../../../core/dataset/streams'
import type { StreamTask } from '../../../core/dataset/tone-streams'
import type { Hertz } from '../../../core/units'
import { evaluateOnMixes } from '../../inference/evaluate-model'
import { StreamData, streamLength } from '../data/stream-data'
import { Heads } from '../heads'
import { figuresText } from './figures-text'
import { testNoiseOffset, type TrainingTask } from './define'

export function streamTask(request: StreamTrainRequest): TrainingTask {
  const { frequenciesHz, sampleRate, modelRate, noise, seed, batchSize } = request
  const task: StreamTask = {
    ...{ sampleRate, modelRate, frequenciesHz, noise, amplitude: [0.8, 1.2], meanLife: streamLife(frequenciesHz) },
    inputScale: 2,
    targetScale: frequenciesHz.length
  }
  const { inputScale, targetScale } = task
  const { outputCount, names: answers } = new Heads(2, frequenciesHz.length, request.heads)
  const streams = (purpose: string): StreamsPlan => ({ kind: 'tones', task, rowCount: batchSize, seed, purpose })
  // Made at once: what does not fit together is refused before anything else is.
  const heldOut = makeStreams(streams('held-out streams'))
  return {
    ...{ featureCount: 1 + frequenciesHz.length, outputCount, frequenciesHz, answers },
    ...{ inputScale, targetScale, trainingRms: streamRms(task) },
    running: { kind: 'ticks', sampleRate, modelRate },
    samplesPerStep: sampleRate / modelRate,
    length: streamLength(request),
    makeData: (network) => new StreamData(network, { training: streams('streams'), heldOut }, request),
    async measure(engine, { model, network }) {
      const figures = await evaluateOnMixes(engine, model, {
        mixCount: 16,
        durationSeconds: 10 * (1 / Math.min(...frequenciesHz)),
        noise: (noise[0] + noise[1]) / 2,
        seed: seed + testNoiseOffset
      })
      const told = figuresText(`Streams with carried state at ${modelRate} Hz`, figures)
      if (!request.heads) return told
      const sources = { training: streams('streams'), heldOut: makeStreams(streams('held-out streams')) }
      const data = new StreamData(network, sources, request)
      const { heads } = await data.validate()
      data.dispose()
      return { ...told, metrics: { ...told.metrics, ...heads } }
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
