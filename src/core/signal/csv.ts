/**
 * CSV to a signal and back: one channel a column of numbers, a column of time stamps for the sample rate.
 *
 * Knows nothing of files and names. Whatever was assumed or repaired is told in one sentence each; samples are never
 * sorted, dropped or set to zero.
 */
import { detectLayout, isComment, type CsvLayout } from './csv-layout'
import { float32ToText, isMissing, parseCell } from './csv-numbers'
import { eachRow, unifyLineEnds } from './csv-rows'
import { decodeText } from './csv-text'
import { epochUnit, isEvenlyIncreasing, readTimeAxis, timeUnitOf } from './csv-time'
import { kindOf } from './file-kind'
import { InputError, sampleCountOf, type DecodedSignal, type Signal } from './signal'
import type { Hertz } from '../units'

/** Throws InputError with one sentence for what holds no table of numbers. */
export function decodeCsv(bytes: Uint8Array): DecodedSignal {
  const kind = kindOf(bytes)
  if (kind) throw new InputError(`Expected a CSV or WAV file. Received: ${kind}. Export it as CSV or WAV first.`)
  const decoded = decodeText(bytes)
  const text = unifyLineEnds(decoded.text)
  const layout = detectLayout(text)
  const table = readTable(text, layout)
  const { sampleRate, notSamples, warnings } = findSampleRate(table, layout)

  const channels = table.columns.filter(({ place }) => !notSamples.includes(place))
  const repairs = repairGaps(channels, layout, table)
  const delimiter = layout.columnCount === 1 ? 'one column' : delimiterNames[layout.delimiter]
  const encoding = [delimiter, layout.decimal === ',' ? 'decimal comma' : '', decoded.encoding]
  return {
    signal: {
      sampleRate,
      channels: channels.map(({ values }) => values.float32()),
      channelNames: channels.map(({ place }) => layout.names[place])
    },
    format: 'csv',
    encoding: encoding.filter((word) => word !== '').join(', '),
    warnings: [...layout.warnings, ...table.warnings, ...warnings, ...repairs]
  }
}

/**
 * A time column, one column a channel, and every 32-bit float in digits that give the same bits again.
 * Throws InputError if the text would be longer than a string can be.
 */
export function encodeCsv(signal: Signal): string {
  const { sampleRate, channels, channelNames } = signal
  const head = `# sample_rate=${sampleRate}\n# samples=float32\n`
  const names = channels.map((_, channel) => quoted(channelNames[channel] ?? `channel ${channel + 1}`))
  const blocks = [`${head}${['time (s)', ...names].join(',')}\n`]
  let length = blocks[0].length
  const sampleCount = sampleCountOf(signal)
  for (let start = 0; start < sampleCount; start += blockLength) {
    const lines: string[] = []
    for (let n = start; n < Math.min(sampleCount, start + blockLength); n += 1) {
      let line = String(n / sampleRate)
      for (const samples of channels) line += `,${float32ToText(samples[n])}`
      lines.push(line)
    }
    const block = `${lines.join('\n')}\n`
    length += block.length
    if (length > maxTextLength) {
      throw new InputError('Expected a signal of less than 500 MB as CSV. Received a longer one. Write WAV, or a part.')
    }
    blocks.push(block)
  }
  return blocks.join('')
}

const blockLength = 8192
const maxTextLength = 500e6
const maxColumnCount = 256
const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar', ' ': 'blanks' } as const

/** Numbers as they come, in memory that doubles. */
class Growing {
  #values = new Float64Array(1024)
  #count = 0

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(2 * this.#count)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#count] = value
    this.#count += 1
  }

  /** The values so far; writing to them is writing to this. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#count)
  }

  float32(): Float32Array {
    return Float32Array.from(this.values)
  }
}

interface Column {
  /** Place in the row. */
  readonly place: number
  /** NaN where there was no number. */
  readonly values: Growing
  /** Samples whose cell is to be filled from its neighbours. */
  readonly gaps: number[]
}

interface Table {
  readonly columns: readonly Column[]
  /** The line that a sample came from, from 1. */
  readonly lineOf: (sample: number) => number
  readonly warnings: readonly string[]
}

function readTable(text: string, layout: CsvLayout): Table {
  const { delimiter, decimal, columnCount, firstLine, numericColumns } = layout
  if (numericColumns.length > maxColumnCount) {
    throw new InputError(
      `Expected at most ${maxColumnCount} columns of numbers. Received: ${numericColumns.length}. Export fewer.`
    )
  }
  const columns = numericColumns.map((place): Column => ({ place, values: new Growing(), gaps: [] }))
  const keepsNaN = layout.remarks.some((remark) => /^\s*#\s*samples=float32\s*$/.test(remark))
  const lines = new LineNumbers()
  const short = new Counter()
  const long = new Counter()
  const wordy = new Counter()
  const parsed = new Float64Array(columns.length)
  const lastPlace = numericColumns[numericColumns.length - 1]
  let sample = 0
  eachRow(text, delimiter, (cells, line) => {
    if (line < firstLine || isComment(cells)) return
    let numberCount = 0
    for (let n = 0; n < columns.length; n += 1) {
      parsed[n] = parseCell(cells[columns[n].place] ?? '', decimal)
      if (!Number.isNaN(parsed[n])) numberCount += 1
    }
    if (numberCount === 0) {
      if (cells.every((cell) => cell.trim() === '')) return
      if (!cells.every(isMissing)) {
        wordy.add(line)
        return
      }
    }
    if (cells.length <= lastPlace) short.add(line)
    else if (cells.length > columnCount && cells.slice(columnCount).some((cell) => cell.trim() !== '')) long.add(line)
    for (let n = 0; n < columns.length; n += 1) {
      const { place, values, gaps } = columns[n]
      if (Number.isNaN(parsed[n]) && !(keepsNaN && cells[place]?.trim() === 'NaN')) gaps.push(sample)
      values.push(parsed[n])
    }
    lines.add(sample, line)
    sample += 1
  })
  const warnings = [
    short.tell((count, line) => `${count} rows are shorter than ${columnCount} cells, first in line ${line}.`),
    long.tell(
      (count, line) =>
        `${count} rows are longer than ${columnCount} cells, first in line ${line}; the rest of them was left out.`
    ),
    wordy.tell((count, line) => `${count} lines in the table hold no numbers, first line ${line}; they were left out.`)
  ].flat()
  return { columns, lineOf: (at) => lines.lineOf(at), warnings }
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
    let found = 0
    while (found + 1 < this.#samples.length && this.#samples[found + 1] <= sample) found += 1
    return this.#lines[found] + sample - this.#samples[found]
  }
}

class Counter {
  #count = 0
  #first = 0

  add(line: number): void {
    if (this.#count === 0) this.#first = line
    this.#count += 1
  }

  tell(sentence: (count: number, line: number) => string): string[] {
    return this.#count === 0 ? [] : [sentence(this.#count, this.#first)]
  }
}

/** From a remark, from a column that is called a time, or from a first column that counts like one. */
function findSampleRate(
  table: Table,
  layout: CsvLayout
): { sampleRate: Hertz; notSamples: readonly number[]; warnings: readonly string[] } {
  const { names, units } = layout
  const { columns } = table
  const [first] = columns
  const told = rateFromRemarks(layout.remarks)
  const named =
    columns.length > 1 ? columns.find(({ place }) => timeUnitOf(names[place], units[place]) !== undefined) : undefined
  const increases = columns.length > 1 && first !== named && isEvenlyIncreasing(first.values.values)
  const isIndex = increases && columns.length > (named ? 2 : 1) && isIndexName(names[first.place], named !== undefined)
  const time = named ?? (increases && !isIndex ? first : undefined)

  const notSamples = columns
    .filter((column) => column === time || (column === first && isIndex))
    .map(({ place }) => place)
  const warnings = isIndex ? [`The column "${names[first.place]}" counts the rows and was left out.`] : []
  if (!time) {
    if (told === undefined) warnings.push('There is no time column; a sample rate of 1 Hz was assumed.')
    return { sampleRate: told ?? 1, notSamples, warnings }
  }
  const stamps = time.values.values
  let unit = timeUnitOf(names[time.place], units[time.place])
  if (unit === undefined) {
    unit = 1
    warnings.push(`The column "${names[time.place]}" increases evenly and was taken as the time in seconds.`)
  }
  if (unit === 1 && epochUnit(stamps[0]) !== 1) {
    unit = epochUnit(stamps[0])
    warnings.push(`The time stamps were taken as ${epochNames.get(unit)} since 1970.`)
  }
  const axis = readTimeAxis(stamps, unit, table.lineOf)
  if (told === undefined) return { sampleRate: axis.sampleRate, notSamples, warnings: [...warnings, ...axis.warnings] }
  if (Math.abs(axis.sampleRate - told) > 0.01 * told && stamps.length > 2) {
    warnings.push(`The file says ${told} Hz and its time column ${axis.sampleRate} Hz; ${told} Hz was used.`)
  }
  return { sampleRate: told, notSamples, warnings }
}

/** A column without a name may tell the time as well, unless another one does. */
function isIndexName(name: string, isTimeElsewhere: boolean): boolean {
  return /^(index|samples?|sequence|point|row|no\.?|nr\.?|n|#)$/i.test(name) || (isTimeElsewhere && name === 'column 1')
}

const epochNames = new Map([
  [1e-3, 'milliseconds'],
  [1e-6, 'microseconds'],
  [1e-9, 'nanoseconds']
])

/** "# sample_rate=1000", "Sampling frequency: 48 kHz". */
function rateFromRemarks(remarks: readonly string[]): Hertz | undefined {
  for (const remark of remarks) {
    const match =
      /\b(?:sampl(?:e|ing)[\s_-]?(?:rate|frequency)|fs)\b[^=:;,\t]*[=:;,\t]\s*([\d.]+(?:e[+-]?\d+)?)\s*(k|M)?/i.exec(
        remark.slice(0, 256)
      )
    const rate = match ? Number(match[1]) * (match[2] === 'k' ? 1e3 : match[2] === 'M' ? 1e6 : 1) : 0
    if (rate > 0 && Number.isFinite(rate)) return rate
  }
  return undefined
}

/** Fill the gaps in a straight line from neighbour to neighbour; at the ends the nearest value is held. */
function repairGaps(columns: readonly Column[], layout: CsvLayout, table: Table): string[] {
  const warnings: string[] = []
  let strange = 0
  for (const { place, values, gaps } of columns) {
    const samples = values.values
    if (gaps.length > 0) {
      warnings.push(
        `${gaps.length} cells of "${layout.names[place]}" are empty or not numbers, first in line ${table.lineOf(gaps[0])}; they were filled in a straight line from their neighbours.`
      )
      fillGaps(samples, gaps)
    }
    for (let n = 0; n < samples.length; n += 1) if (!Number.isFinite(Math.fround(samples[n]))) strange += 1
  }
  if (strange > 0) warnings.push(`${strange} values are not finite as 32-bit floats; they were kept.`)
  return warnings
}

function fillGaps(samples: Float64Array, gaps: readonly number[]): void {
  for (let n = 0; n < gaps.length;) {
    const first = gaps[n]
    let last = first
    while (gaps[n + 1] === last + 1) {
      n += 1
      last += 1
    }
    n += 1
    const before = first > 0 ? samples[first - 1] : samples[last + 1]
    const after = last + 1 < samples.length ? samples[last + 1] : before
    for (let at = first; at <= last; at += 1) {
      samples[at] = before + ((after - before) * (at - first + 1)) / (last - first + 2)
    }
  }
}

function quoted(name: string): string {
  return /[",\n\r#%]/.test(name) ? `"${name.replace(/"/g, '""')}"` : name
}
