/**
 * Where the columns of a table go while it is read: appended in blocks, read and mended in pieces at any place. In
 * memory here; a long table is kept in a file. Knows nothing of text.
 */

/** Rows of a block; all but the last one are full. */
export const blockRows = 2 ** 16

export interface ColumnStore {
  readonly columnCount: number
  readonly rowCount: number
  /** The next `count` values of every column. */
  append(columns: readonly Float64Array[], count: number): void
  /** At most `count` values from `start` on; not to be written to. */
  read(column: number, start: number, count: number): Float64Array
  /** Replace values that are there. */
  write(column: number, start: number, values: Float64Array): void
  close(): void
}

export class MemoryStore implements ColumnStore {
  /** A block holds its columns one behind the other. */
  readonly #blocks: Float64Array[][] = []
  #rowCount = 0

  constructor(readonly columnCount: number) {}

  get rowCount(): number {
    return this.#rowCount
  }

  append(columns: readonly Float64Array[], count: number): void {
    this.#blocks.push(columns.map((values) => values.slice(0, count)))
    this.#rowCount += count
  }

  read(column: number, start: number, count: number): Float64Array {
    const end = Math.min(this.#rowCount, start + count)
    const first = Math.floor(start / blockRows)
    if (end <= start) return new Float64Array(0)
    if (end <= (first + 1) * blockRows) {
      return this.#blocks[first][column].subarray(start - first * blockRows, end - first * blockRows)
    }
    const values = new Float64Array(end - start)
    for (let at = start; at < end;) {
      const block = Math.floor(at / blockRows)
      const stop = Math.min(end, (block + 1) * blockRows)
      values.set(this.#blocks[block][column].subarray(at - block * blockRows, stop - block * blockRows), at - start)
      at = stop
    }
    return values
  }

  write(column: number, start: number, values: Float64Array): void {
    for (let n = 0; n < values.length;) {
      const block = Math.floor((start + n) / blockRows)
      const place = start + n - block * blockRows
      const count = Math.min(values.length - n, blockRows - place)
      this.#blocks[block][column].set(values.subarray(n, n + count), place)
      n += count
    }
  }

  close(): void {}
}
