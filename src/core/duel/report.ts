/** A duel as tables and as a picture. Knows nothing of files. */
import type { Interval } from '../metrics/interval'
import { chartSvg, type ChartSeries } from '../signal/chart-svg'
import { formatSeconds, formatLead } from './verdict'
import type { DuelCell, DuelResult } from './result'
import type { Figures } from './score-sheet'

interface Row {
  readonly id: string
  readonly title: string
  readonly figures: Figures
  readonly lead: Interval | undefined
  readonly params: string
}

function rowsOf({ network, rivals }: DuelCell, modelTitle: string): Row[] {
  const networkRow = { id: 'network', title: `Network ${modelTitle}`, figures: network, lead: undefined, params: '' }
  const others = rivals.map(({ id, title, causal, figures, networkLeadDb, params }) => ({
    id,
    title: causal ? title : `${title} (not causal)`,
    figures,
    lead: networkLeadDb,
    params: Object.entries(params)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  }))
  return [networkRow, ...others]
}

const csvFigures = [
  'siSdrDb',
  'siSdrImprovementDb',
  'snrImprovementDb',
  'r2',
  'siSdrSettledDb',
  'r2Settled'
] as const satisfies readonly (keyof Figures)[]

/** One line a noise level and contestant; intervals are 95 %. */
export function duelCsv(result: DuelResult): string {
  const intervals = csvFigures.flatMap((name) => [name, `${name}HalfWidth`])
  const head = ['snrDb', 'contestant', 'settings', ...intervals, 'amplitudeError', 'phaseErrorDegrees']
  const lines = result.cells.flatMap((cell) =>
    rowsOf(cell, result.modelTitle).map(({ id, figures, lead, params }) => [
      cell.snrDb,
      id,
      `"${params}"`,
      ...csvFigures.flatMap((name) => [figures[name].mean, figures[name].halfWidth]),
      ...[figures.amplitudeError, figures.phaseErrorDegrees, figures.settlingSeconds ?? ''],
      ...[lead?.mean ?? '', lead?.halfWidth ?? '']
    ])
  )
  const all = [[...head, 'settlingSeconds', 'networkLeadDb', 'networkLeadDbHalfWidth'], ...lines]
  return all.map((fields) => `${fields.join(',')}\n`).join('')
}

export function duelMarkdown(result: DuelResult): string {
  const { frequenciesHz, sampleRate, durationSeconds, seedCount, seed, degradations } = result
  const task = `${frequenciesHz.join(', ')} Hz at ${sampleRate} Hz, ${Number(durationSeconds.toPrecision(3))} s, ${seedCount} mixes from seed ${seed}`
  const tables = result.cells.map((cell) => {
    const rows = rowsOf(cell, result.modelTitle).map(({ title, figures, lead, params }) => {
      const settling = figures.settlingSeconds === null ? 'never' : formatSeconds(figures.settlingSeconds)
      const { siSdrDb, r2, r2Settled } = figures
      return `| ${[
        title,
        plusMinus(siSdrDb, 1),
        lead ? formatLead(lead) : '',
        ...[r2.mean.toFixed(3), r2Settled.mean.toFixed(3)],
        `${(100 * figures.amplitudeError).toFixed(1)} %`,
        `${figures.phaseErrorDegrees.toFixed(1)}°`,
        ...[settling, params]
      ].join(' | ')} |\n`
    })
    return `## ${String(cell.snrDb).replace('-', '\u2212')} dB SNR (noise ${cell.noise.toPrecision(3)})

| filter | SI-SDR, dB | network ahead by | R² cold | R² settled | amplitude error | phase error | settles in | settings |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('')}`
  })
  const damage = degradations === '' ? 'white noise alone' : degradations
  return `# Duel: ${result.modelTitle}

${result.verdict}.

${task}; ${damage}. SNR is the power of one tone of amplitude 1 as it stands in the mix over the power of the white noise. Intervals are 95 %, over mixes; each mix counts once, by the mean of its selectors. Rivals are tuned for each noise level on ${result.tuningSeedCount} other mixes.

${tables.join('\n')}`
}

function plusMinus({ mean, halfWidth }: Interval, digits: number): string {
  const width = Number.isFinite(halfWidth) ? ` ± ${halfWidth.toFixed(digits)}` : ''
  return `${mean.toFixed(digits).replace('-', '\u2212')}${width}`
}

/** Told apart by hue and by lightness; the network in the strongest. */
const colours = ['#c2410c', '#1d4ed8', '#0e7490', '#7c3aed', '#4d7c0f', '#be185d', '#111827', '#94a3b8', '#a16207']

/** SI-SDR over the noise level, all contestants; marks that are not causal are dashed. */
export function duelSvg(result: DuelResult): string {
  const { cells, modelTitle } = result
  const rows = cells.map((cell) => rowsOf(cell, modelTitle))
  const series = (pick: (row: Row) => { y: number; halfWidth?: number }): ChartSeries[] =>
    rows[0].map(({ title }, place) => ({
      label: title,
      colour: colours[place % colours.length],
      dashed: title.endsWith('(not causal)'),
      dots: true,
      points: cells.map(({ snrDb }, index) => ({ x: snrDb, ...pick(rows[index][place]) }))
    }))
  const interval = ({ mean, halfWidth }: Interval) => ({ y: mean, halfWidth })
  return chartSvg(
    [
      { title: 'SI-SDR from a cold start, dB', series: series(({ figures }) => interval(figures.siSdrDb)) },
      { title: 'SI-SDR once settled, dB', series: series(({ figures }) => interval(figures.siSdrSettledDb)) },
      {
        title: 'Network ahead by, dB',
        series: series(({ lead }) => (lead ? interval(lead) : { y: NaN })).slice(1)
      },
      { title: 'Settles in, s', series: series(({ figures }) => ({ y: figures.settlingSeconds ?? NaN })) }
    ],
    { label: 'SNR of one tone, dB', scale: 'linear' },
    { title: `Duel of ${modelTitle} and classical filters over the noise level` }
  )
}
