/** Dates and clocks in a cell to days and seconds. Knows nothing of rows and sample rates. */
import type { DateOrder } from './import-choices'

export type StampKind = 'date-time' | 'date' | 'clock'

/** Days since 1970-01-01 and seconds of the day, in universal time where the stamp names its zone. */
export interface Stamp {
  readonly days: number
  readonly seconds: number
}

/** What a cell looks like: a date with a clock, one of the two, or neither. */
export function stampKindOf(cell: string): StampKind | undefined {
  if (cell.length > longestStamp) return undefined
  const { date, clock } = partsOf(cell)
  if (date !== undefined) return clock === '' ? 'date' : isClock(clock) ? 'date-time' : undefined
  return isClock(cell.trim()) ? 'clock' : undefined
}

/** A date with or without a clock; undefined for anything else, and for days that do not exist. */
export function parseDateTime(cell: string, order: DateOrder): Stamp | undefined {
  if (cell.length > longestStamp) return undefined
  const { date, clock } = partsOf(cell)
  if (date === undefined) return undefined
  const days = parseDate(date, order)
  if (days === undefined) return undefined
  if (clock === '') return { days, seconds: 0 }
  const seconds = parseClock(clock)
  return seconds === undefined ? undefined : { days, seconds }
}

/** Seconds of the day: "13:45:10.25", "1:45 PM", "10:00+02:00"; a zone shifts it to universal time. */
export function parseClock(cell: string): number | undefined {
  const match = clockPattern.exec(cell.trim())
  if (!match) return undefined
  const [, hour, minute, second = '0', fraction = '', half, zone] = match
  let hours = Number(hour)
  if (half) {
    if (hours < 1 || hours > 12) return undefined
    hours = (hours % 12) + (/p/i.test(half) ? 12 : 0)
  }
  const seconds = Number(fraction === '' ? second : `${second}.${fraction}`)
  // A leap second is the sixty-first.
  if (hours > 24 || Number(minute) > 59 || seconds >= 61) return undefined
  return hours * 3600 + Number(minute) * 60 + seconds - zoneSeconds(zone)
}

/**
 * Which order the parts of dates stand in: what no other order allows, else the usual one of the separator. `isGuess` if
 * two orders fit.
 */
export function dateOrderOf(cells: readonly string[]): { order: DateOrder; isGuess: boolean } {
  const dates = cells.flatMap((cell) => numericDate.exec(partsOf(cell).date ?? '') ?? []).length > 0
  if (!dates) return { order: 'ymd', isGuess: false }
  const fits = (order: DateOrder) =>
    cells.every((cell) => partsOf(cell).date === undefined || parseDateTime(cell, order))
  const isDmy = fits('dmy')
  const isMdy = fits('mdy')
  const isYearFirst = cells.some((cell) => /^\s*\d{4}/.test(cell))
  if (isYearFirst || isDmy !== isMdy) return { order: isYearFirst ? 'ymd' : isDmy ? 'dmy' : 'mdy', isGuess: false }
  return { order: cells.some((cell) => cell.includes('/')) ? 'mdy' : 'dmy', isGuess: true }
}

const longestStamp = 64
const clockPattern =
  /^(\d{1,2}):(\d{2})(?::(\d{1,2})(?:[.,](\d+))?)?\s*([ap]\.?m\.?)?\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?$/i
const numericDate = /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})$/
const namedDate = /^(\d{1,2})[-\s.]+([a-z]{3})[a-z]*[-\s.,]+(\d{4})$/i
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

function isClock(text: string): boolean {
  return clockPattern.test(text)
}

/** The date and what stands behind it; both undefined if the cell does not begin with a date. */
function partsOf(cell: string): { date?: string; clock: string } {
  const match = /^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-\s.]+[a-z]{3,9}[-\s.,]+\d{4})(?:[T\s_,]+(.*))?$/i.exec(
    cell.trim()
  )
  return match ? { date: match[1], clock: (match[2] ?? '').trim() } : { clock: '' }
}

function parseDate(text: string, order: DateOrder): number | undefined {
  const named = namedDate.exec(text)
  if (named) return daysOf(Number(named[3]), months.indexOf(named[2].toLowerCase()) + 1, Number(named[1]))
  const match = numericDate.exec(text)
  if (!match) return undefined
  const [first, second, third] = [match[1], match[3], match[4]]
  // Four digits are a year, wherever the order would have it.
  if (first.length === 4) return daysOf(Number(first), Number(second), Number(third))
  const year = third.length === 4 ? Number(third) : 2000 + Number(third)
  if (order === 'dmy') return daysOf(year, Number(second), Number(first))
  if (order === 'mdy') return daysOf(year, Number(first), Number(second))
  return daysOf(2000 + Number(first), Number(second), Number(third))
}

function daysOf(year: number, month: number, day: number): number | undefined {
  const milliseconds = Date.UTC(year, month - 1, day)
  const date = new Date(milliseconds)
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? milliseconds / 86_400_000 : undefined
}

function zoneSeconds(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '')
  if (!match) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60)
}
