/**
 * A table read with given choices: rows to columns, the time to a sample rate, uneven time as chosen.
 *
 * Knows nothing of files; takes the bytes piece by piece and keeps the columns in a store that it is given. What takes
 * long after the last byte is a generator, so that whoever runs it can do something else in between.
 */
import type { Hertz, Samples, Seconds } from '../units'
import { blockRows, type ColumnStore } from './column-store'
import { encodingNames } from './csv-text'
import { scannedColumns, TableScanner, type ScannedColumn, type ScanReport } from './csv-scan'
import { readTimeAxis, secondsOf, type TimeAxis } from './csv-time'
import type { Precision } from './csv-write'
import type { Delimiter, TableChoices, TimeFault, TimeSteps } from './import-choices'
import { InputError } from './signal'

export interface TableReading {
  readonly sampleRate: Hertz
  readonly channelNames: readonly string[]
  /** For people: "semicolon, decimal comma". */
  readonly encoding: string
  readonly store: ColumnStore
  /** The column of the store that each channel is. */
  readonly columns: readonly number[]
  /** The rows of the store that belong to the part that was chosen. */
  readonly start: Samples
  readonly sampleCount: Samples
  readonly partCount: number
  readonly timeSteps: TimeSteps | null
  readonly warnings: readonly string[]
}

export const maxChannelCount = 256

export class TableReader {
  readonly #choices: TableChoices
  readonly #columns: readonly ScannedColumn[]
  readonly #createStore: (columnCount: number) => ColumnStore
  readonly #store: ColumnStore
  readonly #scanner: TableScanner

  /** Throws InputError for choices that give no signal. */
  constructor(choices: TableChoices, createStore: (columnCount: number) => ColumnStore) {
    this.#choices = choices
    this.#columns = scannedColumns(choices)
    checkColumns(choices)
    this.#createStore = createStore
    this.#store = createStore(this.#columns.length)
    this.#scanner = new TableScanner(choices, this.#columns, this.#store)
  }

  /** The columns while they grow, and which of them are channels. */
  get store(): ColumnStore {
    return this.#store
  }

  get channelColumns(): readonly number[] {
    return this.#columns.flatMap(({ kind }, slot) => (kind === 'channel' ? [slot] : []))
  }

  get channelNames(): readonly string[] {
    return this.channelColumns.map((slot) => this.#columns[slot].name)
  }

  /** How many bits of a value count. */
  get precision(): Precision {
    return this.#scanner.precision
  }

  push(piece: Uint8Array): void {
    this.#scanner.push(piece)
  }

  /** The sample rate as far as the rows so far tell it. */
  get sampleRateSoFar(): Hertz {
    const rows = { rowCount: this.#store.rowCount, lineOf: () => 0 }
    const reading = this.#readTime(rows)
    for (let step = reading.next(); ; step = reading.next()) {
      if (!step.done) continue
      return this.#choices.sampleRate ?? step.value?.axis.sampleRate ?? 1
    }
  }

  /** After the last byte, or, with `isCut`, where reading was stopped. Throws InputError if there is no row, or for what the choices refuse. */
  *finish(isCut = false): Generator<void, TableReading> {
    const report = this.#scanner.finish(isCut)
    if (report.rowCount === 0) {
      throw new InputError(
        `Expected rows of numbers from line ${this.#choices.firstLine} on. Received: none. Choose another first line, delimiter or decimal sign.`
      )
    }
    const time = yield* this.#readTime(report)
    const shaped = yield* this.#shape(time, report)
    const { choices, channelNames, channelColumns } = { choices: this.#choices, ...this.#channels() }
    return {
      ...shaped,
      channelNames,
      encoding: describeTable(choices),
      columns: channelColumns,
      timeSteps: time?.axis.steps ?? null,
      warnings: [...report.warnings, ...shaped.warnings, ...this.#gapWarnings(report), ...strangeWarning(report)]
    }
  }

  #channels() {
    return { channelNames: this.channelNames, channelColumns: this.channelColumns }
  }

  /** The stamps of the chosen time: one column, or a date and a clock together. */
  *#readTime(report: Pick<ScanReport, 'rowCount' | 'lineOf'>): Generator<void, Time | undefined> {
    const stampColumns = this.#columns.flatMap(({ kind }, slot) => (kind === 'channel' ? [] : [slot]))
    if (stampColumns.length === 0) return undefined
    const read = (start: Samples, count: Samples): Float64Array => {
      const [first, second] = stampColumns.map((slot) => this.#store.read(slot, start, count))
      return second ? first.map((days, n) => days + second[n]) : first
    }
    const isNumber = this.#columns[stampColumns[0]].kind === 'number'
    const unit = isNumber ? secondsOf(this.#choices.timeUnit, this.#choices.sampleRate) : 1
    const axis = yield* readTimeAxis(read, report.rowCount, unit, report.lineOf)
    return { axis, read, unit, isMeasured: !(isNumber && this.#choices.timeUnit === 'samples') }
  }

  /** The samples as they are, at even steps, or one part of them; and at which rate. */
  *#shape(time: Time | undefined, report: ScanReport): Generator<void, Shaped> {
    const { sampleRate: given, uneven, part } = this.#choices
    const whole = { store: this.#store, start: 0, sampleCount: report.rowCount, partCount: 1 }
    if (!time) {
      const warnings = given === null ? ['There is no time column; a sample rate of 1 Hz was assumed.'] : []
      return { ...whole, sampleRate: given ?? 1, warnings }
    }
    const { axis, isMeasured } = time
    const faults = axis.steps.faults.filter(({ kind }) => kind !== 'missing')
    if (axis.step === 0) {
      if (uneven === 'refuse') throw new InputError('The time column does not increase. Choose another time column.')
      // One stamp says nothing, and nothing against the rate that is given.
      const isSilent = given !== null && report.rowCount === 1
      const warnings = isSilent
        ? []
        : [`The time column does not increase; a sample rate of ${given ?? 1} Hz was assumed.`]
      return { ...whole, sampleRate: given ?? 1, warnings }
    }
    const sampleRate = isMeasured ? (given ?? axis.sampleRate) : (given ?? 1)
    const warnings: string[] = []
    if (isMeasured && given !== null && Math.abs(axis.sampleRate - given) > 0.01 * given && report.rowCount > 2) {
      warnings.push(
        `The sample rate is given as ${given} Hz, and the time column says ${axis.sampleRate} Hz; ${given} Hz was used.`
      )
    }
    if (!isMeasured && given === null) warnings.push('The time counts samples; a sample rate of 1 Hz was assumed.')
    if (faults.length === 0) return { ...whole, sampleRate, warnings }
    switch (uneven) {
      case 'as-is':
        return { ...whole, sampleRate, warnings: [...warnings, ...faultWarnings(axis.steps)] }
      case 'refuse':
        throw new InputError(
          `Expected evenly spaced time stamps. Received: ${faultSentences(axis.steps)}. Resample, split at the gaps, or take the samples as they are.`
        )
      case 'split':
        return { ...this.#part(axis, part, report), sampleRate, warnings: [...warnings, ...this.#partWarnings(axis)] }
      case 'resample': {
        const resampled = yield* this.#resample(time, report)
        return { ...resampled, sampleRate, warnings: [...warnings, ...resampled.warnings] }
      }
    }
  }

  #part({ breaks }: TimeAxis, part: number, report: ScanReport): Omit<Shaped, 'sampleRate' | 'warnings'> {
    const partCount = breaks.length + 1
    if (part >= partCount) {
      throw new InputError(`Expected a part from 1 to ${partCount}. Received: ${part + 1}.`)
    }
    const start = part === 0 ? 0 : breaks[part - 1]
    const end = part === breaks.length ? report.rowCount : breaks[part]
    return { store: this.#store, start, sampleCount: end - start, partCount }
  }

  #partWarnings({ breaks, steps }: TimeAxis): string[] {
    const jitter = steps.faults.filter(({ kind }) => kind === 'jitter' || kind === 'duplicate')
    const parts = `This is part ${this.#choices.part + 1} of ${breaks.length + 1}; the record was split at ${breaks.length} gaps and steps backward.`
    return [parts, ...faultWarnings({ ...steps, faults: jitter })]
  }

  /** A straight line from sample to sample, read at even steps; stamps that do not increase are passed over. */
  *#resample({ axis, read }: Time, report: ScanReport): Generator<void, Omit<Shaped, 'sampleRate'>> {
    const { step } = axis
    const count = report.rowCount
    const firstStamp = read(0, 1)[0]
    const spans = (read(count - 1, 1)[0] - firstStamp) / step
    const resampledCount = Math.floor(spans + 1e-6) + 1
    if (!(resampledCount >= 1 && resampledCount <= 16 * count + 1024)) {
      throw new InputError(
        `Resampling would make ${Math.max(0, resampledCount)} samples of ${count}: the gaps are too long, or the time runs backward. Split at the gaps instead.`
      )
    }
    const channels = this.channelColumns
    const store = this.#createStore(this.#columns.length)
    const blocks = this.#columns.map(() => new Float64Array(blockRows))
    let filled = 0
    let made = 0
    let passedOver = 0
    let beforeStamp = NaN
    const before = new Float64Array(channels.length)
    const put = (share: number, values: readonly Float64Array[], n: number) => {
      channels.forEach((slot, channel) => {
        const value = values[channel][n]
        blocks[slot][filled] = share === 1 ? value : before[channel] + share * (value - before[channel])
      })
      filled += 1
      made += 1
      if (filled < blockRows) return
      store.append(blocks, filled)
      filled = 0
    }
    for (let start = 0; start < count; start += blockRows) {
      const stamps = read(start, blockRows)
      const values = channels.map((slot) => this.#store.read(slot, start, blockRows))
      for (let n = 0; n < stamps.length; n += 1) {
        const stamp = stamps[n]
        if (!(beforeStamp !== beforeStamp ? Number.isFinite(stamp) : stamp > beforeStamp)) {
          passedOver += 1
          continue
        }
        // A stamp that is even but for rounding keeps its value to the bit.
        for (; made < resampledCount;) {
          const at = firstStamp + made * step
          if (at > stamp + 1e-6 * step) break
          put(at >= stamp - 1e-6 * step ? 1 : (at - beforeStamp) / (stamp - beforeStamp), values, n)
        }
        beforeStamp = stamp
        values.forEach((samples, channel) => (before[channel] = samples[n]))
      }
      yield
    }
    if (filled > 0) store.append(blocks, filled)
    this.#store.close()
    const dropped = passedOver > 0 ? `; ${passedOver} samples whose time does not increase were left out` : ''
    const warnings = [
      `The time is uneven (${faultSentences(axis.steps)}); ${count} samples became ${made} at even steps${dropped}.`
    ]
    return { store, start: 0, sampleCount: made, partCount: 1, warnings }
  }

  #gapWarnings(report: ScanReport): string[] {
    const how =
      this.#choices.missing === 'hold'
        ? 'the value before was held'
        : 'they were filled in a straight line from their neighbours'
    return this.#columns.flatMap(({ kind, name }, slot) => {
      const { count, firstSample } = report.gaps[slot]
      if (count === 0) return []
      const line = report.lineOf(firstSample)
      const cells = `${count} cells of "${name}" are empty or not numbers, first in line ${line}`
      return kind === 'channel'
        ? [`${cells}; ${how}.`]
        : [`${count} time stamps are missing, first in line ${line}; they were passed over.`]
    })
  }
}

/** "semicolon, decimal comma", for people. */
export function describeTable({ delimiter, decimal, columns, textEncoding }: TableChoices): string {
  const words = [
    columns.length === 1 ? 'one column' : delimiterNames[delimiter],
    decimal === ',' ? 'decimal comma' : '',
    encodingNames[textEncoding]
  ]
  return words.filter((word) => word !== '').join(', ')
}

export const delimiterNames: Readonly<Record<Delimiter, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
  ' ': 'blanks'
}

interface Time {
  readonly axis: TimeAxis
  read(start: Samples, count: Samples): Float64Array
  readonly unit: Seconds
  /** False if the stamps only count samples. */
  readonly isMeasured: boolean
}

interface Shaped {
  readonly sampleRate: Hertz
  readonly store: ColumnStore
  readonly start: Samples
  readonly sampleCount: Samples
  readonly partCount: number
  readonly warnings: readonly string[]
}

function checkColumns({ columns }: TableChoices): void {
  const count = (role: string) => columns.filter((column) => column.role === role).length
  const channels = count('channel')
  if (channels === 0) throw new InputError('Expected a column of samples. Received: none. Make one column a channel.')
  if (channels > maxChannelCount) {
    throw new InputError(
      `Expected at most ${maxChannelCount} columns of numbers. Received: ${channels}. Choose fewer, or export fewer.`
    )
  }
  const isOneTime = count('time') + Math.max(count('date'), count('clock')) <= 1 && count('date') <= 1
  if (!isOneTime) {
    throw new InputError('Expected one time column, or one date and one clock column. Received: more. Choose one.')
  }
}

function strangeWarning({ strangeCount }: ScanReport): string[] {
  return strangeCount === 0 ? [] : [`${strangeCount} values are not finite as 32-bit floats; they were kept.`]
}

/** What was assumed when the samples were taken as they are. */
function faultWarnings(steps: TimeSteps): string[] {
  const warnings: string[] = []
  const isBackward = ({ kind }: TimeFault) => kind === 'backward' || kind === 'duplicate'
  const backward = steps.faults.filter(isBackward)
  const uneven = steps.faults.filter((fault) => !isBackward(fault) && fault.kind !== 'missing')
  if (backward.length > 0) {
    const { count, firstLine } = sumOf(backward)
    warnings.push(
      `The time does not increase at ${count} places, first in line ${firstLine}; the samples were kept in the order of the file.`
    )
  }
  if (uneven.length > 0) {
    const { count, firstLine } = sumOf(uneven)
    warnings.push(
      `${count} time steps differ by more than 1 % from ${Number(steps.medianSeconds.toPrecision(6))} s, first in line ${firstLine}; evenly spaced samples were assumed.`
    )
  }
  return warnings
}

function sumOf(faults: readonly TimeFault[]): { count: number; firstLine: number } {
  return {
    count: faults.reduce((sum, { count }) => sum + count, 0),
    firstLine: Math.min(...faults.map(({ firstLine }) => firstLine))
  }
}

function faultSentences(steps: TimeSteps): string {
  const words: Readonly<Record<TimeFault['kind'], string>> = {
    backward: 'steps backward',
    duplicate: 'equal stamps',
    gap: 'gaps',
    jitter: 'uneven steps',
    missing: 'missing stamps'
  }
  return steps.faults
    .map(({ kind, count, firstLine }) => `${words[kind]}: ${count}, first in line ${firstLine}`)
    .join('; ')
}
