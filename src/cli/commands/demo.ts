/** siglab demo: the main job without a window. */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { plotSvg } from '../../core/signal/plot-svg'
import { secondsToSamples } from '../../core/units'
import { loadEngine } from '../../ml/engine/tensorflow'
import { figuresOf } from '../../ml/inference/evaluate-model'
import { filterSignal } from '../../ml/inference/filter-signal'
import { createStreamFilter } from '../../ml/inference/stream-filter'
import { defaultModelId, findModel } from '../../ml/library/model-library'
import { safeWrite } from '../../ml/library/safe-write'
import { readDemo } from '../../ml/signals/demo'
import { writeSignalFile } from '../../ml/signals/read-signal-file'
import { arraySource } from '../../ml/signals/sample-source'
import { defineCommand } from '../command'
import { openLibrary, resourcesFolder } from '../resources'

/** Okabe-Ito, as in the app. */
const toneColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']

export default defineCommand({
  name: 'demo',
  summary:
    'Filter the bundled mix with the bundled model, print the figures and write the outputs as WAV, CSV and SVG.',
  options: { out: { type: 'string', value: 'DIR', description: 'folder for the outputs', default: 'siglab-out' } },
  async run({ options }) {
    const demo = await readDemo(resourcesFolder())
    const model = await findModel(await openLibrary(), defaultModelId)
    const engine = loadEngine()
    const { sampleRate, channels } = demo.signal
    const filter = createStreamFilter(engine, model, { sampleRate, frequenciesHz: demo.frequenciesHz })
    const { outputs, seconds } = await filterSignal(filter, arraySource(channels[0]))
    filter.dispose()

    const folder = resolve(options.out)
    await mkdir(folder, { recursive: true })
    const names = demo.frequenciesHz.map((frequency) => `${frequency} Hz`)
    const paths = { wav: join(folder, 'tones.wav'), csv: join(folder, 'tones.csv'), picture: join(folder, 'tones.svg') }
    const written = { sampleRate, channels: outputs, channelNames: names }
    await writeSignalFile(paths.wav, written)
    await writeSignalFile(paths.csv, written)
    await safeWrite(paths.picture, plotSvg(lanesOf(demo.signal.channels[0], demo.tones, outputs, names, sampleRate)))

    const settled = secondsToSamples(2, sampleRate)
    const selectors = outputs.map((output, index) => ({
      frequencyHz: demo.frequenciesHz[index],
      ...figuresOf(demo.tones[index], output, settled)
    }))
    const meanR2 = selectors.reduce((sum, figures) => sum + figures.r2, 0) / selectors.length
    const samplesPerSecond = Math.round(channels[0].length / seconds)
    const lines = selectors.map(
      ({ frequencyHz, r2, r2AfterSettling, siSdrDb }) =>
        `  ${`${frequencyHz} Hz`.padEnd(6)} R² ${r2.toFixed(3)}  after 2 s ${r2AfterSettling.toFixed(3)}  SI-SDR ${siSdrDb.toFixed(1)} dB\n`
    )
    return {
      json: {
        model: model.manifest.id,
        meanR2,
        selectors,
        samplesPerSecond,
        realTimeFactor: samplesPerSecond / sampleRate,
        paths
      },
      text: `${demo.name}, filtered by ${model.manifest.title} (${engine.kernels.name}):\n${lines.join('')}  mean   R² ${meanR2.toFixed(3)}, ${samplesPerSecond} samples a second (${Math.round(samplesPerSecond / sampleRate)} x real time)\nWritten:\n  ${Object.values(paths).join('\n  ')}\n`
    }
  }
})

function lanesOf(
  mix: Float32Array,
  tones: readonly Float32Array[],
  outputs: readonly Float32Array[],
  names: readonly string[],
  sampleRate: number
) {
  const shared = { xLabel: 'time (s)', sampleRate, startSample: 0, endSample: secondsToSamples(6, sampleRate) }
  const lanes = outputs.map((samples, index) => ({
    ...shared,
    title: names[index],
    traces: [
      { label: 'truth', colour: '#666666', dashed: true, samples: tones[index] },
      { label: 'output', colour: toneColours[index % toneColours.length], samples }
    ]
  }))
  return [{ ...shared, title: 'mix', traces: [{ label: 'mix', colour: '#333333', samples: mix }] }, ...lanes]
}
