/** Time stamps of a table, row after row, to numbers that lose nothing: those of 16 digits and more count from the first. */
import { ascii } from './csv-bytes'
import { parseClock, parseDateTime, type Stamp } from './csv-dates'
import { parseCell } from './csv-numbers'
import type { TableChoices } from './import-choices'

const { blank, zero, nine } = ascii
const billion = 1_000_000_000n
const longestStamp = 30
const halfDay = 43_200
const day = 86_400

/** Where the long stamp that `scanLong` read ends; -1 if there was none. */
export let stampEnd = -1

export class TimeStamps {
  readonly #choices: TableChoices
  readonly #hasDate: boolean
  /** The first stamp, where that is a whole number of 16 digits or more. */
  #base: bigint | undefined
  #firstDay: number | undefined
  #lastClock = NaN
  #clockDays = 0

  constructor(choices: TableChoices, hasDate: boolean) {
    this.#choices = choices
    this.#hasDate = hasDate
  }

  get areLong(): boolean {
    return this.#base !== undefined
  }

  number(cell: string, isFirst: boolean): number {
    const text = cell.trim()
    if (isFirst && this.#base === undefined && /^\d{16,30}$/.test(text)) this.#base = BigInt(text)
    if (this.#base === undefined) return parseCell(cell, this.#choices.decimal)
    return /^\d{1,30}$/.test(text) ? Number(BigInt(text) - this.#base) : NaN
  }

  /** A whole number of up to 30 digits among bytes, less the first one, exactly; sets `stampEnd`. */
  scanLong(bytes: Uint8Array, start: number): number {
    let at = start
    while (bytes[at] === blank) at += 1
    const first = at
    while (bytes[at] >= zero && bytes[at] <= nine) at += 1
    const end = at
    while (bytes[at] === blank) at += 1
    stampEnd = end > first && end - first <= longestStamp ? at : -1
    if (stampEnd === -1) return NaN
    const base = this.#base!
    let high = 0
    let low = 0
    for (let n = first; n < end - 9; n += 1) high = high * 10 + bytes[n] - zero
    for (let n = Math.max(first, end - 9); n < end; n += 1) low = low * 10 + bytes[n] - zero
    return (high - Number(base / billion)) * 1e9 + (low - Number(base % billion))
  }

  /** Seconds since the first day began. */
  date(cell: string): number {
    const stamp: Stamp | undefined = parseDateTime(cell, this.#choices.dateOrder)
    if (!stamp) return NaN
    this.#firstDay ??= stamp.days
    return (stamp.days - this.#firstDay) * day + stamp.seconds
  }

  /** Seconds since midnight. A clock without a date passes midnight where it falls by more than half a day. */
  clock(cell: string): number {
    const seconds = parseClock(cell) ?? NaN
    if (this.#hasDate) return seconds
    if (seconds < this.#lastClock - halfDay) this.#clockDays += 1
    if (!Number.isNaN(seconds)) this.#lastClock = seconds
    return seconds + this.#clockDays * day
  }
}
