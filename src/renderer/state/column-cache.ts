/** Columns that were read so far, and which to read next. Knows nothing of where they come from and how they look. */

export interface ColumnRange {
  readonly first: number
  readonly end: number
}

/** A column that did not exist is asked for again after this time. */
const retryMilliseconds = 250
/** Columns kept on both sides of those that are seen, as a multiple of them: a pan back finds them. */
const keptScreens = 3

export class ColumnCache {
  readonly #columns = new Map<number, Float32Array>()
  /** When a column was asked for that did not exist. */
  readonly #triedAt = new Map<number, number>()

  of(column: number): Float32Array | undefined {
    return this.#columns.get(column)
  }

  /** Levels of the columns from `first` on, `rows` of each; columns that begin with NaN do not exist. */
  take(first: number, rows: number, levels: Float32Array, now: number): void {
    for (let index = 0; index < levels.length / rows; index += 1) {
      if (Number.isNaN(levels[index * rows])) this.#triedAt.set(first + index, now)
      else this.#columns.set(first + index, levels.subarray(index * rows, (index + 1) * rows))
    }
  }

  /** The newest run of columns that are missing, at most `most` of them; undefined if none is worth asking for. */
  missing({ first, end }: ColumnRange, most: number, now: number): ColumnRange | undefined {
    const isSettled = (column: number) =>
      this.#columns.has(column) || now - (this.#triedAt.get(column) ?? -Infinity) < retryMilliseconds
    let last = end - 1
    while (last >= first && isSettled(last)) last -= 1
    if (last < first) return undefined
    let from = last
    while (from > first && !isSettled(from - 1) && last - from + 1 < most) from -= 1
    return { first: from, end: last + 1 }
  }

  /** Give up what lies far from what is seen. */
  forgetFar({ first, end }: ColumnRange): void {
    const reach = keptScreens * (end - first)
    for (const kept of [this.#columns, this.#triedAt]) {
      if (kept.size <= 2 * reach) continue
      for (const column of kept.keys()) if (column < first - reach || column > end + reach) kept.delete(column)
    }
  }
}
