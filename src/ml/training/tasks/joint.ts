/** Training of a network behind the joint fit, for tones that are given or for any. */
import type { JointTrainRequest } from '../../../contract/train-request'
import { drawnToneCount, type DegradationOdds, type JointTask } from '../../../core/dataset/joint-streams'
import { makeStreams, type StreamsPlan } from '../../../core/dataset/streams'
import { jointFeatureCount } from '../../../core/filters/joint-front-end'
import { spacingOf } from '../../../core/filters/spacing'
import type { DegradationName } from '../../../core/signal/degradations'
import { evaluateOnMixes } from '../../inference/evaluate-model'
import { StreamData, streamLength } from '../data/stream-data'
import { figuresText } from './figures-text'
import { testNoiseOffset, type TrainingTask } from './define'

/** Tones of any frequencies are trained at so many samples in a period of the spacing; scaling makes it stand for all. */
const drawnSamplesPerSpacing = 500
/** Noise on signals of a thousand samples a spacing that the narrowest spacing is laid out for. */
const usualNoise = 0.3

/** A third of the streams has each, at strengths about the standard ones; times are in periods of the spacing. */
const degradationOdds: DegradationOdds = {
  impulses: { odds: 0.3, share: [0.002, 0.02], size: [5, 15] },
  dropouts: { odds: 0.3, share: [0.01, 0.1], meanLength: [0.01, 0.1] },
  drift: { odds: 0.4, range: [0, 0.04], perRootLength: [0.002, 0.015] },
  steps: { odds: 0.3, meanLength: [2, 15], factor: [0.2, 1.8] }
}

export function jointTask(request: JointTrainRequest): TrainingTask {
  const { frequenciesHz, seed, batchSize } = request
  const task = streamsOf(request)
  const streams = (purpose: string): StreamsPlan => ({ kind: 'joint', task, rowCount: batchSize, seed, purpose })
  // Made at once: a batch that does not fit is refused before anything else is.
  const heldOut = makeStreams(streams('held-out streams'))
  const isAny = frequenciesHz.length === 0
  return {
    ...{ featureCount: jointFeatureCount, outputCount: 2, frequenciesHz },
    ...{ inputScale: 1, targetScale: 1, trainingRms: Math.sqrt(0.5 / task.toneCount + usualNoise ** 2) },
    running: {
      kind: 'joint',
      frontEnd: 1,
      ticksPerSpacing: task.ticksPerSpacing,
      // Training knows no more noise than its own upper bound: a wider spacing would let more in.
      samplesPerSpacing: 1000 * (usualNoise / task.noise[1]) ** 2
    },
    samplesPerStep: isAny ? undefined : task.samplesPerSpacing / task.ticksPerSpacing,
    length: streamLength(request),
    makeData: (network) => new StreamData(network, { training: streams('streams'), heldOut }, request),
    async measure(engine, { model }) {
      const figures = await evaluateOnMixes(engine, model, {
        mixCount: 24,
        durationSeconds: isAny ? 10 : 10 / Math.min(...frequenciesHz),
        noise: usualNoise,
        seed: seed + testNoiseOffset
      })
      return figuresText(`${isAny ? 'Any frequencies' : 'Streams'}, behind a joint fit`, figures)
    }
  }
}

function streamsOf({ frequenciesHz, sampleRate, noise, degradations, ticksPerSpacing }: JointTrainRequest): JointTask {
  const common = { ticksPerSpacing, degradations: chosen(degradations), meanLife: 10 }
  if (frequenciesHz.length === 0) {
    return {
      ...common,
      samplesPerSpacing: drawnSamplesPerSpacing,
      toneCount: drawnToneCount,
      frequencies: { kind: 'drawn', range: [0.5, 12] },
      ...{ amplitude: [0.5, 1.5], absentShare: 0.1, strangerShare: 0.1, noise }
    }
  }
  const spacing = spacingOf(frequenciesHz)
  const samplesPerSpacing = sampleRate / spacing
  // The noise of a sample, told as what it would be at a thousand samples a spacing.
  const scale = Math.sqrt(1000 / samplesPerSpacing)
  return {
    ...common,
    samplesPerSpacing,
    toneCount: frequenciesHz.length,
    frequencies: { kind: 'fixed', values: frequenciesHz.map((frequency) => frequency / spacing) },
    ...{ amplitude: [0.8, 1.2], absentShare: 0, strangerShare: 0, noise: [noise[0] * scale, noise[1] * scale] }
  }
}

function chosen(names: readonly DegradationName[]): DegradationOdds {
  const only = <T extends { odds: number }>(name: DegradationName, odds: T): T =>
    names.includes(name) ? odds : { ...odds, odds: 0 }
  return {
    impulses: only('impulses', degradationOdds.impulses),
    dropouts: only('dropouts', degradationOdds.dropouts),
    drift: only('drift', degradationOdds.drift),
    steps: only('steps', degradationOdds.steps)
  }
}
