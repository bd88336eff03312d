/**
 * Rows of numbers into a store, block by block, with what is missing in them filled: held, or drawn straight between the
 * neighbours, be they blocks apart. Knows nothing of text.
 */
import { blockRows, type ColumnStore } from './column-store'
import type { TableChoices } from './import-choices'

const firstBlockRows = 128
/** From here on a 32-bit float is infinite: the middle between the largest one and the next is rounded up. */
const tooLarge = 3.4028235677973366e38

/** Cells without a number, and the sample of the first. */
export interface Gaps {
  readonly count: number
  readonly firstSample: number
}

export class RowBlocks {
  readonly #store: ColumnStore
  readonly #holds: boolean
  /** Whether gaps in a column are filled. */
  readonly #isFilled: readonly boolean[]
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
  #strange = 0
  /** Values are rounded to 32-bit floats. */
  isFloat32 = false

  /** @param isFilled for each column whether its gaps are filled and its values counted as strange */
  constructor(store: ColumnStore, isFilled: readonly boolean[], missing: TableChoices['missing']) {
    this.#store = store
    this.#isFilled = isFilled
    this.#holds = missing === 'hold'
    this.#block = isFilled.map(() => new Float64Array(firstBlockRows))
    this.#openGaps = new Float64Array(isFilled.length).fill(-1)
    this.#gaps = isFilled.map(() => ({ count: 0, firstSample: -1 }))
  }

  /** Rows so far, those not yet in the store included. */
  get rowCount(): number {
    return this.#stored + this.#blockCount
  }

  /** Values that are not finite as 32-bit floats, of the blocks in the store. */
  get strangeCount(): number {
    return this.#strange
  }

  get gaps(): readonly Gaps[] {
    return this.#gaps
  }

  /** Append a row in which NaN stands for a gap, unless `isValue` says of its column that it is a value. */
  append(row: Float64Array, isValue?: (slot: number) => boolean): void {
    const n = this.#blockCount
    if (n === this.#block[0].length) this.#growBlock()
    for (let slot = 0; slot < row.length; slot += 1) {
      const value = row[slot]
      this.#block[slot][n] = value
      if (value === value) {
        if (this.#openGaps[slot] !== -1) this.#closeGap(slot, value)
      } else this.#appendNaN(slot, isValue)
    }
    this.#blockCount += 1
    if (this.#blockCount === blockRows) this.#flush()
  }

  /** All is in the store, and gaps are filled: those across blocks, and those to the end, where the last value is held. */
  finish(): void {
    this.#flush()
    this.#openGaps.forEach((first, slot) => {
      if (first !== -1) this.#longGaps.push([slot, first, this.#stored - first])
    })
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

  #growBlock(): void {
    this.#block = this.#block.map((values) => {
      const larger = new Float64Array(Math.min(blockRows, 8 * values.length))
      larger.set(values)
      return larger
    })
  }

  #appendNaN(slot: number, isValue?: (slot: number) => boolean): void {
    const sample = this.rowCount
    if (isValue?.(slot)) {
      this.#strange += 1
      if (this.#openGaps[slot] !== -1) this.#closeGap(slot, NaN)
      return
    }
    const gaps = this.#gaps[slot]
    gaps.count += 1
    if (gaps.firstSample === -1) gaps.firstSample = sample
    if (!this.#isFilled[slot]) return
    const n = this.#blockCount
    const isHeld = this.#holds && this.#openGaps[slot] === -1 && sample > 0
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
    this.#isFilled.forEach((isFilled, slot) => {
      if (!isFilled) return
      const values = this.#block[slot]
      if (this.isFloat32) for (let n = 0; n < count; n += 1) values[n] = Math.fround(values[n])
      for (let n = 0; n < count; n += 1) {
        // Both are false for NaN.
        if (values[n] >= tooLarge || values[n] <= -tooLarge) this.#strange += 1
      }
    })
    this.#store.append(this.#block, count)
    this.#stored += count
    this.#blockCount = 0
  }
}

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
