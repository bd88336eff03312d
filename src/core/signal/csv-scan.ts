/**
 * The bytes of a table to columns of numbers, piece by piece, in one pass.
 *
 * A row of plain numbers is read straight from its bytes; any other row (quotes, empty cells, words, dates, comments,
 * another number of cells) becomes text and is read patiently. Both ways give the same numbers. Knows nothing of files
 * and of what the columns mean but for which of them is the time.
 */
import type { ColumnStore } from './column-store'
import { ascii } from './csv-bytes'
import { LineNumbers, TroubledLines } from './csv-lines'
import { isMissing, parseCell } from './csv-numbers'
import { behindLineEnd, lineCount, rowEnd, type Piece } from './csv-row-ends'
import { RowScanner } from './csv-row-scan'
import { eachRow } from './csv-rows'
import { TimeStamps } from './csv-stamps'
import { AsciiBytes, textOf } from './csv-text'
import type { Precision } from './csv-write'
import type { TableChoices } from './import-choices'
import { RowBlocks, type Gaps } from './row-blocks'
import { InputError } from './signal'

/** What becomes of one column of the table. */
export interface ScannedColumn {
  /** Place in the row. */
  readonly place: number
  readonly name: string
  /** `channel`: a number, gaps filled. `number`: a time stamp as a number. The others: a stamp as text, to seconds. */
  readonly kind: 'channel' | 'number' | 'date-time' | 'date' | 'clock'
}

export interface ScanReport {
  readonly rowCount: number
  readonly warnings: readonly string[]
  /** Values that are not finite as 32-bit floats. */
  readonly strangeCount: number
  /** By column of the store. */
  readonly gaps: readonly Gaps[]
  lineOf(sample: number): number
}

const longRow = 2 ** 20
/** A longer line is no row of a table. */
const longestRow = 16 * 2 ** 20

/** The columns that a reading with these choices keeps, the time first if there is one. */
export function scannedColumns({ columns, timeUnit }: TableChoices): ScannedColumn[] {
  const found = columns.flatMap(({ name, unit, role }, place): ScannedColumn[] => {
    switch (role) {
      case 'time':
        return [{ place, name, kind: timeUnit === 'date-time' ? 'date-time' : 'number' }]
      case 'date':
      case 'clock':
        return [{ place, name, kind: role }]
      case 'channel':
        return [{ place, name: withUnit(name, unit), kind: 'channel' }]
      case 'ignore':
        return []
    }
  })
  return found
}

/** A unit from a row of its own goes on as part of the name: "(V)" below "u" is "u (V)". */
function withUnit(name: string, told: string): string {
  const unit = told.trim().replace(/^[([]|[)\]]$/g, '')
  return unit === '' ? name : `${name} (${unit})`
}

export class TableScanner {
  readonly #choices: TableChoices
  readonly #columns: readonly ScannedColumn[]
  readonly #blocks: RowBlocks
  readonly #ascii: AsciiBytes
  readonly #delimiter: number
  readonly #scanner: RowScanner
  readonly #canScan: boolean
  readonly #stamps: TimeStamps
  readonly #row: Float64Array

  /** The beginning of a row that was not whole, and pieces behind it. */
  #rest: Uint8Array = new Uint8Array(0)
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #line = 1
  /** NaN is a value where the file itself was written so. */
  #keepsNaN = false
  readonly #lines = new LineNumbers()
  readonly #short = new TroubledLines()
  readonly #long = new TroubledLines()
  readonly #wordy = new TroubledLines()
  readonly #malformed = new TroubledLines()

  constructor(choices: TableChoices, columns: readonly ScannedColumn[], store: ColumnStore) {
    this.#choices = choices
    this.#columns = columns
    this.#ascii = new AsciiBytes(choices.textEncoding)
    this.#delimiter = choices.delimiter.charCodeAt(0)
    this.#stamps = new TimeStamps(
      choices,
      columns.some(({ kind }) => kind === 'date')
    )
    const slots = new Int32Array(choices.columns.length).fill(-1)
    columns.forEach(({ place }, slot) => (slots[place] = slot))
    const stampSlot = columns.findIndex(({ kind }) => kind === 'number')
    const shape = { slots, stampSlot, delimiter: this.#delimiter, decimal: choices.decimal.charCodeAt(0) }
    this.#scanner = new RowScanner(shape, this.#stamps)
    this.#canScan = columns.every(({ kind }) => kind === 'channel' || kind === 'number')
    this.#row = new Float64Array(columns.length)
    const areChannels = columns.map(({ kind }) => kind === 'channel')
    this.#blocks = new RowBlocks(store, areChannels, choices.missing)
  }

  get precision(): Precision {
    // The file itself says that its values are 32-bit floats, in digits that tell those apart.
    return this.#blocks.isFloat32 ? 'float32' : 'float64'
  }

  /** Rows read so far, those not yet in the store included. */
  get rowCount(): number {
    return this.#blocks.rowCount
  }

  /** Throws InputError for what is no table: a line that never ends, a quote that is never closed, binary data. */
  push(piece: Uint8Array): void {
    this.#scan(this.#ascii.next(piece), false)
  }

  /** With `isCut` the row that was not read to its end is left out. */
  finish(isCut = false): ScanReport {
    if (!isCut) this.#scan(new Uint8Array(0), true)
    this.#blocks.finish()
    const { rowCount, strangeCount, gaps } = this.#blocks
    const { columns } = this.#choices
    const warnings = [
      this.#short.tell((count, where) => `${rows(count)} shorter than ${columns.length} cells, ${where}.`),
      this.#long.tell(
        (count, where) => `${rows(count)} longer than ${columns.length} cells, ${where}; the rest was left out.`
      ),
      this.#wordy.tell((count, where) =>
        count === 1
          ? `A line in the table holds no numbers, ${where}; it was left out.`
          : `${count} lines in the table hold no numbers, ${where}; they were left out.`
      ),
      this.#malformed.tell(
        (count, where) =>
          `${count === 1 ? 'A line holds' : `${count} lines hold`} bytes that are no UTF-8, ${where}; the numbers around them were read.`
      )
    ].flat()
    if (isCut) warnings.unshift(`Reading was stopped in line ${this.#line}; the ${rowCount} rows above were read.`)
    return { rowCount, warnings, strangeCount, gaps, lineOf: (sample) => this.#lines.lineOf(sample) }
  }

  /** Rows up to the last whole one; what is left over waits for the next piece. */
  #scan(piece: Uint8Array, isLast: boolean): void {
    this.#waiting.push(piece)
    this.#waitingBytes += piece.length
    // A row that is long already is tried again when it has doubled: else each piece would go through all of it.
    const isLong = this.#rest.length > longRow
    if (
      !isLast &&
      isLong &&
      this.#waitingBytes < this.#rest.length &&
      this.#rest.length + this.#waitingBytes <= longestRow
    )
      return
    const size = this.#rest.length + this.#waitingBytes
    // One byte more than there is: a line end that stops every loop over a number.
    const bytes = new Uint8Array(size + 1)
    bytes.set(this.#rest)
    let filled = this.#rest.length
    for (const waiting of this.#waiting) {
      bytes.set(waiting, filled)
      filled += waiting.length
    }
    this.#waiting = []
    this.#waitingBytes = 0
    bytes[size] = ascii.lineFeed
    const whole: Piece = { bytes, size, isLast }
    let at = 0
    while (at < size) {
      const next = this.#nextRow(whole, at)
      if (next === -1) break
      at = next
    }
    this.#rest = bytes.slice(at, size)
    if (this.#rest.length > longestRow) {
      const isQuoted = this.#rest.includes(ascii.quote)
      throw new InputError(
        isQuoted
          ? `Line ${this.#line} opens a quote that is not closed within 16 MB. Close it, or export the file again.`
          : `Line ${this.#line} is longer than 16 MB. A table of samples has a row for each moment; export the file again.`
      )
    }
  }

  /** Reads one row; the place behind it, or -1 if it is not whole. */
  #nextRow(piece: Piece, start: number): number {
    const { bytes } = piece
    if (this.#canScan && this.#line >= this.#choices.firstLine) {
      const end = this.#scanner.scan(bytes, start, this.#row)
      if (end !== -1) {
        const next = behindLineEnd(piece, end)
        if (next === -1) return -1
        this.#emit(this.#line)
        this.#line += 1
        return next
      }
    }
    const end = rowEnd(piece, start, this.#delimiter, this.#line)
    const next = end === -1 ? -1 : behindLineEnd(piece, end)
    if (next === -1) return -1
    this.#line += end === start ? 1 : this.#readPatiently(bytes.subarray(start, end))
    return next
  }

  /** The patient way; how many lines the row takes. */
  #readPatiently(bytes: Uint8Array): number {
    const line = this.#line
    const isTable = line >= this.#choices.firstLine
    if (bytes.includes(0)) {
      throw new InputError(`Expected text. Received: binary data in line ${line}. Export the recording again.`)
    }
    const text = textOf(bytes, this.#choices.textEncoding)
    if (!isTable) {
      const written = /^\s*[#%]\s*samples=(float(?:32|64))\s*$/.exec(text)
      if (written) this.#keepsNaN = true
      if (written?.[1] === 'float32') this.#blocks.isFloat32 = true
      return lineCount(bytes)
    }
    if (this.#choices.textEncoding !== 'windows-1252' && text.includes('\ufffd')) this.#malformed.add(line)
    let cells: string[] = []
    eachRow(text, this.#choices.delimiter, (found) => {
      cells = found
      return false
    })
    this.#readCells(cells, line)
    return lineCount(bytes)
  }

  #readCells(cells: readonly string[], line: number): void {
    if (cells.length === 0 || /^\s*[#%]/.test(cells[0])) return
    const columns = this.#columns
    const row = this.#row
    let numberCount = 0
    for (let slot = 0; slot < columns.length; slot += 1) {
      row[slot] = this.#parse(cells[columns[slot].place] ?? '', slot)
      if (!Number.isNaN(row[slot])) numberCount += 1
    }
    if (numberCount === 0) {
      if (cells.every((cell) => cell.trim() === '')) return
      if (!cells.every(isMissing)) {
        this.#wordy.add(line)
        return
      }
    }
    const columnCount = this.#choices.columns.length
    const lastPlace = columns.reduce((last, { place }) => Math.max(last, place), 0)
    if (cells.length <= lastPlace) this.#short.add(line)
    else if (cells.length > columnCount && cells.slice(columnCount).some((cell) => cell.trim() !== '')) {
      this.#long.add(line)
    }
    this.#emit(line, this.#keepsNaN ? (slot) => cells[columns[slot].place]?.trim() === 'NaN' : undefined)
  }

  #parse(cell: string, slot: number): number {
    const { kind } = this.#columns[slot]
    switch (kind) {
      case 'channel':
        return parseCell(cell, this.#choices.decimal)
      case 'number':
        return this.#stamps.number(cell, this.rowCount === 0)
      case 'date-time':
      case 'date':
        return this.#stamps.date(cell)
      case 'clock':
        return this.#stamps.clock(cell)
    }
  }

  /** Append the row; `isValue` tells a NaN that is a value from a gap. */
  #emit(line: number, isValue?: (slot: number) => boolean): void {
    if (this.#choices.missing === 'refuse') this.#refuseGaps(line, isValue)
    this.#lines.add(this.rowCount, line)
    this.#blocks.append(this.#row, isValue)
  }

  #refuseGaps(line: number, isValue?: (slot: number) => boolean): void {
    for (const [slot, { kind, name }] of this.#columns.entries()) {
      if (kind !== 'channel' || !Number.isNaN(this.#row[slot]) || isValue?.(slot)) continue
      throw new InputError(
        `Line ${line}: expected a number in the column "${name}". Received: none. Choose to hold or to interpolate, or mend the file.`
      )
    }
  }
}

function rows(count: number): string {
  return count === 1 ? 'A row is' : `${count} rows are`
}
