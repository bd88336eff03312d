/** Training on shuffled sequences of a preset's record: the seed's way. */
import type { SequenceTrainRequest } from '../../../contract/train-request'
import { presets, type DatasetPreset, type PresetName } from '../../../core/signal/presets'
import { generateMix } from '../../../core/signal/synth'
import type { WeightedNetwork } from '../../network/weighted-network'
import { evaluateSequences, SequenceData, sequenceLength as sequenceLengthOf } from '../data/sequence-data'
import { Heads } from '../heads'
import { testNoiseOffset, type TrainingTask } from './define'

export function sequenceTask(request: SequenceTrainRequest): TrainingTask {
  const preset = presetOf(request.preset, request)
  const { sequenceLength, validationShare, frequenciesHz, sampleRate } = preset
  const { seed, batchSize, epochs: epochCount } = request
  const training = generateMix({ ...preset, seed })
  const settings = { ...settingsOf(preset), seed, batchSize, epochCount, validationShare, heads: request.heads }
  const { outputCount, names: answers } = new Heads(1, frequenciesHz.length, request.heads)
  return {
    ...{ featureCount: 1 + frequenciesHz.length, outputCount, frequenciesHz, answers },
    ...{ inputScale: 1, targetScale: frequenciesHz.length, trainingRms: rmsOf(training.mix) },
    running: { kind: 'samples', sampleRate, sequenceLength },
    length: sequenceLengthOf(training, settings),
    samplesPerStep: 1,
    makeData: (network) => new SequenceData(network, training, settings),
    async measure(_engine, { network, best }) {
      const test = await testOnSequences(network, request.preset, seed, request)
      return {
        metrics: {
          testR2: test.r2,
          testLoss: test.loss,
          trainingLoss: best?.loss ?? null,
          validationLoss: best?.validationLoss ?? null,
          validationR2: best?.validationR2 ?? null,
          bestEpoch: best?.epoch ?? null,
          ...test.heads
        },
        summary: `Stateless sequences of ${sequenceLength} samples; R² ${test.r2.toFixed(3)} on its own test noise`
      }
    }
  }
}

/** R² over all sequences of the preset's tones under noise that training never saw. */
export async function testOnSequences(
  network: WeightedNetwork,
  name: PresetName,
  seed: number,
  replaced: Replaced = {}
) {
  const preset = presetOf(name, replaced)
  const source = generateMix({ ...preset, seed, noiseSeed: seed + testNoiseOffset })
  const { sequenceLength, sequenceStride, frequenciesHz } = preset
  const startCount = Math.floor((source.mix.length - sequenceLength) / sequenceStride)
  const all = Uint32Array.from({ length: startCount * frequenciesHz.length }, (_, index) => index)
  return evaluateSequences(network, source, { ...settingsOf(preset), heads: replaced.heads }, all)
}

/** What a request puts in the place of its preset's. */
type Replaced = Pick<SequenceTrainRequest, 'noise' | 'sequenceLength' | 'sequenceStride' | 'heads'>

function presetOf(name: PresetName, { noise, sequenceLength, sequenceStride }: Replaced): DatasetPreset {
  const preset: DatasetPreset = presets[name]
  return {
    ...preset,
    noise: noise ?? preset.noise,
    sequenceLength: sequenceLength ?? preset.sequenceLength,
    sequenceStride: sequenceStride ?? preset.sequenceStride
  }
}

/** Inside, targets have the size of a unit tone, whatever their share of the mix. */
function settingsOf({ sequenceLength, sequenceStride, frequenciesHz }: DatasetPreset) {
  return { sequenceLength, sequenceStride, inputScale: 1, targetScale: frequenciesHz.length }
}

function rmsOf(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}
