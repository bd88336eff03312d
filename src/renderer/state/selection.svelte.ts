/**
 * The part of the record that the user chose: what is looped, measured, exported or trained on. The only place where
 * it stands. Places in the record in samples; knows nothing of the view and of the screen.
 */
import type { SampleRange } from './visible-range'

export class Selection {
  /** Whole samples, `end` not included; null if nothing is selected. */
  range = $state.raw<SampleRange | null>(null)
  readonly #sampleCount: () => number

  constructor(sampleCount: () => number) {
    this.#sampleCount = sampleCount
  }

  readonly count = $derived.by(() => (this.range ? this.range.end - this.range.start : 0))

  /** From one place to another, in either order, inside the record; less than one sample selects nothing. */
  select(from: number, to: number): void {
    this.range = wholeRange(from, to, this.#sampleCount())
  }

  selectAll(): void {
    this.select(0, this.#sampleCount())
  }

  /** Move one edge; beyond the other edge they change places. */
  moveEdge(edge: 'start' | 'end', place: number): void {
    if (!this.range) return
    this.select(edge === 'start' ? place : this.range.start, edge === 'start' ? this.range.end : place)
  }

  clear(): void {
    this.range = null
  }
}

/** The whole samples between two places, cut to the record. */
export function wholeRange(from: number, to: number, sampleCount: number): SampleRange | null {
  const inside = (place: number) => Math.round(Math.min(sampleCount, Math.max(0, place)))
  const start = inside(Math.min(from, to))
  const end = inside(Math.max(from, to))
  return end > start ? { start, end } : null
}
