/**
 * The bytes of a table to columns of numbers, piece by piece, in one pass.
 *
 * A row of plain numbers is read straight from its bytes; any other row (quotes, empty cells, words, dates, comments,
 * another number of cells) becomes text and is read patiently. Both ways give the same numbers. Knows nothing of files
 * and of what the columns mean but for which of them is the time.
 */
import { blockRows, type ColumnStore } from './column-store'
import { isMissing, parseCell, scanEnd, scanNumber } from './csv-numbers'
import { parseClock, parseDateTime, type Stamp } from './csv-dates'
import { eachRow, longestIndent } from './csv-rows'
import { AsciiBytes, textOf } from './csv-text'
import type { Precision } from './csv-write'
import type { TableChoices } from './import-choices'
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
  /** Cells without a number by column of the store, and the sample of the first. */
  readonly gaps: readonly { readonly count: number; readonly firstSample: number }[]
  lineOf(sample: number): number
}

const longRow = 2 ** 20
/** A longer line is no row of a table. */
const longestRow = 16 * 2 ** 20
const firstBlockRows = 128
/** Lines of trouble that are named one by one. */
const namedLines = 20

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
  readonly #store: ColumnStore
  readonly #ascii: AsciiBytes
  readonly #delimiterCode: number
  readonly #decimalCode: number
  readonly #columnCount: number
  /** For each place of a row the column that it fills, or -1. */
  readonly #slots: Int32Array
  readonly #canScan: boolean
  /** The column of time stamps that are whole numbers of 16 digits or more: kept relative to the first one. */
  readonly #stampSlot: number
  #stampBase: bigint | undefined
  #firstDay: number | undefined
  #lastClock = NaN
  #clockDays = 0

  readonly #row: Float64Array
  /** Grows up to `blockRows`, so that a short table costs little. */
  #block: Float64Array[]
  #blockCount = 0
  /** Samples in the store. */
  #stored = 0
  /** For each column where its open gap begins, or -1. */
  readonly #openGaps: Float64Array
  readonly #gaps: { count: number; firstSample: number }[]
  /** Gaps that end in a later block than they begin, to be filled at the end: column, first sample, number. */
  readonly #longGaps: [number, number, number][] = []

  /** The beginning of a row that was not whole, and pieces behind it. */
  #rest: Uint8Array = new Uint8Array(0)
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #line = 1
  /** NaN is a value where the file itself was written so. */
  #keepsNaN = false
  /** The file itself says that its values are 32-bit floats, in digits that tell those apart. */
  #isFloat32 = false
  readonly #lines = new LineNumbers()
  readonly #short = new Lines()
  readonly #long = new Lines()
  readonly #wordy = new Lines()
  readonly #malformed = new Lines()
  #strange = 0

  constructor(choices: TableChoices, columns: readonly ScannedColumn[], store: ColumnStore) {
    this.#choices = choices
    this.#columns = columns
    this.#store = store
    this.#ascii = new AsciiBytes(choices.textEncoding)
    this.#delimiterCode = choices.delimiter.charCodeAt(0)
    this.#decimalCode = choices.decimal.charCodeAt(0)
    this.#columnCount = choices.columns.length
    this.#slots = new Int32Array(this.#columnCount).fill(-1)
    columns.forEach(({ place }, slot) => (this.#slots[place] = slot))
    this.#stampSlot = columns.findIndex(({ kind }) => kind === 'number')
    this.#canScan = columns.every(({ kind }) => kind === 'channel' || kind === 'number')
    this.#row = new Float64Array(columns.length)
    this.#block = columns.map(() => new Float64Array(firstBlockRows))
    this.#openGaps = new Float64Array(columns.length).fill(-1)
    this.#gaps = columns.map(() => ({ count: 0, firstSample: -1 }))
  }

  get precision(): Precision {
    return this.#isFloat32 ? 'float32' : 'float64'
  }

  /** Rows read so far, those not yet in the store included. */
  get rowCount(): number {
    return this.#stored + this.#blockCount
  }

  /** Throws InputError for what is no table: a line that never ends, a quote that is never closed, binary data. */
  push(piece: Uint8Array): void {
    this.#scan(this.#ascii.next(piece), false)
  }

  /** With `isCut` the row that was not read to its end is left out. */
  finish(isCut = false): ScanReport {
    if (!isCut) this.#scan(new Uint8Array(0), true)
    this.#flush()
    this.#fillLongGaps()
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
    if (isCut) warnings.unshift(`Reading was stopped in line ${this.#line}; the ${this.#stored} rows above were read.`)
    return {
      rowCount: this.#stored,
      warnings,
      strangeCount: this.#strange,
      gaps: this.#gaps,
      lineOf: (sample) => this.#lines.lineOf(sample)
    }
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
    bytes[size] = lineFeed
    let at = 0
    while (at < size) {
      const next = this.#nextRow(bytes, at, size, isLast)
      if (next === -1) break
      at = next
    }
    this.#rest = bytes.slice(at, size)
    if (this.#rest.length > longestRow) {
      const isQuoted = this.#rest.includes(quote)
      throw new InputError(
        isQuoted
          ? `Line ${this.#line} opens a quote that is not closed within 16 MB. Close it, or export the file again.`
          : `Line ${this.#line} is longer than 16 MB. A table of samples has a row for each moment; export the file again.`
      )
    }
  }

  /** Reads one row; the place behind it, or -1 if it is not whole. */
  #nextRow(bytes: Uint8Array, start: number, size: number, isLast: boolean): number {
    if (this.#canScan && this.#line >= this.#choices.firstLine) {
      const end = this.#scanRow(bytes, start)
      if (end !== -1) {
        const next = this.#behindLineEnd(bytes, end, size, isLast)
        if (next === -1) return -1
        this.#emit(this.#line)
        this.#line += 1
        return next
      }
    }
    const end = this.#rowEnd(bytes, start, size, isLast)
    const next = end === -1 ? -1 : this.#behindLineEnd(bytes, end, size, isLast)
    if (next === -1) return -1
    this.#line += end === start ? 1 : this.#readPatiently(bytes.subarray(start, end))
    return next
  }

  /** The plain way: the place of the line end behind a row of numbers, or -1 for any other row. */
  #scanRow(bytes: Uint8Array, start: number): number {
    const delimiter = this.#delimiterCode
    const decimal = this.#decimalCode
    // Where commas separate cells, a decimal comma stands in quotes.
    const plainDecimal = decimal === delimiter ? -1 : decimal
    const slots = this.#slots
    const last = slots.length - 1
    const row = this.#row
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
      } else if (slot === this.#stampSlot && this.#stampBase !== undefined) {
        row[slot] = this.#scanLongStamp(bytes, at)
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
        if (slot === this.#stampSlot && row[slot] > 9007199254740991) return -1
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

  /** A whole number of up to 30 digits, less the base, exactly. */
  #scanLongStamp(bytes: Uint8Array, start: number): number {
    let at = start
    while (bytes[at] === blank) at += 1
    const first = at
    while (bytes[at] >= 48 && bytes[at] <= 57) at += 1
    const end = at
    while (bytes[at] === blank) at += 1
    stampEnd = end > first && end - first <= 30 ? at : -1
    if (stampEnd === -1) return NaN
    const base = this.#stampBase!
    let high = 0
    let low = 0
    for (let n = first; n < end - 9; n += 1) high = high * 10 + bytes[n] - 48
    for (let n = Math.max(first, end - 9); n < end; n += 1) low = low * 10 + bytes[n] - 48
    return (high - Number(base / billion)) * 1e9 + (low - Number(base % billion))
  }

  /** The place of the line end of a row that may hold quotes; -1 if it does not end here. */
  #rowEnd(bytes: Uint8Array, start: number, size: number, isLast: boolean): number {
    let isQuoted = false
    for (let at = start; at <= size; at += 1) {
      const code = bytes[at]
      if (code === quote) isQuoted = true
      if (code !== lineFeed && code !== carriageReturn) continue
      if (isQuoted) return this.#quotedRowEnd(bytes, start, size, isLast)
      return at < size || isLast ? at : -1
    }
    return -1
  }

  #quotedRowEnd(bytes: Uint8Array, start: number, size: number, isLast: boolean): number {
    const delimiter = this.#delimiterCode
    for (let at = start; ;) {
      let open = at
      while (bytes[open] === blank && open - at < longestIndent - 1) open += 1
      if (bytes[open] === quote) {
        at = open + 1
        for (;;) {
          while (at < size && bytes[at] !== quote) at += 1
          if (at >= size) {
            if (!isLast) return -1
            const line = this.#line + lineCount(bytes.subarray(start, open)) - 1
            throw new InputError(`Line ${line} opens a quote that is never closed. Close it, or export the file again.`)
          }
          if (bytes[at + 1] === quote && at + 1 < size) {
            at += 2
            continue
          }
          let behind = at + 1
          while (bytes[behind] === blank && delimiter !== blank) behind += 1
          if (behind >= size) {
            if (!isLast) return -1
            return size
          }
          const code = bytes[behind]
          at += 1
          if (code === delimiter || code === lineFeed || code === carriageReturn) break
        }
      }
      let code = bytes[at]
      while (code !== delimiter && code !== lineFeed && code !== carriageReturn) code = bytes[++at]
      if (code !== delimiter) return at < size || isLast ? at : -1
      at += 1
      if (at >= size) return isLast ? size : -1
    }
  }

  #behindLineEnd(bytes: Uint8Array, end: number, size: number, isLast: boolean): number {
    if (end >= size) return isLast ? size : -1
    if (bytes[end] !== carriageReturn) return end + 1
    if (end + 1 >= size) return isLast ? size : -1
    return bytes[end + 1] === lineFeed ? end + 2 : end + 1
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
      if (written?.[1] === 'float32') this.#isFloat32 = true
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
    const lastPlace = columns.reduce((last, { place }) => Math.max(last, place), 0)
    if (cells.length <= lastPlace) this.#short.add(line)
    else if (cells.length > this.#columnCount && cells.slice(this.#columnCount).some((cell) => cell.trim() !== '')) {
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
        return this.#parseStamp(cell)
      case 'date-time':
      case 'date':
        return this.#sinceFirstDay(parseDateTime(cell, this.#choices.dateOrder))
      case 'clock':
        return this.#clock(parseClock(cell) ?? NaN)
    }
  }

  #parseStamp(cell: string): number {
    const text = cell.trim()
    const isLong = /^\d{16,30}$/.test(text)
    if (this.#stampBase === undefined && this.rowCount === 0 && isLong) this.#stampBase = BigInt(text)
    if (this.#stampBase === undefined) return parseCell(cell, this.#choices.decimal)
    return /^\d{1,30}$/.test(text) ? Number(BigInt(text) - this.#stampBase) : NaN
  }

  #sinceFirstDay(stamp: Stamp | undefined): number {
    if (!stamp) return NaN
    this.#firstDay ??= stamp.days
    return (stamp.days - this.#firstDay) * 86_400 + stamp.seconds
  }

  /** A clock without a date passes midnight where it falls by more than half a day. */
  #clock(seconds: number): number {
    if (this.#columns.some(({ kind }) => kind === 'date')) return seconds
    if (seconds < this.#lastClock - 43_200) this.#clockDays += 1
    if (!Number.isNaN(seconds)) this.#lastClock = seconds
    return seconds + this.#clockDays * 86_400
  }

  /** Append the row; `isValue` tells a NaN that is a value from a gap. */
  #emit(line: number, isValue?: (slot: number) => boolean): void {
    const columns = this.#columns
    const row = this.#row
    const n = this.#blockCount
    if (n === this.#block[0].length) this.#growBlock()
    for (let slot = 0; slot < columns.length; slot += 1) {
      const value = row[slot]
      this.#block[slot][n] = value
      if (value === value) {
        if (this.#openGaps[slot] !== -1) this.#closeGap(slot, value)
      } else this.#emitNaN(slot, line, isValue)
    }
    this.#lines.add(this.#stored + n, line)
    this.#blockCount += 1
    if (this.#blockCount === blockRows) this.#flush()
  }

  #growBlock(): void {
    this.#block = this.#block.map((values) => {
      const larger = new Float64Array(Math.min(blockRows, 8 * values.length))
      larger.set(values)
      return larger
    })
  }

  #emitNaN(slot: number, line: number, isValue?: (slot: number) => boolean): void {
    const sample = this.rowCount
    if (isValue?.(slot)) {
      this.#strange += 1
      if (this.#openGaps[slot] !== -1) this.#closeGap(slot, NaN)
      return
    }
    const gaps = this.#gaps[slot]
    gaps.count += 1
    if (gaps.firstSample === -1) gaps.firstSample = sample
    const { kind, name } = this.#columns[slot]
    if (kind !== 'channel') return
    const { missing } = this.#choices
    if (missing === 'refuse') {
      throw new InputError(
        `Line ${line}: expected a number in the column "${name}". Received: none. Choose to hold or to interpolate, or mend the file.`
      )
    }
    const n = this.#blockCount
    const isHeld = missing === 'hold' && this.#openGaps[slot] === -1 && sample > 0
    if (isHeld) this.#block[slot][n] = n > 0 ? this.#block[slot][n - 1] : this.#store.read(slot, sample - 1, 1)[0]
    else if (this.#openGaps[slot] === -1) this.#openGaps[slot] = sample
  }

  #closeGap(slot: number, after: number): void {
    const first = this.#openGaps[slot]
    this.#openGaps[slot] = -1
    const start = first - this.#stored
    const count = this.rowCount - first
    // The value before it must be at hand as well.
    if (start < 0) {
      this.#longGaps.push([slot, first, count])
      return
    }
    const block = this.#block[slot]
    const before = start > 0 ? block[start - 1] : first > 0 ? this.#store.read(slot, first - 1, 1)[0] : after
    fillGap(block.subarray(start, start + count), before, Number.isNaN(after) ? before : after, { done: 0, count })
  }

  #flush(): void {
    const count = this.#blockCount
    if (count === 0) return
    this.#columns.forEach(({ kind }, slot) => {
      if (kind !== 'channel') return
      const values = this.#block[slot]
      if (this.#isFloat32) for (let n = 0; n < count; n += 1) values[n] = Math.fround(values[n])
      for (let n = 0; n < count; n += 1) {
        // Both are false for NaN. The middle between the largest float and the next one would be rounded up.
        if (values[n] >= tooLarge || values[n] <= -tooLarge) this.#strange += 1
      }
    })
    this.#store.append(this.#block, count)
    this.#stored += count
    this.#blockCount = 0
  }

  /** Gaps across blocks, and those that last to the end: there the last value is held. */
  #fillLongGaps(): void {
    for (let slot = 0; slot < this.#columns.length; slot += 1) {
      const first = this.#openGaps[slot]
      if (first !== -1) this.#longGaps.push([slot, first, this.#stored - first])
    }
    for (const [slot, first, count] of this.#longGaps) {
      const before = first > 0 ? this.#store.read(slot, first - 1, 1)[0] : NaN
      const next = first + count < this.#stored ? this.#store.read(slot, first + count, 1)[0] : NaN
      const from = Number.isNaN(before) && first === 0 ? next : before
      const to = first + count < this.#stored ? next : before
      for (let done = 0; done < count; done += blockRows) {
        const values = new Float64Array(Math.min(blockRows, count - done))
        fillGap(values, from, to, { done, count })
        this.#store.write(slot, first + done, values)
      }
    }
  }
}

const lineFeed = 10
const carriageReturn = 13
const blank = 32
const quote = 34
const hash = 35
const percent = 37
const billion = 1_000_000_000n
/** From here on a 32-bit float is infinite. */
const tooLarge = 3.4028235677973366e38

/** Where the long stamp that was read ends; -1 if there was none. */
let stampEnd = -1

/** A straight line between two neighbours, or the one of them that is there; `done` of `count` values come before. */
function fillGap(
  values: Float64Array,
  before: number,
  after: number,
  { done, count }: { done: number; count: number }
): void {
  for (let n = 0; n < values.length; n += 1) {
    values[n] = before === after ? before : before + ((after - before) * (done + n + 1)) / (count + 1)
  }
}

function rows(count: number): string {
  return count === 1 ? 'A row is' : `${count} rows are`
}

function lineCount(bytes: Uint8Array): number {
  let count = 1
  for (let n = 0; n < bytes.length; n += 1) {
    if (bytes[n] === lineFeed) count += 1
    else if (bytes[n] === carriageReturn && bytes[n + 1] !== lineFeed) count += 1
  }
  return count
}

/** Which line a sample came from, kept only where a line was left out. */
class LineNumbers {
  readonly #samples: number[] = []
  readonly #lines: number[] = []

  add(sample: number, line: number): void {
    const last = this.#samples.length - 1
    if (last >= 0 && line - sample === this.#lines[last] - this.#samples[last]) return
    this.#samples.push(sample)
    this.#lines.push(line)
  }

  lineOf(sample: number): number {
    let low = 0
    let high = this.#samples.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.#samples[middle] <= sample) low = middle
      else high = middle
    }
    return this.#lines[low] + sample - this.#samples[low]
  }
}

/** Lines with one kind of trouble: how many, and the first of them. */
class Lines {
  #count = 0
  readonly #first: number[] = []

  add(line: number): void {
    this.#count += 1
    if (this.#first.length < namedLines) this.#first.push(line)
  }

  tell(sentence: (count: number, where: string) => string): string[] {
    if (this.#count === 0) return []
    const [first, ...others] = this.#first
    const more = this.#count > this.#first.length ? ', …' : ''
    const where = others.length === 0 ? `in line ${first}` : `in lines ${this.#first.join(', ')}${more}`
    return [sentence(this.#count, where)]
  }
}
