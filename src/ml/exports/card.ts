/**
 * A model card: what a model is, what it learned from, how good it was, where it ends. This file gathers the facts as
 * plain text; card-html.ts and card-markdown.ts write them down.
 */
import { createHash } from 'node:crypto'
import type { TrainRequest } from '../../contract/train-request'
import type { ChartPanel } from '../../core/signal/chart-svg'
import { chartSvg } from '../../core/signal/chart-svg'
import { parseParams } from '../../core/params/params'
import { architectureById } from '../architectures'
import { parameterCountOf, parameterRows } from '../architectures/define'
import type { Manifest } from '../library/manifest'
import type { ExportedRun, ExportSubject } from './define'
import { bytesOf } from './tensors'

export interface CardTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface CardSection {
  readonly title: string
  readonly sentences?: readonly string[]
  /** Names and values. */
  readonly facts?: readonly (readonly [name: string, value: string])[]
  readonly table?: CardTable
  /** Commands, letter by letter. */
  readonly code?: string
  /** Whole SVG pictures, made here. */
  readonly pictures?: readonly string[]
}

export interface Card {
  readonly title: string
  readonly summary: string
  readonly sections: readonly CardSection[]
}

export function cardOf(subject: ExportSubject): Card {
  const { manifest } = subject.model
  const sections = [whatItIs(subject), whatItLearned(subject), howGood(subject), ...curves(subject.run)]
  return {
    title: manifest.title,
    summary: manifest.summary,
    sections: [...sections, limits(subject), howItWasTrained(subject)]
  }
}

function whatItIs({ model }: ExportSubject): CardSection {
  const { manifest, network } = model
  const architecture = architectureById(manifest.architecture)
  const params = parseParams(architecture.params, manifest.params)
  const reach = architecture.receptiveFieldSteps(params)
  const rows = parameterRows(network).map(({ row, count }) => [row, String(count)] as const)
  return {
    title: 'What it is',
    sentences: [
      `A neural filter that takes one tone out of a mix: ${runningSentence(manifest)}`,
      architecture.causal(params)
        ? 'An output depends on past and present samples only, so it can run live.'
        : 'An output also depends on samples that come after it, so live it is late by as much as it looks ahead.'
    ],
    facts: [
      ['Id', manifest.id],
      ['Architecture', `${architecture.title} (${architecture.family})`],
      ['Settings', settingsText(params)],
      ['Selectors', tonesOf(manifest)],
      ['Values read at a step', String(manifest.featureCount)],
      ['Values answered at a step', String(manifest.outputCount)],
      ['Steps that one output can see', Number.isFinite(reach) ? String(reach) : 'all before it, by its state'],
      ['Trained values', String(parameterCountOf(network))]
    ],
    table: { head: ['Part', 'Trained values'], rows }
  }
}

function runningSentence({ running }: Manifest): string {
  switch (running.kind) {
    case 'samples':
      return `the network makes one step for each sample, at ${running.sampleRate} samples a second.`
    case 'ticks':
      return `the signal is brought down to ${running.modelRate} ticks a second; the network answers the sine and cosine part of the tone at each tick, which are turned on to the samples in between.`
    case 'joint':
      return `all wanted tones are fitted at once, and the network corrects the fit ${running.ticksPerSpacing} times in a period of the spacing between the tones, at any sample rate.`
  }
}

function tonesOf({ frequenciesHz }: Manifest): string {
  return frequenciesHz.length > 0 ? `${frequenciesHz.join(', ')} Hz` : 'any frequencies, chosen when it runs'
}

function whatItLearned({ model: { manifest }, run }: ExportSubject): CardSection {
  const { noise } = manifest.training
  const noiseText = noise
    ? noise[0] === noise[1]
      ? `white, standard deviation ${noise[0]}`
      : `white, standard deviation ${noise[0]} to ${noise[1]}`
    : 'not recorded'
  return {
    title: 'What it learned from',
    sentences: [
      'Generated mixes with known clean tones; no recordings were used. Tones of amplitude about 1 are summed and divided by their number, then noise is added.'
    ],
    facts: [
      ['Tones', tonesOf(manifest)],
      ['Noise on the mix', noiseText],
      ['RMS of the mixes', plain(manifest.trainingRms)],
      ...(run ? requestFacts(run.record.request) : []),
      ...(run && run.record.dataHash !== '' ? [['SHA-256 of the data', run.record.dataHash] as const] : [])
    ]
  }
}

function requestFacts(request: TrainRequest): (readonly [string, string])[] {
  switch (request.kind) {
    case 'sequences':
      return [
        ['Data', `shuffled sequences of the data set "${request.preset}", each from a zero state`],
        ['Validation', 'the last tenth of the record']
      ]
    case 'streams':
      return [['Data', `endless random mixes side by side, at ${request.sampleRate} Hz, the state carried`]]
    case 'joint':
      return [
        ['Data', 'endless random mixes side by side behind the joint fit, the state carried'],
        ['What goes wrong in some', request.degradations.join(', ') || 'nothing']
      ]
  }
}

const metricNames: Readonly<Record<string, string>> = {
  r2: 'R² from a cold start, mean over tones',
  r2AfterSettling: 'R² once settled',
  siSdrDb: 'SI-SDR (dB)',
  testR2: 'R² on its own test noise',
  testLoss: 'Loss on its own test noise',
  trainingLoss: 'Training loss of the best epoch',
  validationLoss: 'Validation loss of the best epoch',
  validationR2: 'Validation R² of the best epoch',
  bestEpoch: 'Best epoch'
}

function howGood({ model: { manifest }, run }: ExportSubject): CardSection {
  const metrics = Object.entries({ ...run?.record.metrics, ...manifest.metrics })
  const rows = metrics.map(([name, value]) => [metricNames[name] ?? name, value === null ? 'none' : plain(value)])
  return {
    title: 'How good it was',
    sentences: [
      rows.length > 0
        ? 'On signals that it never saw in training, with noise of their own.'
        : 'It was not measured when it was made: siglab evaluate measures it.'
    ],
    ...(rows.length > 0 ? { table: { head: ['Figure', 'Value'], rows } } : {})
  }
}

/** Okabe and Ito's blue, vermilion and green: told apart by any colour vision. */
const colours = { training: '#0072b2', validation: '#d55e00', other: '#009e73' } as const

function curves(run: ExportedRun | undefined): CardSection[] {
  if (!run || run.history.length < 2) return []
  const { history } = run
  const series = (
    label: string,
    colour: string,
    of: (point: (typeof history)[number]) => number | null | undefined
  ) => ({
    ...{ label, colour },
    points: history.flatMap((point) => {
      const y = of(point)
      return y === null || y === undefined ? [] : [{ x: point.step, y }]
    })
  })
  const log = (value: number | null | undefined) => (value && value > 0 ? Math.log10(value) : null)
  const losses = [
    series('training', colours.training, ({ loss }) => log(loss)),
    series('validation', colours.validation, ({ validationLoss }) => log(validationLoss))
  ]
  const quality = series('validation R²', colours.validation, ({ validationR2 }) => validationR2)
  const panels: ChartPanel[] = [
    { title: 'Loss (power of ten)', series: losses.filter(({ points }) => points.length > 0) },
    ...(quality.points.length > 1 ? [{ title: 'R²', series: [quality] }] : []),
    {
      title: 'Learning rate',
      series: [series('learning rate', colours.other, ({ learningRate }) => learningRate)]
    }
  ]
  const ends = run.history.filter(({ validationLoss }) => validationLoss !== undefined)
  const shown = spread(ends.length > 0 ? ends : run.history, 12)
  return [
    {
      title: 'Curves',
      pictures: [
        chartSvg(panels, { label: 'Step', scale: 'linear' }, { title: 'Curves of the training', panelHeight: 160 })
      ],
      table: {
        head: ['Step', 'Epoch', 'Loss', 'Validation loss', 'Validation R²'],
        rows: shown.map(({ step, epoch, loss, validationLoss, validationR2 }) => [
          ...[String(step), String(epoch), loss === null ? '' : plain(loss)],
          ...[validationLoss, validationR2].map((value) => (value === null || value === undefined ? '' : plain(value)))
        ])
      }
    }
  ]
}

/** At most `count` of a list, the first and the last among them. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list]
  return Array.from({ length: count }, (_, index) => list[Math.round((index * (list.length - 1)) / (count - 1))])
}

function limits({ model: { manifest } }: ExportSubject): CardSection {
  const { running, frequenciesHz, training } = manifest
  return {
    title: 'Where it ends',
    sentences: [
      frequenciesHz.length > 0
        ? `It answers ${frequenciesHz.join(', ')} Hz and nothing else; a mix with further tones is none that it knows.`
        : 'Tones that nobody chose and that stand closer than the chosen ones stand to each other are not kept apart.',
      ...(running.kind === 'samples'
        ? [
            `It knows time by samples only: at another rate than ${running.sampleRate} Hz every tone is another one to it.`
          ]
        : []),
      ...(running.kind === 'ticks'
        ? [`It needs at least ${running.modelRate} samples a second, and answers nothing before its first tick.`]
        : []),
      training.noise
        ? `More white noise than ${training.noise[1]} on the mix, at the rate it was trained at, was never tried in training; coloured noise neither.`
        : 'How much noise it stands was not recorded.',
      'A level far from that of its training is scaled before the network and back behind it.',
      'The figures above hold for generated mixes. For a recording, compare with a classical filter: siglab duel.'
    ]
  }
}

function howItWasTrained({ model, run }: ExportSubject): CardSection {
  const { training } = model.manifest
  const record = run?.record
  return {
    title: 'How it was trained',
    sentences: record && record.notes !== '' ? [record.notes] : [],
    code: training.command,
    facts: [
      ['Seed', String(training.seed)],
      ['Steps', String(training.steps)],
      ['Time', `${plain(training.seconds)} s`],
      ['Kernel', training.kernel],
      ...(record
        ? ([
            ['Device', `${record.device}, ${record.threads} threads`],
            ['Optimiser', `${record.request.optimiser.id} ${settingsText(record.request.optimiser.params)}`.trim()],
            ['Schedule', `${record.request.schedule.id} ${settingsText(record.request.schedule.params)}`.trim()],
            ['Run', record.id],
            ['Tags', record.tags.join(', ')]
          ] as const)
        : []),
      ['Made', training.createdAt],
      ['Signal Lab', training.appVersion],
      ['SHA-256 of the weights', createHash('sha256').update(bytesOf(model.weights)).digest('hex')]
    ]
  }
}

function settingsText(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}

function plain(value: number): string {
  return String(Number(value.toPrecision(5)))
}
