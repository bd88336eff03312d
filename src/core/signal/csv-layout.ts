/**
 * What a CSV file looks like: its delimiter and decimal sign, where the table starts, which columns hold numbers, what
 * they are called. Decided on the first part of the text. Knows nothing of time or samples.
 */
import { stampKindOf } from './csv-dates'
import { isMissing, numberLikeness } from './csv-numbers'
import { eachRow } from './csv-rows'
import type { Decimal, Delimiter, Evidence } from './import-choices'
import { InputError } from './signal'

export interface CsvLayout {
  readonly delimiter: Delimiter
  readonly decimal: Decimal
  readonly columnCount: number
  /** Line of the first row of numbers, from 1. */
  readonly firstLine: number
  /** Places of the columns that hold numbers. */
  readonly numericColumns: readonly number[]
  /** One for each column, unique. */
  readonly names: readonly string[]
  /** One for each column, from a row of units below the names; else empty. */
  readonly units: readonly string[]
  /** Comments and other lines above the table, without the header. */
  readonly remarks: readonly string[]
  /** The rows of the table that were looked at, all of `columnCount` cells. */
  readonly rows: readonly Row[]
  /** The places of columns that hold text, neither numbers nor nothing. */
  readonly textColumns: readonly number[]
  readonly evidence: readonly Evidence[]
  readonly questions: readonly string[]
  readonly warnings: readonly string[]
}

/** Throws InputError if there is no row with a number. */
export function detectLayout(text: string): CsvLayout {
  const head = headOf(text)
  const announced = /^\s*"?sep=([,;|\t])"?\s*\n/i.exec(head)?.[1] as Delimiter | undefined
  const readings = candidates
    .filter(({ delimiter }) => announced === undefined || delimiter === announced)
    .map(({ delimiter, decimal }) => rate(rowsOf(head, delimiter), delimiter, decimal))
  const best = readings.reduce((leader, next) => (next.score > leader.score ? next : leader))
  if (best.score === 0) throw noNumbers(text)
  return describe(best, readings, announced)
}

/** A remark that is not part of the table: "# …" and "% …". */
export function isComment(cells: readonly string[]): boolean {
  return /^\s*[#%]/.test(cells[0])
}

const headLength = 1 << 16

// Of two readings that fit equally well the earlier one is taken.
const candidates = (['\t', ';', '|', ',', ' '] as const).flatMap((delimiter) =>
  (['.', ','] as const).map((decimal) => ({ delimiter, decimal }))
)

export interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

interface Reading {
  readonly delimiter: Delimiter
  readonly decimal: Decimal
  readonly score: number
  readonly rows: readonly Row[]
  readonly comments: readonly Row[]
  /** Of the rows that make up the table. */
  readonly columnCount: number
}

function headOf(text: string): string {
  const lineEnd = text.indexOf('\n', headLength)
  return lineEnd === -1 ? text : text.slice(0, lineEnd + 1)
}

function rowsOf(head: string, delimiter: Delimiter): Row[] {
  const rows: Row[] = []
  try {
    eachRow(head, delimiter, (cells, line) => void rows.push({ cells, line }))
  } catch (error) {
    // A quote that is open where the head is cut, or for good: the reading of the whole says so, if this is the
    // delimiter. To find out, the lines behind it are taken without regard to quotes.
    if (!(error instanceof InputError)) throw error
    const last = rows[rows.length - 1]
    const done = last ? last.line - 1 + last.cells.join('\n').split('\n').length : 0
    head
      .split('\n')
      .slice(done)
      .forEach((line, n) => rows.push({ cells: line.split(delimiter), line: done + 1 + n }))
  }
  return rows
}

/**
 * The score is the number of cells that are numbers in rows of the usual length, times the square of their share: a
 * wrong delimiter leaves cells that are text. A header of the same length makes the reading likelier.
 */
function rate(all: readonly Row[], delimiter: Delimiter, decimal: Decimal): Reading {
  const comments = all.filter(({ cells }) => isComment(cells))
  const rows = all.filter(({ cells }) => !isComment(cells) && cells.some((cell) => cell.trim() !== ''))
  const likeness = rows.map(({ cells }) => cells.reduce((sum, cell) => sum + numberLikeness(cell, decimal), 0))
  const columnCount = mostFrequent(rows.flatMap(({ cells }, n) => (likeness[n] > 0 ? [cells.length] : [])))
  const isUsual = rows.map(({ cells }) => cells.length === columnCount)
  // A date is as good as a number: it is not held against the reading.
  const isTold = (cell: string) => !isMissing(cell) && stampKindOf(cell) === undefined
  const share = rows.map(({ cells }, n) => likeness[n] / Math.max(1, cells.filter(isTold).length))
  let score = 0
  rows.forEach((_, n) => (score += isUsual[n] ? likeness[n] * share[n] ** 2 : 0))
  const best = mostFrequent(share.filter((value, n) => isUsual[n] && value > 0).sort((a, b) => b - a))
  const first = share.findIndex((value, n) => isUsual[n] && value === best)
  const hasHeader = first > 0 && isUsual[first - 1] && share[first - 1] <= best / 2
  if (hasHeader) score *= 3
  else if (delimiter === ',' && areDecimals(rows.filter((_, n) => isUsual[n]))) score = 0
  return { delimiter, decimal, score, rows, comments, columnCount }
}

/** "0,031" again and again: no program writes a whole number with a zero in front. */
function areDecimals(rows: readonly Row[]): boolean {
  return (
    rows.some(({ cells }) => /^0\d+$/.test(cells[1])) &&
    rows.every(({ cells }) => cells.length === 2 && /^[+-]?\d+$/.test(cells[0]) && /^\d+$/.test(cells[1]))
  )
}

function describe(best: Reading, readings: readonly Reading[], announced: Delimiter | undefined): CsvLayout {
  const { delimiter, decimal, rows, comments, columnCount } = best
  const isNumber = (cell: string) => numberLikeness(cell, decimal) > 0
  const table = rows.filter(({ cells }) => cells.length === columnCount)
  const columns = Array.from({ length: columnCount }, (_, column) => column)
  // A word for a missing number stands in a column of numbers; an empty cell may stand in any.
  const isMeant = (cell: string) => isNumber(cell) || (cell.trim() !== '' && isMissing(cell))
  const hasNumber = columns.map((column) => table.some(({ cells }) => isNumber(cells[column])))
  const counts = columns.map((column) =>
    hasNumber[column] ? table.filter(({ cells }) => isMeant(cells[column])).length : 0
  )
  const most = Math.max(...counts)
  const numericColumns = columns.filter((column) => counts[column] >= most / 2)
  const holdsNumber = ({ cells }: Row) =>
    cells.length === columnCount && numericColumns.some((column) => isNumber(cells[column]))
  const holdsNumbersOnly = ({ cells }: Row) =>
    numericColumns.every((column) => isNumber(cells[column]) || isMissing(cells[column]))
  const firstWhole = rows.findIndex((row) => holdsNumber(row) && holdsNumbersOnly(row))
  const firstRow = firstWhole === -1 ? rows.findIndex(holdsNumber) : firstWhole
  const first = rows[firstRow]
  const above = rows.slice(0, firstRow).filter(({ cells }) => !/^sep=/i.test(cells[0]))
  const header = findHeader(above, comments, { columnCount, firstLine: first.line })

  const warnings: string[] = []
  const preamble = above.slice(0, above.length - header.rowCount)
  if (preamble.length > 0) warnings.push(`${preamble.length} lines above the table were passed over.`)
  const textColumns = columns.filter((column) => !numericColumns.includes(column) && !isEmptyColumn(table, column))
  const questions = ties(best, readings)
  const couldBeDecimals = delimiter === ',' && columnCount === 2 && header.rowCount === 0
  if (couldBeDecimals && table.every(({ cells }) => cells.every((cell) => /^-?\d+$/.test(cell)))) {
    questions.push('Do the commas separate two columns, or are they decimal commas?')
    warnings.push(
      'The commas were read as separators of two columns; if they are decimal commas, save the file with points.'
    )
  }
  const evidence = [
    delimiterEvidence(best, announced, table.length),
    decimalEvidence(best, table),
    {
      about: 'firstLine',
      sentence:
        first.line === 1
          ? 'The first line holds numbers already.'
          : `Line ${first.line} is the first one with numbers in ${numericColumns.length === 1 ? 'its column' : 'the columns'}.`
    },
    ...header.evidence
  ]
  const remarks = [...comments.filter(({ line }) => line < first.line), ...preamble].map(({ cells }) =>
    cells.join(delimiter)
  )
  const { names, units } = header
  return {
    ...{ delimiter, decimal, columnCount, firstLine: first.line, numericColumns, names, units, remarks, warnings },
    ...{ rows: table.filter(({ line }) => line >= first.line), textColumns, evidence, questions }
  }
}

/** The row above the numbers, with a row of units below it, or the last comment if it has as many cells. */
function findHeader(
  above: readonly Row[],
  comments: readonly Row[],
  { columnCount, firstLine }: { columnCount: number; firstLine: number }
): { names: string[]; units: string[]; rowCount: number; evidence: Evidence[] } {
  const fits = (cells: readonly string[] | undefined): cells is readonly string[] =>
    cells !== undefined && Math.abs(cells.length - columnCount) <= 1
  const told = (sentence: string) => [{ about: 'columns', sentence }]
  const line = above[above.length - 1]?.line
  const last = above[above.length - 1]?.cells
  const beforeLast = above[above.length - 2]?.cells
  const noUnits = new Array<string>(columnCount).fill('')
  if (fits(last) && fits(beforeLast) && last.every((cell) => /^\s*[([]?[^\s\d]{0,4}[)\]]?\s*$/.test(cell))) {
    return {
      names: uniqueNames(beforeLast, columnCount),
      units: noUnits.map((_, n) => last[n] ?? ''),
      rowCount: 2,
      evidence: told(`Line ${line} holds units and the line above it names.`)
    }
  }
  if (fits(last)) {
    const names = uniqueNames(last, columnCount)
    return { names, units: noUnits, rowCount: 1, evidence: told(`Line ${line} holds the names of the columns.`) }
  }
  const remark = comments.filter(({ line }) => line < firstLine).pop()
  const [first = '', ...others] = remark?.cells ?? []
  const bare = first.replace(/^\s*[#%]+\s*/, '')
  const cells = bare === '' ? others : [bare, ...others]
  const isHeader = cells.length === columnCount && !cells.some((cell) => /[=:]/.test(cell))
  const evidence = told(isHeader ? 'The last comment holds the names of the columns.' : 'No line names the columns.')
  return { names: uniqueNames(isHeader ? cells : [], columnCount), units: noUnits, rowCount: 0, evidence }
}

/** Another reading that fits nearly as well and gives other numbers. */
function ties(best: Reading, readings: readonly Reading[]): string[] {
  const rivals = readings.filter(
    (reading) => reading !== best && reading.score > 0.9 * best.score && reading.columnCount !== best.columnCount
  )
  const [rival] = rivals.sort((a, b) => b.score - a.score)
  if (!rival) return []
  return [
    `Is the delimiter ${delimiterWords[best.delimiter]} (${best.columnCount} columns) or ${delimiterWords[rival.delimiter]} (${rival.columnCount})?`
  ]
}

const delimiterWords: Readonly<Record<Delimiter, string>> = {
  ',': 'a comma',
  ';': 'a semicolon',
  '\t': 'a tab',
  '|': 'a bar',
  ' ': 'blanks'
}

function delimiterEvidence({ columnCount, rows }: Reading, announced: Delimiter | undefined, usual: number) {
  const about = 'delimiter'
  if (announced !== undefined) return { about, sentence: 'The line "sep=" names it.' }
  if (columnCount === 1) return { about, sentence: 'The lines hold one number each; nothing separates cells.' }
  return { about, sentence: `It cuts ${usual} of ${rows.length} lines into ${columnCount} cells each.` }
}

function decimalEvidence({ decimal }: Reading, table: readonly Row[]) {
  const cells = table.slice(0, 200).flatMap((row) => row.cells)
  const pattern = decimal === ',' ? /^\s*[+-]?\d*,\d+\s*$/ : /^\s*[+-]?\d*\.\d+\s*$/
  const example = cells.find((cell) => pattern.test(cell))?.trim()
  return {
    about: 'decimal',
    sentence: example === undefined ? 'No number has a plain fraction.' : `It stands in "${example}".`
  }
}

function uniqueNames(cells: readonly string[], count: number): string[] {
  const seen = new Map<string, number>()
  return Array.from({ length: count }, (_, column) => {
    // What was written to guard a spreadsheet against a formula is no part of the name.
    const name = cells[column]?.trim().replace(/^'(?=\s*[=+\-@])/, '') || `column ${column + 1}`
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}

function isEmptyColumn(table: readonly Row[], column: number): boolean {
  return table.every(({ cells }) => isMissing(cells[column]))
}

/** The earliest of those that come equally often; 0 if there are none. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0]
}

function noNumbers(text: string): InputError {
  const received =
    text.trim() === '' ? 'no rows' : `no row with a number, only "${text.trim().split('\n')[0].slice(0, 40)}"…`
  return new InputError(
    `Expected a CSV file with a column of numbers. Received: ${received}. Export the samples with it.`
  )
}
