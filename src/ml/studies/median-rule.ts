/**
 * When a trial is lost: its best validation R² so far stands far below the median of the others at the same epoch (Golovin et
 * al. 2017). Rows of a table are to be compared at their ends, so the margin is wide; a search takes none.
 */
import type { TrialEpoch } from './trial-result'

export class MedianRule {
  readonly #finished: (readonly TrialEpoch[])[] = []

  /** R² below the median by more than `margin` is lost, from epoch `from` on, once so many trials have finished. */
  constructor(readonly settings: { readonly margin: number; readonly from: number; readonly leastTrials: number }) {}

  add(epochs: readonly TrialEpoch[]): void {
    this.#finished.push(epochs)
  }

  isLost(epochs: readonly TrialEpoch[]): boolean {
    const { margin, from, leastTrials } = this.settings
    const count = epochs.length
    const others = this.#finished.filter(({ length }) => length >= count).map((told) => bestOf(told.slice(0, count)))
    if (count < from || others.length < leastTrials) return false
    return !(bestOf(epochs) >= median(others) - margin)
  }
}

const bestOf = (epochs: readonly TrialEpoch[]) =>
  epochs.reduce((best, { validationR2 }) => Math.max(best, validationR2), -Infinity)

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
