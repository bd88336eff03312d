/** siglab evaluate */
import { degradationNames, parseDegradations } from '../../core/signal/degradations'
import { presets, type PresetName } from '../../core/signal/presets'
import { loadEngine } from '../../ml/engine/tensorflow'
import { anyFrequency, evaluateOnMixes } from '../../ml/inference/evaluate-model'
import { CancelledError } from '../../ml/jobs'
import { defaultModelId, findModel } from '../../ml/library/model-library'
import { WeightedNetwork } from '../../ml/network/weighted-network'
import { testOnSequences } from '../../ml/training/tasks/sequences'
import { defineCommand, UsageError } from '../command'
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
    mixes: { type: 'string', value: 'N', description: 'random mixes for the stream', default: '30' },
    draws: {
      type: 'string',
      value: 'N',
      description: 'the same, for a model that takes any frequencies: each mix has four of its own'
    },
    range: {
      type: 'string',
      value: 'HZ-HZ',
      description: 'for a model that takes any frequencies: where the four of each mix are drawn from',
      default: '0.5-12'
    },
    spacing: { type: 'string', value: 'HZ', description: 'least distance of those (default range / 11.5)' },
    'sample-rate': { type: 'string', value: 'HZ', description: 'of those mixes', default: '1000' },
    duration: {
      type: 'string',
      value: 'S',
      description: 'of a mix (default ten periods of the lowest tone; five of the lowest that may be drawn)'
    },
    degradations: {
      type: 'string',
      value: 'NAME,…',
      description: `what goes wrong on those mixes: ${degradationNames.join(', ')}; NAME=NUMBERxNUMBER for another strength`
    },
    noise: { type: 'string', value: 'X', description: 'white noise on those mixes', default: '0.3' },
    seed: { type: 'string', value: 'N', description: 'decides the mixes and the noise', default: '99' }
  },
  examples: [
    'siglab evaluate --model universal --draws 200 --seed 4242',
    'siglab evaluate --model universal --draws 200 --range 24-576 --sample-rate 48000',
    'siglab evaluate --degradations impulses,dropouts'
  ],
  async run({ options, abort }) {
    const model = await findModel(await openLibrary(), options.model)
    const { manifest, network, weights } = model
    const preset = parseChoice('preset', options.preset, Object.keys(presets) as PresetName[])
    const seed = parseNumber('seed', options.seed, seedRange)
    const engine = loadEngine()
    const settings = {
      mixCount: parseNumber(options.draws === undefined ? 'mixes' : 'draws', options.draws ?? options.mixes, {
        low: 1,
        high: 10_000,
        integer: true
      }),
      ...drawingOf(options),
      durationSeconds:
        options.duration === undefined
          ? usualDuration(manifest.frequenciesHz, drawingOf(options).range.low)
          : parseNumber('duration', options.duration, { low: 1e-6, high: 36_000 }),
      degradations: options.degradations === undefined ? undefined : parseDegradations(options.degradations),
      noise: parseNumber('noise', options.noise, { low: 0, high: 1000 }),
      seed
    }
    const stream = await evaluateOnMixes(engine, model, settings, abort)
    if (abort.aborted) throw new CancelledError()
    const onSequences = manifest.running.kind === 'samples'
    const runner = new WeightedNetwork(engine.tf, engine.kernels, network, weights)
    const sequences = onSequences ? await testOnSequences(runner, preset, seed) : undefined
    runner.dispose()
    const json = { model: manifest.id, preset: onSequences ? preset : null, seed, stream, sequences: sequences ?? null }
    const nameOf = (selector: number) =>
      manifest.frequenciesHz.length > 0 ? `${manifest.frequenciesHz[selector]} Hz` : `random tone ${selector + 1}`
    const lines = stream.selectors.map(
      ({ r2, r2AfterSettling, siSdrDb }, selector) =>
        `  ${nameOf(selector).padEnd(14)} R² ${r2.toFixed(4)}  settled ${r2AfterSettling.toFixed(4)}  SI-SDR ${siSdrDb.toFixed(2)} dB\n`
    )
    const sequenceLine = sequences
      ? `On the sequences of "${preset}": R² ${sequences.r2.toFixed(4)}, loss ${sequences.loss.toFixed(5)}\n`
      : ''
    return {
      json,
      text: `${manifest.title}, as a stream: R² ${stream.r2.toFixed(4)} ± ${stream.r2HalfWidth.toFixed(4)}, settled ${stream.r2AfterSettling.toFixed(4)} ± ${stream.r2AfterSettlingHalfWidth.toFixed(4)}, 5th percentile ${stream.r2FifthPercentile.toFixed(4)}, SI-SDR ${stream.siSdrDb.toFixed(2)} dB\n${lines.join('')}${sequenceLine}`
    }
  }
})

/** How the tones of a model that takes any are drawn. Throws UsageError. */
function drawingOf(options: {
  readonly range: string
  readonly spacing: string | undefined
  readonly 'sample-rate': string
}) {
  const [low, high = NaN] = options.range.split('-').map((part) => parseNumber('range', part, { low: 1e-6, high: 1e6 }))
  if (!(high > low)) throw new UsageError(`--range: expected LOW-HIGH. Received: ${options.range}`)
  const usual = anyFrequency.range
  const spacing =
    options.spacing === undefined
      ? ((high - low) * usual.spacing) / (usual.high - usual.low)
      : parseNumber('spacing', options.spacing, { low: 0, high: 1e6 })
  const sampleRate = parseNumber('sample-rate', options['sample-rate'], { low: 1, high: 1e6 })
  return { sampleRate, range: { low, high, count: usual.count, spacing } }
}

/** Ten seconds at 1000 Hz for tones from 1 Hz on, and for those that are drawn from 0.5 Hz on. */
function usualDuration(frequenciesHz: readonly number[], lowestDrawn: number): number {
  return frequenciesHz.length > 0 ? 10 / Math.min(...frequenciesHz) : 5 / lowestDrawn
}
