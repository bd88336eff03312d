/** Rows of plain numbers straight from their bytes, without making text of them. */
import { ascii } from './csv-bytes'
import { scanEnd, scanNumber } from './csv-numbers'
import { stampEnd, type TimeStamps } from './csv-stamps'

const { lineFeed, carriageReturn, blank, quote, hash, percent } = ascii

export interface RowShape {
  /** For each place of a row the column that it fills, or -1. */
  readonly slots: Int32Array
  /** The column of time stamps that are numbers, or -1. */
  readonly stampSlot: number
  readonly delimiter: number
  readonly decimal: number
}

export class RowScanner {
  readonly #slots: Int32Array
  readonly #stampSlot: number
  readonly #delimiter: number
  readonly #decimal: number
  readonly #stamps: TimeStamps

  constructor({ slots, stampSlot, delimiter, decimal }: RowShape, stamps: TimeStamps) {
    this.#slots = slots
    this.#stampSlot = stampSlot
    this.#delimiter = delimiter
    this.#decimal = decimal
    this.#stamps = stamps
  }

  /**
   * Fill `row` from the bytes at `start`: the place of the line end behind it; -1 for any other row than one of plain
   * numbers, whose values are undefined then. There must be a line end somewhere behind.
   */
  scan(bytes: Uint8Array, start: number, row: Float64Array): number {
    const delimiter = this.#delimiter
    const decimal = this.#decimal
    // Where commas separate cells, a decimal comma stands in quotes.
    const plainDecimal = decimal === delimiter ? -1 : decimal
    const slots = this.#slots
    const longSlot = this.#stamps.areLong ? this.#stampSlot : -1
    const last = slots.length - 1
    let at = start
    for (let place = 0; place <= last; place += 1) {
      const slot = slots[place]
      if (slot === -1) {
        // A cell that is not wanted; blanks in front of the first one are no cell.
        if (delimiter === blank) while (bytes[at] === blank) at += 1
        const first = at
        let code = bytes[at]
        while (code !== delimiter && code !== lineFeed && code !== carriageReturn) {
          if (code === quote || code === hash || code === percent || code === 0) return -1
          code = bytes[++at]
        }
        if (delimiter === blank) {
          if (at === first) return -1
          while (bytes[at] === blank) at += 1
        }
      } else if (slot === longSlot) {
        row[slot] = this.#stamps.scanLong(bytes, at)
        if (stampEnd === -1) return -1
        at = stampEnd
      } else {
        let open = at
        while (bytes[open] === blank) open += 1
        if (bytes[open] === quote) {
          row[slot] = scanNumber(bytes, open + 1, decimal)
          if (scanEnd === -1 || bytes[scanEnd] !== quote) return -1
          at = scanEnd + 1
          while (bytes[at] === blank) at += 1
        } else {
          row[slot] = scanNumber(bytes, at, plainDecimal)
          if (scanEnd === -1) return -1
          at = scanEnd
        }
        if (slot === this.#stampSlot && row[slot] > Number.MAX_SAFE_INTEGER) return -1
      }
      const code = bytes[at]
      if (place === last) return code === lineFeed || code === carriageReturn ? at : -1
      if (delimiter === blank) {
        if (code === lineFeed || code === carriageReturn || bytes[at - 1] !== blank) return -1
      } else {
        if (code !== delimiter) return -1
        at += 1
      }
    }
    return -1
  }
}
