/** siglab train */
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { RunRecord } from '../../contract/runs'
import type { EpochEnded, TrainingAdvanced } from '../../contract/training'
import { degradationNames } from '../../core/signal/degradations'
import { presets } from '../../core/signal/presets'
import { optimiserIds } from '../../core/training/optimisers'
import { scheduleIds } from '../../core/training/schedules'
import { loadEngine } from '../../ml/engine/tensorflow'
import { idFromName } from '../../ml/library/add-model'
import type { StoredModel } from '../../ml/library/model-file'
import { modelFileEnding } from '../../ml/library/model-library'
import { RunFolder } from '../../ml/library/run-folder'
import { architectures } from '../../ml/architectures'
import { parameterRows } from '../../ml/architectures/define'
import { sizesOf } from '../../ml/training/estimate'
import { newRecord } from '../../ml/training/run-record'
import { RunControl, trainRun } from '../../ml/training/train-run'
import { threadVariables } from '../threads'
import { defineCommand, UsageError } from '../command'
import { parseChoice, required } from '../flags'
import { whyNoGpu } from '../gpu-check'
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
      description: `${scheduleIds.join(', ')} (default constant on sequences, one-cycle on streams)`
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
    out: { type: 'string', value: 'DIR', description: 'folder for the model, its history and its checkpoints' },
    device: {
      type: 'string',
      value: 'NAME',
      description: "cpu, or gpu: an NVIDIA card, by TensorFlow's CUDA build, which the app's panel Train installs",
      default: 'cpu'
    },
    threads: { type: 'string', value: 'N', description: "threads to compute with (default all of the processor's)" },
    resume: { type: 'string', value: 'DIR', description: 'go on with the run of a folder; all else comes from there' }
  },
  examples: [
    'siglab train --preset seed --architecture lstm --epochs 50 --batch-size 64 --learning-rate 0.001 --seed 1 --out runs/seed',
    'siglab train --frequencies 50,100,150,200 --sample-rate 8000 --out runs/hum',
    'siglab train --preset seed --optimiser adamw --schedule cosine:warmUp=0.1 --early-stopping 5 --out runs/early',
    'siglab train --resume runs/early',
    'siglab train --universal --degradations drift,impulses --steps 3000 --out runs/any'
  ],
  wantsGpu: ({ device }) => parseChoice('device', device, devices) === 'gpu',
  async run({ options, progress, note, abort }) {
    if (options.threads !== undefined) Object.assign(process.env, threadVariables(options.threads))
    // Refused before there is a folder.
    if (options.device === 'gpu' && loadEngine().info.device !== 'gpu')
      throw new Error(`${whyNoGpu()} Nothing was trained.`)
    const folder = options.resume === undefined ? await newRun(options) : new RunFolder(options.resume)
    const before = await folder.readRecord()
    if (before.status === 'finished')
      throw new UsageError(`--resume: ${folder.path} is finished: there is nothing left to train`)
    const engine = loadEngine()
    note(
      `${engine.info.name} ${engine.info.tensorflowVersion}, ${engine.kernels.name}, ${engine.info.threads} threads; Ctrl-C stops and saves`
    )
    const control = new RunControl()
    if (abort.aborted) control.ask('stop')
    abort.addEventListener('abort', () => control.ask('stop'))
    const record = await trainRun(engine, folder, control, {
      onAdvanced: (event) => progress(progressLine(event)),
      onEpoch(event) {
        progress('')
        note(epochLine(event))
      }
    })
    progress('')
    if (record.message) note(record.message)
    if (record.status === 'failed') throw new Error(record.message)
    return resultOf(folder.path, record, await folder.readModel())
  }
})

const devices = ['cpu', 'gpu'] as const

/** A fresh folder for what the options ask for. Throws UsageError for a folder that holds a run already. */
async function newRun(options: Readonly<Record<string, string | boolean | undefined>>): Promise<RunFolder> {
  const out = required('out', options.out as string | undefined)
  const request = requestOf(options)
  // Refused before there is a folder.
  sizesOf(request)
  const folder = new RunFolder(out)
  if (existsSync(folder.recordPath))
    throw new UsageError(`--out: ${out} holds a run already; "siglab train --resume ${out}" goes on with it`)
  await folder.create(newRecord(idFromName(basename(resolve(out))), request))
  return folder
}

function resultOf(out: string, record: RunRecord, { manifest, network }: StoredModel) {
  const path = join(out, `model${modelFileEnding}`)
  const { steps } = manifest.training
  const stepMilliseconds = (1000 * record.seconds) / Math.max(1, steps)
  const json = {
    ...{ path, id: manifest.id, architecture: manifest.architecture, parameterCount: record.parameterCount },
    ...{ parameterRows: parameterRows(network), seconds: record.seconds, stepMilliseconds, steps },
    ...{ stopped: record.status === 'stopped', status: record.status, epoch: record.epoch, best: record.best },
    metrics: manifest.metrics
  }
  const rows = json.parameterRows.map(({ row, count }) => `  ${row.padEnd(16)} ${count}\n`)
  const figures = Object.entries(manifest.metrics).map(
    ([name, value]) => `${name} ${value === null ? 'none' : Number(value.toPrecision(4))}`
  )
  return {
    json,
    stopped: json.stopped,
    text: `${path}: ${manifest.summary}\n${rows.join('')}  ${'Total'.padEnd(16)} ${json.parameterCount}\n${figures.join(', ')}\n${Math.round(record.seconds)} s, ${stepMilliseconds.toFixed(1)} ms a step\n`
  }
}

function epochLine({ epoch, loss, validationLoss, validationR2, isBest }: EpochEnded): string {
  const told = (value: number | null, digits: number) => value?.toFixed(digits) ?? 'none'
  const mark = isBest ? ' *' : ''
  return `epoch ${epoch}: loss ${told(loss, 5)}, validation ${told(validationLoss, 5)}, R² ${told(validationR2, 4)}${mark}`
}

function progressLine({ point, stepCount, epochCount, secondsLeft }: TrainingAdvanced): string {
  const { step, epoch, loss, stepMilliseconds } = point
  const width = 24
  const done = Math.round((width * step) / stepCount)
  const bar = '█'.repeat(done) + '░'.repeat(width - done)
  const place = epochCount > 1 ? `epoch ${epoch}/${epochCount} ` : ''
  return `${bar} ${place}step ${step}/${stepCount}  loss ${loss?.toFixed(5) ?? 'none'}  ${stepMilliseconds.toFixed(1)} ms/step  ${timeText(secondsLeft)} left`
}

function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  const parts =
    hours > 0 ? [`${hours} h`, `${minutes} min`] : minutes > 0 ? [`${minutes} min`, `${whole % 60} s`] : [`${whole} s`]
  return parts.join(' ')
}
