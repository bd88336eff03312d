/** Where the rows of a table end among its bytes: at a line end that stands in no quotes. */
import { ascii } from './csv-bytes'
import { longestIndent } from './csv-rows'
import { InputError } from './signal'

const { lineFeed, carriageReturn, blank, quote } = ascii

/** Bytes up to `size`, of which more may come unless `isLast`; behind them stands a line end that is not theirs. */
export interface Piece {
  readonly bytes: Uint8Array
  readonly size: number
  readonly isLast: boolean
}

/**
 * The place of the line end of the row at `start`; -1 if it does not end in this piece.
 * @param line of the row, for an error
 * @throws InputError for a quote that is open at the end of the file
 */
export function rowEnd(piece: Piece, start: number, delimiter: number, line: number): number {
  const { bytes, size, isLast } = piece
  let isQuoted = false
  for (let at = start; at <= size; at += 1) {
    const code = bytes[at]
    if (code === quote) isQuoted = true
    if (code !== lineFeed && code !== carriageReturn) continue
    if (isQuoted) return quotedRowEnd(piece, start, delimiter, line)
    return at < size || isLast ? at : -1
  }
  return -1
}

function quotedRowEnd({ bytes, size, isLast }: Piece, start: number, delimiter: number, line: number): number {
  for (let at = start; ;) {
    let open = at
    while (bytes[open] === blank && open - at < longestIndent - 1) open += 1
    if (bytes[open] === quote) {
      at = open + 1
      for (;;) {
        while (at < size && bytes[at] !== quote) at += 1
        if (at >= size) {
          if (!isLast) return -1
          const opened = line + lineCount(bytes.subarray(start, open)) - 1
          throw new InputError(`Line ${opened} opens a quote that is never closed. Close it, or export the file again.`)
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

/** The place behind the line end at `end`; -1 if the rest of it may be in the next piece. */
export function behindLineEnd({ bytes, size, isLast }: Piece, end: number): number {
  if (end >= size) return isLast ? size : -1
  if (bytes[end] !== carriageReturn) return end + 1
  if (end + 1 >= size) return isLast ? size : -1
  return bytes[end + 1] === lineFeed ? end + 2 : end + 1
}

/** Lines that these bytes stand in. */
export function lineCount(bytes: Uint8Array): number {
  let count = 1
  for (let n = 0; n < bytes.length; n += 1) {
    if (bytes[n] === lineFeed) count += 1
    else if (bytes[n] === carriageReturn && bytes[n + 1] !== lineFeed) count += 1
  }
  return count
}
