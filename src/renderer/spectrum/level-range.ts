/** The level axis of a spectrum: what power becomes on it, and how far it reaches. Calm: it moves in steps. */
import { limitFor } from '../scope/vertical-range'

export type LevelKind = 'decibels' | 'linear'

export interface LevelRange {
  readonly low: number
  readonly high: number
}

/** Mean square of a tone as the axis shows it: dB of amplitude, where amplitude 1 is 0 dB, or the amplitude itself. */
export function levelOf(power: number, kind: LevelKind): number {
  return kind === 'decibels' ? 10 * Math.log10(2 * power) : Math.sqrt(2 * power)
}

const stepDb = 10
const leastRoomDb = 3
const mostSpanDb = 160
const leastSpanDb = 40
/** A range that is more than so much wider than needed is narrowed. */
const slackDb = 25

/**
 * From a little below the noise floor to a little above the highest peak, in steps of ten; the range before stays as
 * long as everything is inside and little is wasted.
 */
export function decibelRange(before: LevelRange | undefined, topDb: number, floorDb: number): LevelRange {
  if (!Number.isFinite(topDb)) return before ?? { low: -100, high: 0 }
  // Minus zero is no level.
  const high = Math.ceil((topDb + leastRoomDb) / stepDb) * stepDb + 0
  const floor = Number.isFinite(floorDb) ? floorDb : topDb - mostSpanDb
  const wanted = Math.floor((floor - 2 * stepDb) / stepDb) * stepDb
  const low = Math.min(high - leastSpanDb, Math.max(high - mostSpanDb, wanted))
  if (!before) return { low, high }
  const isInside = before.high >= topDb + leastRoomDb / 2 && before.low <= floor - stepDb
  const isCalm = before.high - high <= slackDb && low - before.low <= slackDb
  return isInside && isCalm ? before : { low, high }
}

export function linearRange(before: LevelRange | undefined, top: number): LevelRange {
  const high = limitFor(top)
  if (before && before.low === 0 && top * 1.05 <= before.high && high > before.high * 0.4) return before
  return { low: 0, high }
}

interface Levels {
  readonly power: Float32Array
  readonly floorPower: number
}

/** Of the mix and what is shown beside it; of nothing as well, where every trace is hidden. */
export function levelRange(before: LevelRange | undefined, traces: readonly Levels[], kind: LevelKind): LevelRange {
  const top = traces.reduce((most, { power }) => power.reduce((a, b) => Math.max(a, b), most), 0)
  if (kind === 'linear') return linearRange(before, levelOf(top, kind))
  // A filtered trace is far below the mix where nothing is let through: of that the upper part is enough.
  const [mix] = traces
  const floors = traces.map(({ floorPower }) => floorPower)
  const lowest = mix ? Math.max(mix.floorPower * 1e-3, top * 1e-14, Math.min(...floors)) : 0
  return decibelRange(before, levelOf(top, kind), levelOf(lowest, kind))
}

const topStepDb = 5

/** The greatest level of columns; -Infinity of none. */
export function greatestLevel(
  { first, end }: { first: number; end: number },
  levelsOf: (column: number) => Float32Array | undefined
): number {
  let greatest = -Infinity
  for (let column = first; column < end; column += 1) {
    const levels = levelsOf(column)
    if (!levels) continue
    for (let row = 0; row < levels.length; row += 1) if (levels[row] > greatest) greatest = levels[row]
  }
  return greatest
}

/** The brightest colour's level, in steps of five: it rises at once, and falls only where ten decibels are unused. */
export function calmTop(before: number | undefined, greatestDb: number): number | undefined {
  if (!Number.isFinite(greatestDb)) return before
  const top = Math.ceil(greatestDb / topStepDb) * topStepDb + 0
  return before !== undefined && before >= top && before - top < 2 * topStepDb ? before : top
}
