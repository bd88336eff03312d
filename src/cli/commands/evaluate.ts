/** siglab evaluate */
import { presets, type PresetName } from '../../core/signal/presets'
import { loadEngine } from '../../ml/engine/tensorflow'
import { evaluateOnMixes } from '../../ml/inference/evaluate-model'
import { defaultModelId, findModel } from '../../ml/library/model-library'
import { WeightedNetwork } from '../../ml/network/weighted-network'
import { testOnSequences } from '../../ml/training/train-model'
import { defineCommand } from '../command'
import { parseChoice, parseNumber, seedRange } from '../flags'
import { openLibrary } from '../resources'

export default defineCommand({
  name: 'evaluate',
  summary:
    'Measure a model on fresh signals: as a stream on random mixes, and on the sequences of a preset with new noise.',
  options: {
    model: {
      type: 'string',
      value: 'ID|DIR',
      description: 'a model of "siglab models", a model file or a training folder',
      default: defaultModelId
    },
    preset: {
      type: 'string',
      value: 'NAME',
      description: `a data set: ${Object.keys(presets).join(', ')}`,
      default: 'seed'
    },
    mixes: { type: 'string', value: 'N', description: 'random mixes of ten seconds for the stream', default: '16' },
    noise: { type: 'string', value: 'X', description: 'white noise on those mixes', default: '0.3' },
    seed: { type: 'string', value: 'N', description: 'decides the mixes and the noise', default: '99' }
  },
  async run({ options }) {
    const model = await findModel(await openLibrary(), options.model)
    const { manifest, network, weights } = model
    const preset = parseChoice('preset', options.preset, Object.keys(presets) as PresetName[])
    const seed = parseNumber('seed', options.seed, seedRange)
    const engine = loadEngine()
    const stream = await evaluateOnMixes(engine, model, {
      mixCount: parseNumber('mixes', options.mixes, { low: 1, high: 10_000, integer: true }),
      durationSeconds: 10,
      noise: parseNumber('noise', options.noise, { low: 0, high: 1000 }),
      seed
    })
    const onSequences = manifest.running.kind === 'samples'
    const runner = new WeightedNetwork(engine.tf, engine.kernels, network, weights)
    const sequences = onSequences ? await testOnSequences(runner, preset, seed) : undefined
    runner.dispose()
    const json = { model: manifest.id, preset: onSequences ? preset : null, seed, stream, sequences: sequences ?? null }
    const nameOf = (selector: number) =>
      manifest.frequenciesHz.length > 0 ? `${manifest.frequenciesHz[selector]} Hz` : `random tone ${selector + 1}`
    const lines = stream.selectors.map(
      ({ r2, r2AfterSettling, siSdrDb }, selector) =>
        `  ${nameOf(selector).padEnd(14)} R² ${r2.toFixed(4)}  after 2 s ${r2AfterSettling.toFixed(4)}  SI-SDR ${siSdrDb.toFixed(2)} dB\n`
    )
    const sequenceLine = sequences
      ? `On the sequences of "${preset}": R² ${sequences.r2.toFixed(4)}, loss ${sequences.loss.toFixed(5)}\n`
      : ''
    return {
      json,
      text: `${manifest.title}, as a stream: R² ${stream.r2.toFixed(4)}, after 2 s ${stream.r2AfterSettling.toFixed(4)}, 5th percentile ${stream.r2FifthPercentile.toFixed(4)}, SI-SDR ${stream.siSdrDb.toFixed(2)} dB\n${lines.join('')}${sequenceLine}`
    }
  }
})
