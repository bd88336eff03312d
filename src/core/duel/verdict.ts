/** A duel in one sentence, with how sure it is. */
import type { Interval } from '../metrics/interval'
import type { Seconds } from '../units'
import { bestRivalOf, type DuelCell, type DuelResult } from './result'

/**
 * "network +3.1 ± 0.4 dB at 0 dB SNR, −6.0 ± 0.2 dB at 20 dB, against the best causal classical filter (Kalman filter);
 * settles in 0.31 s against 1.18 s"
 */
export function verdictOf({ cells }: Pick<DuelResult, 'cells'>): string {
  const titles = cells.map((cell) => bestRivalOf(cell).title)
  const oneTitle = new Set(titles).size === 1
  const leads = cells.map((cell, index) => {
    const level = `${formatDb(cell.snrDb)} dB${index === 0 ? ' SNR' : ''}`
    return `${formatLead(bestRivalOf(cell).networkLeadDb)} at ${level}${oneTitle ? '' : ` (${titles[index]})`}`
  })
  const against = `against the best causal classical filter${oneTitle ? ` (${titles[0]})` : ''}`
  return `network ${leads.join(', ')}, ${against}; ${settling(cells)}`
}

/** Signed, with its half-width; "no clear difference" is for the reader to see from the two numbers. */
export function formatLead({ mean, halfWidth }: Interval): string {
  const sign = mean < 0 ? '\u2212' : '+'
  const width = Number.isFinite(halfWidth) ? ` ± ${halfWidth.toFixed(1)}` : ''
  return `${sign}${Math.abs(mean).toFixed(1)}${width} dB`
}

function formatDb(value: number): string {
  return String(value).replace('-', '\u2212')
}

/** At the noise level nearest to 0 dB. */
function settling(cells: readonly DuelCell[]): string {
  const cell = cells.reduce((nearest, other) => (Math.abs(other.snrDb) < Math.abs(nearest.snrDb) ? other : nearest))
  const network = cell.network.settlingSeconds
  const rival = bestRivalOf(cell).figures.settlingSeconds
  const place = cells.length > 1 ? ` at ${formatDb(cell.snrDb)} dB` : ''
  if (network === null && rival === null) return `neither settles${place}`
  if (network === null) return `the network does not settle, the rival in ${formatSeconds(rival as Seconds)}${place}`
  const other = rival === null ? 'a rival that does not settle' : formatSeconds(rival)
  return `settles in ${formatSeconds(network)} against ${other}${place}`
}

/** To three digits, in the unit that suits it. */
export function formatSeconds(seconds: Seconds): string {
  if (seconds === 0) return '0 s'
  const [value, unit] = seconds < 0.1 ? [seconds * 1000, 'ms'] : [seconds, 's']
  return `${Number(value.toPrecision(3))} ${unit}`
}
