/**
 * From the beginning of a table to the choices it should be read with, what speaks for each, and what is left to ask.
 * Knows nothing of files.
 */
import type { Hertz } from '../units'
import { dateOrderOf, stampKindOf, type StampKind } from './csv-dates'
import { detectLayout, type CsvLayout } from './csv-layout'
import { isMissing, parseCell } from './csv-numbers'
import { maxChannelCount } from './csv-read'
import { AsciiBytes, detectEncoding, encodingNames, textOf } from './csv-text'
import { epochUnit, isEvenlyIncreasing, timeUnitOf } from './csv-time'
import type {
  ColumnRole,
  DateOrder,
  Evidence,
  ImportProposal,
  TableChoices,
  TextEncoding,
  TimeUnit
} from './import-choices'
import { unifyLineEnds } from './csv-rows'

export interface TableProposal extends ImportProposal {
  readonly choices: TableChoices
  /** What is assumed if the choices are taken as they are, a sentence each. */
  readonly assumptions: readonly string[]
}

/** So much of a file is looked at. */
export const detectionBytes = 2 ** 18

/** Throws InputError if the bytes are no text, or no line of it holds a number. */
export function detectTable(head: Uint8Array): TableProposal {
  const { encoding, reason, isGuess } = detectEncoding(head)
  const text = headText(head, encoding)
  const layout = detectLayout(text)
  const stamps = stampColumns(layout)
  const time = findTime(layout, stamps)
  const dates = dateOrder(layout, stamps)
  const told = rateFromRemarks(layout.remarks)
  const roles = rolesOf(layout, stamps, time)

  const evidence: Evidence[] = [
    { about: 'textEncoding', sentence: reason },
    ...layout.evidence,
    ...time.evidence,
    ...dates.evidence
  ]
  const questions = [...layout.questions, ...dates.questions]
  if (isGuess && encodingNames[encoding] !== '') questions.push(`Is the text ${encodingNames[encoding]}?`)
  if (told !== undefined) {
    evidence.push({ about: 'sampleRate', sentence: `A line above the table says ${told} Hz.` })
  } else if (!time.isFound) {
    questions.push('What is the sample rate? There is no time column.')
  }
  const channelCount = roles.filter((role) => role === 'channel').length
  if (channelCount > maxChannelCount) {
    questions.push(`Which of the ${channelCount} columns of numbers should be read? At most ${maxChannelCount} can.`)
  }
  const choices: TableChoices = {
    kind: 'table',
    textEncoding: encoding,
    delimiter: layout.delimiter,
    decimal: layout.decimal,
    firstLine: layout.firstLine,
    columns: roles.map((role, place) => ({ name: layout.names[place], unit: layout.units[place], role })),
    timeUnit: time.unit,
    dateOrder: dates.order,
    sampleRate: told ?? null,
    missing: 'interpolate',
    uneven: 'as-is',
    part: 0,
    monoMix: false
  }
  const leftOut = layout.textColumns
    .filter((place) => roles[place] === 'ignore')
    .map((place) => `The column "${layout.names[place]}" holds few or no numbers and was left out.`)
  return { choices, evidence, questions, assumptions: [...layout.warnings, ...leftOut, ...time.warnings] }
}

/** The whole lines of a head as text. */
function headText(head: Uint8Array, encoding: TextEncoding): string {
  return unifyLineEnds(textOf(new AsciiBytes(encoding).next(head), encoding).replace(/^\ufeff/, ''))
}

type StampColumns = ReadonlyMap<number, StampKind>

/** Columns of text in which nine of ten cells are stamps of one kind. */
function stampColumns({ textColumns, rows }: CsvLayout): StampColumns {
  const found = new Map<number, StampKind>()
  for (const place of textColumns) {
    const told = rows.map(({ cells }) => cells[place]).filter((cell) => !isMissing(cell))
    const kinds = told.map(stampKindOf)
    for (const kind of ['date-time', 'date', 'clock'] as const) {
      if (kinds.filter((other) => other === kind).length >= 0.9 * kinds.length) found.set(place, kind)
    }
  }
  return found
}

interface FoundTime {
  readonly isFound: boolean
  readonly unit: TimeUnit
  /** Places by their role. */
  readonly roles: ReadonlyMap<number, ColumnRole>
  readonly evidence: readonly Evidence[]
  readonly warnings: readonly string[]
}

/** A column of dates, a date and a clock, a column that is called a time, or a first column that counts like one. */
function findTime(layout: CsvLayout, stamps: StampColumns): FoundTime {
  const { names, units, numericColumns } = layout
  const about = 'columns'
  const placeOf = (kind: StampKind) => [...stamps].find(([, other]) => other === kind)?.[0]
  const [dateTime, date, clock] = (['date-time', 'date', 'clock'] as const).map(placeOf)
  const nothing = {
    isFound: false,
    unit: 's',
    roles: new Map<number, ColumnRole>(),
    evidence: [],
    warnings: []
  } as const
  const found = (places: [number, ColumnRole][], unit: TimeUnit, sentence: string): FoundTime => ({
    ...{ isFound: true, unit, roles: new Map(places), evidence: [{ about, sentence }], warnings: [] }
  })
  if (dateTime !== undefined) {
    return found([[dateTime, 'time']], 'date-time', `"${names[dateTime]}" holds dates with a clock.`)
  }
  if (date !== undefined && clock !== undefined) {
    const places: [number, ColumnRole][] = [
      [date, 'date'],
      [clock, 'clock']
    ]
    return found(places, 'date-time', `"${names[date]}" holds dates and "${names[clock]}" clock times.`)
  }
  const valuesOf = (place: number) => layout.rows.map(({ cells }) => parseCell(cells[place], layout.decimal))
  const named = numericColumns.find((place) => timeUnitOf(names[place], units[place]) !== undefined)
  const [first] = numericColumns
  const enough = numericColumns.length > 1
  if (clock !== undefined && (named === undefined || !enough)) {
    return found([[clock, 'clock']], 'date-time', `"${names[clock]}" holds clock times.`)
  }
  if (date !== undefined && named === undefined) {
    return found([[date, 'time']], 'date-time', `"${names[date]}" holds dates.`)
  }
  if (!enough) return nothing
  const increases = first !== named && isEvenlyIncreasing(valuesOf(first))
  const isIndex =
    increases && numericColumns.length > (named !== undefined ? 2 : 1) && isIndexName(names[first], named !== undefined)
  const time = named ?? (increases && !isIndex ? first : undefined)
  const warnings = isIndex ? [`The column "${names[first]}" counts the rows and was left out.`] : []
  const roles = new Map<number, ColumnRole>(isIndex ? [[first, 'ignore']] : [])
  if (time === undefined) return { ...nothing, roles, warnings }
  roles.set(time, 'time')
  const evidence: Evidence[] = []
  let unit = timeUnitOf(names[time], units[time])
  if (unit === undefined) {
    unit = 's'
    warnings.push(`The column "${names[time]}" increases evenly and was taken as the time in seconds.`)
    evidence.push({ about, sentence: `"${names[time]}" increases evenly from row to row.` })
  } else {
    evidence.push({ about: 'timeUnit', sentence: `The name "${names[time]}" and its unit tell a time.` })
  }
  const epoch = epochUnit(valuesOf(time).find((stamp) => !Number.isNaN(stamp)) ?? 0)
  if (unit === 's' && epoch !== 's') {
    unit = epoch
    warnings.push(`The time stamps were taken as ${epochNames.get(epoch)} since 1970.`)
    evidence.push({ about: 'timeUnit', sentence: `Its size is that of ${epochNames.get(epoch)} since 1970.` })
  }
  return { isFound: true, unit, roles, evidence, warnings }
}

function rolesOf({ columnCount, numericColumns, names }: CsvLayout, stamps: StampColumns, time: FoundTime) {
  const isNumeric = new Set(numericColumns)
  const roles = Array.from({ length: columnCount }, (_, place): ColumnRole => {
    return time.roles.get(place) ?? (isNumeric.has(place) && !stamps.has(place) ? 'channel' : 'ignore')
  })
  // Beside a calendar time a column that is called a time is a second time, not a channel.
  if (time.unit === 'date-time') {
    numericColumns.forEach((place) => {
      const others = roles.some((role, other) => role === 'channel' && other !== place)
      if (others && timeUnitOf(names[place]) !== undefined) roles[place] = 'ignore'
    })
  }
  return roles
}

/** A column without a name may tell the time as well, unless another one does. */
function isIndexName(name: string, isTimeElsewhere: boolean): boolean {
  return /^(index|samples?|sequence|point|row|no\.?|nr\.?|n|#)$/i.test(name) || (isTimeElsewhere && name === 'column 1')
}

const epochNames = new Map<TimeUnit, string>([
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds']
])

function dateOrder({ rows }: CsvLayout, stamps: StampColumns) {
  const place = [...stamps].find(([, kind]) => kind !== 'clock')?.[0]
  const nothing: { order: DateOrder; evidence: Evidence[]; questions: string[] } = {
    ...{ order: 'ymd', evidence: [], questions: [] }
  }
  if (place === undefined) return nothing
  const cells = rows.map((row) => row.cells[place])
  const { order, isGuess } = dateOrderOf(cells)
  const example = cells[0].trim()
  if (isGuess) return { order, evidence: [], questions: [`Is the day or the month first in "${example}"?`] }
  const words = { ymd: 'The year', dmy: 'The day', mdy: 'The month' } as const
  return {
    order,
    evidence: [{ about: 'dateOrder', sentence: `${words[order]} is first in "${example}".` }],
    questions: []
  }
}

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
