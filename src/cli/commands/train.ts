/** siglab train */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { degradationNames } from '../../core/signal/degradations'
import { presets } from '../../core/signal/presets'
import { optimiserIds } from '../../core/training/optimisers'
import { scheduleIds } from '../../core/training/schedules'
import { loadEngine } from '../../ml/engine/tensorflow'
import { modelFileEnding } from '../../ml/library/model-library'
import { writeModelFile } from '../../ml/library/model-file'
import { safeWrite } from '../../ml/library/safe-write'
import { architectures } from '../../ml/architectures'
import { parameterCountOf, parameterRows } from '../../ml/architectures/define'
import type { TrainingProgress } from '../../ml/training/progress'
import { trainModel } from '../../ml/training/train-model'
import { defineCommand } from '../command'
import { required } from '../flags'
import { requestOf } from '../train-request'

export default defineCommand({
  name: 'train',
  summary: `Train a filter. --preset seed trains on shuffled sequences of one noisy record, as the reference task says;
--frequencies trains on endless random streams with carried state, behind a joint fit of the tones or, with --running ticks,
alone; --universal trains one network that takes any frequencies.`,
  options: {
    preset: { type: 'string', value: 'NAME', description: `a data set: ${Object.keys(presets).join(', ')}` },
    universal: { type: 'boolean', description: 'one network for any frequencies, behind a joint fit of the tones' },
    frequencies: {
      type: 'string',
      value: 'HZ,HZ,…',
      description: 'the tones of the selectors, for training on streams'
    },
    running: {
      type: 'string',
      value: 'KIND',
      description: 'on streams: joint, behind a joint fit of the tones, or ticks, the network alone',
      default: 'joint'
    },
    degradations: {
      type: 'string',
      value: 'NAME,…',
      description: `what goes wrong in some of the streams behind a joint fit: ${degradationNames.join(', ')}, or none (default all)`
    },
    architecture: {
      type: 'string',
      value: 'ID',
      description: architectures.map(({ id }) => id).join(', '),
      default: 'lstm'
    },
    set: {
      type: 'string',
      value: 'NAME=V,…',
      description: "the architecture's parameters, for example units=64,dropout=0"
    },
    heads: {
      type: 'string',
      value: 'NAME=X,…',
      description:
        'answers beside the tone and what each counts in the loss: frequency, which was chosen, and phase, where in its period the tone is'
    },
    epochs: { type: 'string', value: 'N', description: 'passes over the sequences', default: '50' },
    'sequence-length': { type: 'string', value: 'N', description: "samples of a sequence (default the preset's)" },
    'sequence-stride': {
      type: 'string',
      value: 'N',
      description: "samples from one sequence to the next (default the preset's)"
    },
    steps: { type: 'string', value: 'N', description: 'training steps on streams', default: '2000' },
    'batch-size': {
      type: 'string',
      value: 'N',
      description: 'sequences or streams side by side (default 64; behind a joint fit 24 for each tone)'
    },
    'learning-rate': {
      type: 'string',
      value: 'X',
      description: 'peak rate (default 0.001 on sequences, 0.004 on streams)'
    },
    'weight-decay': {
      type: 'string',
      value: 'X',
      description: 'L2 decay (default 0.00001 on sequences, 0 on streams)'
    },
    optimiser: { type: 'string', value: 'NAME[:NAME=V,…]', description: `${optimiserIds.join(', ')} (default adam)` },
    schedule: {
      type: 'string',
      value: 'NAME[:NAME=V,…]',
      description: `${scheduleIds.join(', ')} (default constant)`
    },
    'early-stopping': {
      type: 'string',
      value: 'N',
      description: 'stop after N epochs without a better validation loss',
      default: 'off'
    },
    keep: {
      type: 'string',
      value: 'WHICH',
      description: 'weights of the model: best, of the least validation loss, or last (default best on sequences)'
    },
    'steps-per-epoch': {
      type: 'string',
      value: 'N',
      description: 'on streams: measure on held-out streams after so many steps',
      default: '100'
    },
    clip: { type: 'string', value: 'X', description: 'longest gradient', default: '1' },
    'sample-rate': { type: 'string', value: 'HZ', description: 'rate of the signals, on streams', default: '1000' },
    'model-rate': {
      type: 'string',
      value: 'HZ',
      description:
        'rate at which the network alone runs, on streams (default: seven ticks a period of the highest tone)'
    },
    'ticks-per-spacing': {
      type: 'string',
      value: 'N',
      description: 'ticks in a period of the spacing of the tones, behind a joint fit',
      default: '25'
    },
    ticks: {
      type: 'string',
      value: 'N',
      description: 'ticks through which the gradient flows, on streams',
      default: '64'
    },
    noise: {
      type: 'string',
      value: 'X',
      description:
        "standard deviation of the white noise on the mix, or a range X-Y (default 0.3, the preset's on sequences)"
    },
    seed: { type: 'string', value: 'N', description: 'decides data, order, dropout and first weights', default: '1' },
    id: { type: 'string', value: 'ID', description: 'name of the model in lists' },
    title: { type: 'string', value: 'TEXT', description: 'name of the model for people' },
    out: { type: 'string', value: 'DIR', description: 'folder for the model and its history' }
  },
  examples: [
    'siglab train --preset seed --architecture lstm --epochs 50 --batch-size 64 --learning-rate 0.001 --seed 1 --out runs/seed',
    'siglab train --frequencies 50,100,150,200 --sample-rate 8000 --out runs/hum',
    'siglab train --universal --degradations drift,impulses --steps 3000 --out runs/any'
  ],
  async run({ options, progress, note, abort }) {
    const out = required('out', options.out)
    const request = requestOf(options)
    await mkdir(out, { recursive: true })
    const engine = loadEngine()
    note(
      `${engine.info.name} ${engine.info.tensorflowVersion}, ${engine.kernels.name}, ${engine.info.threads} threads; Ctrl-C stops and saves`
    )
    const losses: TrainingProgress[] = []
    const { model, epochs, seconds } = await trainModel(engine, request, {
      abort,
      onProgress(report) {
        progress(progressLine(report))
        if (losses.length === 0 || report.step - losses[losses.length - 1].step >= report.stepCount / 500)
          losses.push(report)
      },
      onEpoch({ figures: { epoch, loss, validationLoss, validationR2 }, isBest }) {
        progress('')
        note(
          `epoch ${epoch}: loss ${loss.toFixed(5)}, validation ${validationLoss.toFixed(5)}, R² ${validationR2.toFixed(4)}${isBest ? ' *' : ''}`
        )
      }
    })
    progress('')
    const path = join(out, `model${modelFileEnding}`)
    await writeModelFile(path, model)
    const { manifest, network } = model
    const stepMilliseconds = (1000 * seconds) / Math.max(1, manifest.training.steps)
    const json = {
      path,
      id: manifest.id,
      architecture: manifest.architecture,
      parameterCount: parameterCountOf(network),
      parameterRows: parameterRows(network),
      seconds,
      stepMilliseconds,
      steps: manifest.training.steps,
      stopped: abort.aborted,
      metrics: manifest.metrics
    }
    await safeWrite(
      join(out, 'history.json'),
      `${JSON.stringify({ request, result: json, epochs, losses }, null, 2)}\n`
    )
    const rows = parameterRows(network).map(({ row, count }) => `  ${row.padEnd(16)} ${count}\n`)
    const figures = Object.entries(manifest.metrics).map(
      ([name, value]) => `${name} ${value === null ? 'none' : Number(value.toPrecision(4))}`
    )
    return {
      json,
      text: `${path}: ${manifest.summary}\n${rows.join('')}  ${'Total'.padEnd(16)} ${json.parameterCount}\n${figures.join(', ')}\n${Math.round(seconds)} s, ${stepMilliseconds.toFixed(1)} ms a step\n`
    }
  }
})

function progressLine({
  step,
  stepCount,
  epoch,
  epochCount,
  loss,
  stepMilliseconds,
  secondsLeft
}: TrainingProgress): string {
  const width = 24
  const done = Math.round((width * step) / stepCount)
  const bar = '█'.repeat(done) + '░'.repeat(width - done)
  const place = epochCount > 1 ? `epoch ${epoch}/${epochCount} ` : ''
  return `${bar} ${place}step ${step}/${stepCount}  loss ${loss.toFixed(5)}  ${stepMilliseconds.toFixed(1)} ms/step  ${timeText(secondsLeft)} left`
}

function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  const parts =
    hours > 0 ? [`${hours} h`, `${minutes} min`] : minutes > 0 ? [`${minutes} min`, `${whole % 60} s`] : [`${whole} s`]
  return parts.join(' ')
}
