/** What a search found, as Markdown, CSV, JSON and a plot of R² against time per sample. Pure. */
import { chartSvg, type ChartPoint } from '../../core/signal/chart-svg'
import { bestTrial, frontOf, type SearchPlan, type SearchTrial } from './search'

const trialColour = '#56b4e9'
const frontColour = '#d55e00'

export function searchMarkdown(plan: SearchPlan, trials: readonly SearchTrial[]): string {
  const names = Object.keys(plan.space)
  const front = frontOf(trials)
  const best = bestTrial(trials)
  const header = ['trial', ...names, 'R²', 'weights', 'µs a sample', 'training s', 'notes']
  const ranked = [...trials].sort((a, b) => (b.result?.r2 ?? -Infinity) - (a.result?.r2 ?? -Infinity))
  const lines = ranked.map((trial) => [
    trial === best ? `**${trial.index + 1}**` : String(trial.index + 1),
    ...names.map((name) => shown(trial.point[name])),
    trial.result?.r2?.toFixed(3) ?? '',
    trial.result?.parameterCount.toLocaleString('en-US') ?? '',
    trial.result?.microsecondsPerSample.toFixed(2) ?? '',
    trial.result?.trainingSeconds.toFixed(0) ?? '',
    notesOf(trial, front)
  ])
  const table = [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const sentence = searchSentence(trials)
  return `# Search by ${plan.method} on ${plan.task}\n\n${sentence || 'No trial came to a figure.'}\n\n${table}\n\n${plan.budget.sentences[plan.task]} In a search the learning rate is each trial's own. Seed ${plan.seed}.\n`
}

/** What was found; empty where nothing was. */
export function searchSentence(trials: readonly SearchTrial[]): string {
  const best = bestTrial(trials)
  if (!best?.result) return ''
  const front = frontOf(trials).map(({ index }) => index + 1)
  return `Best by validation: trial ${best.index + 1}, R² ${best.result.r2?.toFixed(3).replace('-', '−')} on held-out signals. On the front of R² against time per sample: ${front.join(', ')}.`
}

export function searchCsv({ space }: SearchPlan, trials: readonly SearchTrial[]): string {
  const names = Object.keys(space)
  const header = ['trial', ...names, 'r2', 'parameters', 'microseconds_per_sample', 'training_seconds', 'stopped']
  const lines = trials.map(({ index, point, result }) => [
    ...[index + 1, ...names.map((name) => point[name]), result?.r2, result?.parameterCount],
    ...[result?.microsecondsPerSample, result?.trainingSeconds, result?.isStopped]
  ])
  return `${[header, ...lines].map((cells) => cells.map((cell) => String(cell ?? '')).join(',')).join('\n')}\n`
}

export function searchJson(plan: SearchPlan, trials: readonly SearchTrial[]): object {
  const { method, task, seed, trialCount, budget } = plan
  return {
    ...{ method, task, seed, trialCount, budget: budget.id },
    best: (bestTrial(trials)?.index ?? -1) + 1 || null,
    front: frontOf(trials).map(({ index }) => index + 1),
    trials: trials.map(({ index, ...rest }) => ({ trial: index + 1, ...rest }))
  }
}

export function searchSvg(plan: SearchPlan, trials: readonly SearchTrial[]): string {
  const pointOf = ({ result }: SearchTrial): ChartPoint[] =>
    result && result.r2 !== null ? [{ x: result.microsecondsPerSample, y: result.r2 }] : []
  // A gap between any two keeps dots from being joined.
  const dots = trials.flatMap((trial) => pointOf(trial).flatMap((point) => [point, { x: point.x, y: NaN }]))
  const front = frontOf(trials)
    .flatMap(pointOf)
    .sort((a, b) => a.x - b.x)
  return chartSvg(
    [
      {
        title: 'R² on held-out signals',
        series: [
          { label: 'trials', colour: trialColour, dots: true, points: dots },
          { label: 'beaten by none', colour: frontColour, dots: true, points: front }
        ]
      }
    ],
    { label: 'time per sample, µs', scale: 'log' },
    { title: `Search by ${plan.method}: R² against time per sample` }
  )
}

function shown(value: number | string): string {
  if (typeof value === 'string') return value
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}

function notesOf(trial: SearchTrial, front: readonly SearchTrial[]): string {
  const notes = [
    trial.result?.isStopped ? 'stopped early' : '',
    front.includes(trial) ? 'front' : '',
    trial.failure ?? ''
  ]
  return notes.filter(Boolean).join('; ').replaceAll('|', '/')
}
