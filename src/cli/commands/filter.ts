/** siglab filter */
import type { SignalInfo } from '../../contract/lab'
import type { Signal } from '../../core/signal/signal'
import { InputError } from '../../core/signal/signal'
import { secondsToSamples } from '../../core/units'
import { loadEngine } from '../../ml/engine/tensorflow'
import { figuresOf } from '../../ml/inference/evaluate-model'
import { filterSignal } from '../../ml/inference/filter-signal'
import { matchModel } from '../../ml/inference/match-model'
import { createStreamFilter } from '../../ml/inference/stream-filter'
import type { Manifest } from '../../ml/library/manifest'
import { defaultModelId, findModel, universalModelId } from '../../ml/library/model-library'
import { readSignalFile, writeSignalFile } from '../../ml/signals/read-signal-file'
import { arraySource, memorySource } from '../../ml/signals/sample-source'
import { SignalStore } from '../../ml/signals/signal-store'
import { defineCommand, UsageError } from '../command'
import { parseFrequencies, parseNumber, required } from '../flags'
import { openLibrary } from '../resources'

const settlingSeconds = 2

export default defineCommand({
  name: 'filter',
  summary:
    'Filter one channel of a recording with a model, and write the tone of one selector as it stands in the mix.',
  positionals: [{ name: 'FILE', description: 'a WAV or CSV recording' }],
  options: {
    select: { type: 'string', value: 'N', description: 'which selector to write, from 1', default: '1' },
    model: {
      type: 'string',
      value: 'ID',
      description: 'a model of "siglab models", a model file or a training folder',
      default: defaultModelId
    },
    frequencies: {
      type: 'string',
      value: 'HZ,HZ,…',
      description: 'what the selectors mean, for a model that takes any (default: the tones found)'
    },
    channel: { type: 'string', value: 'N', description: 'channel of the recording, from 1', default: '1' },
    out: { type: 'string', value: 'FILE', description: 'where to write the output, .wav or .csv' },
    all: { type: 'boolean', description: 'write all selectors, one channel each' },
    truth: { type: 'string', value: 'FILE', description: 'the clean tones, one channel a selector, to measure against' }
  },
  examples: ['siglab filter mix.wav --select 2 --out tone.wav --truth truth.wav --json'],
  async run({ options, positionals, progress, note }) {
    const out = required('out', options.out)
    const model = await findModel(await openLibrary(), options.model)
    const { manifest } = model
    const { signal, format, encoding, warnings } = await readSignalFile(positionals[0])
    const channel = parseNumber('channel', options.channel, { low: 1, high: signal.channels.length, integer: true }) - 1
    const samples = arraySource(signal.channels[channel])
    const info = new SignalStore().add(
      { id: 'input', name: positionals[0], format, encoding, warnings },
      memorySource(signal)
    )
    const wantedHz = wantedFrequencies(manifest, options.frequencies, info)
    const selector = parseNumber('select', options.select, { low: 1, high: wantedHz.length, integer: true }) - 1
    const match = matchModel(manifest, wantedHz, info, samples)
    const notes = [...warnings, ...match.warnings]
    notes.forEach(note)

    const filter = createStreamFilter(loadEngine(), model, {
      sampleRate: signal.sampleRate,
      gain: match.gain,
      frequenciesHz: wantedHz
    })
    const { outputs, seconds } = await filterSignal(filter, samples, (share) =>
      progress(`filtering ${Math.round(share * 100)} %`)
    )
    const { latencySamples } = filter
    filter.dispose()
    progress('')
    const frequencies = wantedHz.map((frequency) => `${frequency} Hz`)
    const written: Signal = options.all
      ? { sampleRate: signal.sampleRate, channels: outputs, channelNames: frequencies }
      : { sampleRate: signal.sampleRate, channels: [outputs[selector]], channelNames: [frequencies[selector]] }
    await writeSignalFile(out, written)

    const figures = options.truth === undefined ? undefined : await measure(options.truth, signal.sampleRate, outputs)
    const json = {
      ...{ file: positionals[0], out, model: manifest.id, selector: selector + 1 },
      frequencyHz: wantedHz[selector],
      frequenciesHz: wantedHz,
      ...{ sampleRate: signal.sampleRate, sampleCount: samples.sampleCount, latencySamples, warnings: notes },
      samplesPerSecond: Math.round(samples.sampleCount / Math.max(seconds, 1e-9)),
      realTimeFactor: samples.sampleCount / signal.sampleRate / Math.max(seconds, 1e-9),
      ...(figures && {
        ...figures.selectors[selector],
        meanR2: figures.meanR2,
        meanR2AfterSettling: figures.meanR2AfterSettling,
        selectors: figures.selectors
      })
    }
    const score = figures
      ? `, R² ${figures.selectors[selector].r2.toFixed(4)} (after 2 s ${figures.selectors[selector].r2AfterSettling.toFixed(4)})`
      : ''
    return {
      json,
      text: `${out}: ${frequencies[selector]} with ${manifest.id}, ${Math.round(json.realTimeFactor)} x real time${score}\n`
    }
  }
})

/** The model's own frequencies, or those asked for, or the tones found, lowest first. Throws UsageError or InputError. */
function wantedFrequencies(manifest: Manifest, asked: string | undefined, info: SignalInfo): readonly number[] {
  const own = manifest.frequenciesHz
  if (own.length > 0) {
    const same = asked === undefined || parseFrequencies('frequencies', asked).join() === own.join()
    if (same) return own
    throw new UsageError(
      `--frequencies: "${manifest.id}" answers ${own.join(',')} Hz only; a model that takes any is "${universalModelId}". Received: ${asked}`
    )
  }
  if (asked !== undefined) return parseFrequencies('frequencies', asked)
  if (info.foundFrequenciesHz.length > 0) return [...info.foundFrequenciesHz].sort((a, b) => a - b)
  throw new InputError(`No clear tone was found in ${info.name}; name the wanted ones with --frequencies.`)
}

/** Figures of every output against the truth's channel of the same place. Throws InputError if the two do not fit. */
async function measure(path: string, sampleRate: number, outputs: readonly Float32Array[]) {
  const { signal: truth } = await readSignalFile(path)
  const { channels } = truth
  if (
    truth.sampleRate !== sampleRate ||
    channels.length !== outputs.length ||
    channels[0].length !== outputs[0].length
  ) {
    throw new InputError(
      `${path} does not fit: expected ${outputs.length} channels of ${outputs[0].length} samples at ${sampleRate} Hz. Received: ${channels.length} of ${channels[0].length} at ${truth.sampleRate} Hz.`
    )
  }
  const settled = secondsToSamples(settlingSeconds, sampleRate)
  const selectors = outputs.map((output, index) => figuresOf(channels[index], output, settled))
  const mean = (key: 'r2' | 'r2AfterSettling') =>
    selectors.reduce((sum, figures) => sum + figures[key], 0) / selectors.length
  return { selectors, meanR2: mean('r2'), meanR2AfterSettling: mean('r2AfterSettling') }
}
