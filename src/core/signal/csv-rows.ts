/** Text to rows of cells, by RFC 4180 and more patiently. Knows nothing of numbers. */
import type { Delimiter } from './import-choices'
import { InputError } from './signal'

/**
 * Calls `onRow` with the cells of each line and its number, from 1; blank lines come as one empty cell. A row ends at a
 * line feed, with or without a carriage return before it. A cell may be quoted and then hold anything; "" means a quote.
 * Blanks as delimiters count once however many there are. Stops when `onRow` returns false.
 * Throws InputError for a quote that is never closed.
 */
export function eachRow(
  text: string,
  delimiter: Delimiter,
  onRow: (cells: string[], line: number) => boolean | void
): void {
  let line = 1
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at)
    if (end === -1) end = text.length
    const stop = end > at && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end
    // Asked of each line: looking ahead through the text once is what V8 turns into looking ahead on every line.
    const content = text.slice(at, stop)
    let cells: string[]
    let lineCount = 1
    if (!content.includes('"')) {
      cells = content.split(delimiter)
    } else {
      const row = quotedRow(text, at, delimiter, line)
      cells = row.cells
      end = row.end
      lineCount = row.lineCount
    }
    if (delimiter === ' ') cells = withoutEmpty(cells)
    if (onRow(cells, line) === false) return
    line += lineCount
    at = end + 1
  }
}

/** Every line end becomes a line feed if some are single carriage returns. */
export function unifyLineEnds(text: string): string {
  return /\r(?!\n)/.test(text) ? text.replace(/\r\n?/g, '\n') : text
}

const carriageReturn = 13
/** More blanks than this before a quote make it part of the text. */
export const longestIndent = 64

function withoutEmpty(cells: string[]): string[] {
  const filled = cells.filter((cell) => cell !== '')
  return filled.length === 0 ? [''] : filled
}

/** A row that holds a quote somewhere; `end` is the place of its line feed. */
function quotedRow(text: string, start: number, delimiter: Delimiter, line: number) {
  const cells: string[] = []
  let lineCount = 1
  for (let at = start; ;) {
    const open = /^ *"/.exec(text.slice(at, at + longestIndent))
    let cell: string
    if (open) {
      const first = at + open[0].length
      const close = closingQuote(text, first, delimiter)
      if (close === -1) {
        throw new InputError(
          `Line ${line + lineCount - 1} opens a quote that is never closed. Close it, or export the file again.`
        )
      }
      const inside = text.slice(first, close)
      lineCount += inside.split('\n').length - 1
      cell = inside.replace(/""/g, '"')
      at = cellEnd(text, close + 1, delimiter)
    } else {
      const end = cellEnd(text, at, delimiter)
      cell = text.slice(at, end).replace(/\r$/, '')
      at = end
    }
    cells.push(cell)
    if (at >= text.length || text[at] === '\n') return { cells, end: at, lineCount }
    at += 1
  }
}

/** A quote that stands before a delimiter or the end of the line; another one inside is part of the text. */
function closingQuote(text: string, start: number, delimiter: Delimiter): number {
  for (let at = text.indexOf('"', start); at !== -1; at = text.indexOf('"', at + 1)) {
    if (text[at + 1] === '"') {
      at += 1
      continue
    }
    let behind = at + 1
    while ((text[behind] === ' ' && delimiter !== ' ') || text[behind] === '\r') behind += 1
    if (behind >= text.length || text[behind] === delimiter || text[behind] === '\n') return at
  }
  return -1
}

function cellEnd(text: string, start: number, delimiter: Delimiter): number {
  let at = start
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at += 1
  return at
}
