/** Does what was measured support what was told? Sentences from figures. Pure. */
import type { Interval } from '../../core/metrics/interval'
import type { RowFigures, StudyFigures } from './run-study'

/** supported: the same side of the baseline, surely; against: the other side, surely; open: too close to tell. */
export type Support = 'supported' | 'against' | 'open'

export interface RowVerdict {
  readonly label: string
  /** R² that the seed tells less that of its baseline. */
  readonly toldLead: number
  readonly lead: Interval
  readonly support: Support
}

/** A difference that the seed itself calls minimal: to support it, ours must not be surely larger. */
const minimal = 0.015

export function rowVerdicts({ study, rows }: StudyFigures): RowVerdict[] {
  const toldBase = rows.find(({ row }) => row.label === study.baseline)?.row.told.r2
  if (toldBase === undefined) return []
  return rows.flatMap(({ row, lead }) => {
    const { r2 } = row.told
    if (r2 === undefined || row.label === study.baseline) return []
    const toldLead = r2 - toldBase
    return [{ label: row.label, toldLead, lead, support: supportOf(toldLead, lead) }]
  })
}

export function supportOf(toldLead: number, { mean, halfWidth }: Interval): Support {
  if (!Number.isFinite(mean) || !Number.isFinite(halfWidth)) return 'open'
  const [low, high] = [mean - halfWidth, mean + halfWidth]
  if (Math.abs(toldLead) < minimal) {
    if (low > -minimal && high < minimal) return 'supported'
    return low > minimal || high < -minimal ? 'against' : 'open'
  }
  const side = Math.sign(toldLead)
  if (side > 0 ? low > 0 : high < 0) return 'supported'
  return (side > 0 ? high < 0 : low > 0) ? 'against' : 'open'
}

/** One or more sentences: how many of the differences are as told, which are not, and what the budget has to do with it. */
export function verdictOf(figures: StudyFigures): string {
  const { study, budget, seeds, rows } = figures
  const verdicts = rowVerdicts(figures)
  const count = (support: Support) => verdicts.filter((verdict) => verdict.support === support).length
  const sentences =
    verdicts.length === 0
      ? [paceOf(figures)]
      : [
          `Of the ${verdicts.length} differences from ${study.variable.toLowerCase()} ${study.baseline} that were told, ${count('supported')} are supported, ${count('against')} are contradicted and ${count('open')} are too close to tell with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}.`
        ]
  const against = verdicts.filter(({ support }) => support === 'against')
  if (against.length > 0) sentences.push(`Contradicted: ${against.map(compare).join('; ')}.`)
  const open = verdicts.filter(({ support }) => support === 'open')
  if (open.length > 0) sentences.push(`Open: ${open.map(compare).join('; ')}.`)
  const best = bestOf(rows)
  if (best) {
    const toldBest = toldBestOf(rows)
    const isSame = toldBest?.row.label === best.row.label
    sentences.push(
      `Best here: ${best.row.label} with R² ${best.r2.mean.toFixed(3)}${toldBest ? (isSame ? ', as told' : `; told: ${toldBest.row.label} with ${toldBest.row.told.r2}`) : ''}.`
    )
  }
  if (budget.id !== 'full' && (against.length > 0 || open.length > 0)) {
    sentences.push(
      `Trials of this budget end after ${rows[0]?.trials[0]?.epochs.length ?? 0} short epochs, so a row that learns slowly stands lower here than after fifty.`
    )
  }
  return sentences.join(' ')
}

/** Where nothing was told: who is ahead of the baseline, and who learns more in a second of training. */
function paceOf({ study, rows }: StudyFigures): string {
  const pace = ({ r2, trainingSeconds }: RowFigures) => r2.mean / trainingSeconds.mean
  const base = rows.find(({ row }) => row.label === study.baseline)
  if (!base || !Number.isFinite(pace(base))) return `${study.baseline} came to no figure.`
  const told = (row: RowFigures) => {
    const { r2, trainingSeconds, lead } = row
    const ahead = row === base ? '' : `, lead ${withSpread(lead)}`
    return `${row.row.label} (R² ${r2.mean.toFixed(3)} in ${trainingSeconds.mean.toFixed(0)} s${ahead})`
  }
  const both = rows.filter((row) => row !== base && row.r2.mean >= base.r2.mean && pace(row) > pace(base))
  const faster = rows.filter((row) => row !== base && row.r2.mean < base.r2.mean && pace(row) > pace(base))
  const list = (some: readonly RowFigures[]) => (some.length > 0 ? some.map(told).join(', ') : 'nobody')
  return `Against ${told(base)}: at least as good in less time, ${list(both)}; more R² a second but a lower one, ${list(faster)}.`
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`

function compare({ label, toldLead, lead }: RowVerdict): string {
  return `${label} (told ${signed(toldLead)}, measured ${withSpread(lead)})`
}

function withSpread({ mean, halfWidth }: Interval): string {
  if (!Number.isFinite(mean)) return 'nothing'
  return Number.isFinite(halfWidth) ? `${signed(mean)} ± ${halfWidth.toFixed(3)}` : signed(mean)
}

function bestOf(rows: readonly RowFigures[]): RowFigures | undefined {
  const measured = rows.filter(({ r2 }) => Number.isFinite(r2.mean))
  return measured.sort((a, b) => b.r2.mean - a.r2.mean)[0]
}

function toldBestOf(rows: readonly RowFigures[]): RowFigures | undefined {
  const told = rows.filter(({ row }) => row.told.r2 !== undefined)
  return told.sort((a, b) => (b.row.told.r2 ?? 0) - (a.row.told.r2 ?? 0))[0]
}
