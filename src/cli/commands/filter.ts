/** siglab filter */
import type { SignalInfo } from '../../contract/lab'
import { RunningFigures } from '../../core/metrics/running'
import { InputError } from '../../core/signal/signal'
import { secondsToSamples, type Samples } from '../../core/units'
import { loadEngine } from '../../ml/engine/tensorflow'
import { filterBlocks } from '../../ml/inference/filter-signal'
import { matchModel } from '../../ml/inference/match-model'
import { createStreamFilter } from '../../ml/inference/stream-filter'
import { defaultModelId, findModel } from '../../ml/library/model-library'
import { openRecording } from '../../ml/signals/open-recording'
import { writeSignalBlocks } from '../../ml/signals/read-signal-file'
import { channelSource } from '../../ml/signals/sample-source'
import { SignalStore } from '../../ml/signals/signal-store'
import { defineCommand } from '../command'
import { refuseSameFile } from '../different-files'
import { parseNumber, required } from '../flags'
import { openLibrary } from '../resources'
import { wantedFrequencies } from '../wanted-frequencies'

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
  async run({ options, positionals, progress, note, abort }) {
    const out = required('out', options.out)
    await refuseSameFile(
      { name: '--out', path: out },
      { name: 'FILE', path: positionals[0] },
      { name: '--truth', path: options.truth },
      { name: '--model', path: options.model }
    )
    const model = await findModel(await openLibrary(), options.model)
    const { manifest } = model
    const { source, format, encoding, warnings } = await openRecording(positionals[0], { abort })
    const { sampleRate, channelNames } = source
    const channel = parseNumber('channel', options.channel, { low: 1, high: channelNames.length, integer: true }) - 1
    const samples = channelSource(source, channel)
    const info = new SignalStore().add({ id: 'input', name: positionals[0], format, encoding, warnings }, source)
    const wantedHz = wantedFrequencies(manifest, options.frequencies, info)
    const selector = parseNumber('select', options.select, { low: 1, high: wantedHz.length, integer: true }) - 1
    const match = matchModel(manifest, wantedHz, info, samples)
    const notes = [...warnings, ...match.warnings]
    notes.forEach(note)

    const filter = createStreamFilter(loadEngine(), model, {
      sampleRate,
      gain: match.gain,
      frequenciesHz: wantedHz
    })
    const score = options.truth === undefined ? undefined : await openTruth(options.truth, info, wantedHz.length)
    const names = wantedHz.map((frequency) => `${frequency} Hz`)
    const wanted = options.all ? names.map((_, index) => index) : [selector]
    let seconds = 0
    async function* chosenBlocks(): AsyncGenerator<Float32Array[]> {
      for await (const { start, outputs, seconds: taken } of filterBlocks(filter, samples, abort)) {
        seconds += taken
        score?.add(start, outputs)
        progress(`filtering ${Math.round((100 * start) / samples.sampleCount)} %`)
        yield wanted.map((index) => outputs[index])
      }
    }
    try {
      await writeSignalBlocks(
        out,
        {
          sampleRate,
          channelNames: wanted.map((index) => names[index]),
          sampleCount: samples.sampleCount
        },
        chosenBlocks()
      )
    } finally {
      filter.dispose()
      source.close()
      progress('')
    }
    const { latencySamples } = filter
    const figures = score?.figures()
    const json = {
      ...{ file: positionals[0], out, model: manifest.id, selector: selector + 1 },
      frequencyHz: wantedHz[selector],
      frequenciesHz: wantedHz,
      ...{ sampleRate, sampleCount: samples.sampleCount, latencySamples, warnings: notes },
      samplesPerSecond: Math.round(samples.sampleCount / Math.max(seconds, 1e-9)),
      realTimeFactor: samples.sampleCount / sampleRate / Math.max(seconds, 1e-9),
      ...(figures && {
        ...figures.selectors[selector],
        meanR2: figures.meanR2,
        meanR2AfterSettling: figures.meanR2AfterSettling,
        selectors: figures.selectors
      })
    }
    const scored = figures
      ? `, R² ${figures.selectors[selector].r2.toFixed(4)} (after 2 s ${figures.selectors[selector].r2AfterSettling.toFixed(4)})`
      : ''
    return {
      json,
      text: `${out}: ${names[selector]} with ${manifest.id}, ${Math.round(json.realTimeFactor)} x real time${scored}\n`
    }
  }
})

/** The clean tones of a file, to measure outputs against as they come. Throws InputError if the two do not fit. */
async function openTruth(path: string, { sampleRate, sampleCount }: SignalInfo, selectorCount: number) {
  const { source } = await openRecording(path)
  const channelCount = source.channelNames.length
  if (source.sampleRate !== sampleRate || channelCount !== selectorCount || source.sampleCount !== sampleCount) {
    source.close()
    throw new InputError(
      `${path} does not fit: expected ${selectorCount} channels of ${sampleCount} samples at ${sampleRate} Hz. Received: ${channelCount} of ${source.sampleCount} at ${source.sampleRate} Hz.`
    )
  }
  const settledFrom = secondsToSamples(settlingSeconds, sampleRate)
  const running = source.channelNames.map(() => ({ all: new RunningFigures(), settled: new RunningFigures() }))
  return {
    add(start: Samples, outputs: readonly Float32Array[]) {
      outputs.forEach((output, selector) => {
        const target = source.read(selector, start, output.length)
        running[selector].all.add(target, output)
        const skipped = Math.max(0, Math.min(output.length, settledFrom - start))
        running[selector].settled.add(target.subarray(skipped), output.subarray(skipped))
      })
    },
    figures() {
      source.close()
      const selectors = running.map(({ all, settled }) => ({
        r2: all.r2,
        r2AfterSettling: settled.r2,
        siSdrDb: all.siSdrDb
      }))
      const mean = (key: 'r2' | 'r2AfterSettling') =>
        selectors.reduce((sum, figures) => sum + figures[key], 0) / selectors.length
      return { selectors, meanR2: mean('r2'), meanR2AfterSettling: mean('r2AfterSettling') }
    }
  }
}
