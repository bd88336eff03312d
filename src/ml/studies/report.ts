/** A study's figures as Markdown, CSV, JSON and a plot. Pure: text in, text out. */
import type { Interval } from '../../core/metrics/interval'
import { chartSvg, type ChartPoint, type ChartSeries } from '../../core/signal/chart-svg'
import type { RowFigures, StudyFigures } from './run-study'
import { rowVerdicts, verdictOf } from './verdict'

const measuredColour = '#0072b2'
const toldColour = '#d55e00'

export function studyMarkdown(figures: StudyFigures): string {
  const { study, budget, seeds, rows, kernel, trainingSeconds } = figures
  const header = [
    ...[study.variable, 'R²', "the seed's R²", 'training loss', 'validation loss', 'weights', "the seed's weights"],
    ...['s an epoch', "the seed's time", 'training, s', 'memory, MiB', 'notes']
  ]
  const lines = rows.map((row) => [
    row.row.label === study.baseline ? `**${row.row.label}**` : row.row.label,
    withInterval(row.r2, 3),
    row.row.told.r2?.toString() ?? '',
    told(withInterval(row.trainingLoss, 3), row.row.told.trainingLoss),
    told(withInterval(row.validationLoss, 3), row.row.told.validationLoss),
    Number.isFinite(row.parameterCount) ? row.parameterCount.toLocaleString('en-US') : '',
    row.row.told.parameters ?? '',
    withInterval(row.secondsPerEpoch, 1),
    row.row.told.time ?? '',
    withInterval(row.trainingSeconds, 0),
    Number.isFinite(row.peakMemoryMiB.mean) ? row.peakMemoryMiB.mean.toFixed(0) : '',
    notesOf(row)
  ])
  const table = [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return `## ${study.title}\n\nThe seed: ${study.claim}\n\n${table}\n\n**Verdict.** ${verdictOf(figures)}\n\n${budget.sentences[study.task]} ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}, mean and 95 % interval (Student's t) over them; kernel ${kernel}; ${Math.round(trainingSeconds)} s of training.\n`
}

export function studyCsv({ rows, study }: StudyFigures): string {
  const header = [
    ...['study', 'row', 'seed', 'r2', 'training_loss', 'validation_loss', 'parameters', 'seconds_per_epoch'],
    ...['peak_memory_mib', 'steps', 'stopped', 'seed_r2']
  ]
  const lines = rows.flatMap(({ row, trials }) =>
    trials.map((trial) => [
      ...[study.id, row.label, trial.request.seed, trial.r2, trial.trainingLoss, trial.validationLoss],
      ...[trial.parameterCount, trial.secondsPerEpoch, trial.peakMemoryMiB, trial.steps, trial.isStopped, row.told.r2]
    ])
  )
  return `${[header, ...lines].map((cells) => cells.map(csvCell).join(',')).join('\n')}\n`
}

export function studyJson(figures: StudyFigures): object {
  const { study, budget, seeds, rows, kernel, trainingSeconds } = figures
  return {
    ...{ study: study.id, title: study.title, claim: study.claim, baseline: study.baseline },
    ...{ budget, seeds, kernel, trainingSeconds, verdict: verdictOf(figures), verdicts: rowVerdicts(figures) },
    rows: rows.map(({ row, trials, ...rest }) => ({ label: row.label, told: row.told, ...rest, trials }))
  }
}

/** R² with its intervals beside what was told; names stand in the order of the table. */
export function studySvg({ study, rows }: StudyFigures): string {
  const isNumeric = rows.every(({ row }) => row.value !== undefined && row.value > 0)
  const xOf = (row: RowFigures['row'], index: number) => (isNumeric ? (row.value ?? index) : index + 1)
  const points = (of: (row: RowFigures) => Omit<ChartPoint, 'x'> | undefined): ChartPoint[] =>
    rows.flatMap((row, index) => {
      const point = of(row)
      return point ? [{ x: xOf(row.row, index), ...point }] : []
    })
  const series: ChartSeries[] = [
    {
      ...{ label: 'measured, with 95 % interval', colour: measuredColour, dots: true },
      points: points(({ r2 }) => ({ y: r2.mean, halfWidth: r2.halfWidth }))
    },
    {
      ...{ label: 'the seed', colour: toldColour, dots: true, dashed: true },
      points: points(({ row }) => (row.told.r2 === undefined ? undefined : { y: row.told.r2 }))
    }
  ]
  const names = isNumeric ? '' : `: ${rows.map(({ row }, index) => `${index + 1} ${row.label}`).join(', ')}`
  return chartSvg(
    [{ title: `${study.title}: R² on held-out noise`, series }],
    { label: `${study.variable}${names}`, scale: isNumeric ? 'log' : 'linear' },
    { title: `${study.title}: R² against ${study.variable.toLowerCase()}` }
  )
}

function withInterval({ mean, halfWidth }: Interval, digits: number): string {
  if (!Number.isFinite(mean)) return ''
  return Number.isFinite(halfWidth) ? `${mean.toFixed(digits)} ± ${halfWidth.toFixed(digits)}` : mean.toFixed(digits)
}

const told = (measured: string, value: number | undefined) =>
  value === undefined ? measured : `${measured} (told ${value})`

function notesOf({ stoppedCount, failures }: RowFigures): string {
  const stopped = stoppedCount > 0 ? `${stoppedCount} stopped early` : ''
  return [stopped, ...failures].filter(Boolean).join('; ').replaceAll('|', '/')
}

function csvCell(value: string | number | boolean | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
