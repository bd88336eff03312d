/**
 * A filter that sees the future, run live by waiting for it: the record of the last so many samples is filtered again and
 * again, and of each answer the part is taken that has enough samples on both sides.
 *
 * Knows nothing of how a record is filtered: zero-phase filters, fits and networks that read backwards are alike here.
 */
import type { Samples } from '../units'
import { finite, type ToneFilter } from './tone-filter'

export interface DelaySettings {
  /** Samples after one that its answer waits for. */
  readonly lookAheadSamples: Samples
  /** Samples before it that are filtered with it. */
  readonly contextSamples: Samples
  /** The record is filtered once in so many samples. */
  readonly hopSamples: Samples
}

export class DelayedFilter implements ToneFilter {
  /** An answer waits for its future, and for the end of the hop. */
  readonly latencySamples: Samples
  readonly #filterRecord: (record: Float64Array) => readonly ArrayLike<number>[]
  readonly #selectorCount: number
  readonly #settings: DelaySettings
  /** The newest samples, the last of them at `#received`. */
  #record: Float64Array = new Float64Array(0)
  #received = 0
  /** Answers of the hop under way, for each selector. */
  #answers: Float64Array[] = []

  /** Where a record is too short for `filterRecord` (RangeError) the answer is silence. */
  constructor(
    filterRecord: (record: Float64Array) => readonly ArrayLike<number>[],
    selectorCount: number,
    settings: DelaySettings
  ) {
    this.#filterRecord = filterRecord
    this.#selectorCount = selectorCount
    this.#settings = settings
    this.latencySamples = settings.lookAheadSamples + settings.hopSamples
    this.reset()
  }

  process(block: ArrayLike<number>): Float64Array[] {
    const { hopSamples } = this.#settings
    const outputs = this.#answers.map(() => new Float64Array(block.length))
    for (let done = 0; done < block.length;) {
      const place = this.#received % hopSamples
      const size = Math.min(block.length - done, hopSamples - place)
      outputs.forEach((output, selector) => output.set(this.#answers[selector].subarray(place, place + size), done))
      this.#remember(block, done, size)
      done += size
      if (this.#received % hopSamples === 0) this.#answer()
    }
    return outputs
  }

  reset(): void {
    this.#record = new Float64Array(0)
    this.#received = 0
    this.#answers = Array.from({ length: this.#selectorCount }, () => new Float64Array(this.#settings.hopSamples))
  }

  #remember(block: ArrayLike<number>, from: number, size: Samples): void {
    const { lookAheadSamples, contextSamples, hopSamples } = this.#settings
    const longest = contextSamples + hopSamples + lookAheadSamples
    const kept = this.#record.subarray(Math.max(0, this.#record.length + size - longest))
    const next = new Float64Array(kept.length + size)
    next.set(kept)
    for (let n = 0; n < size; n += 1) next[kept.length + n] = finite(block[from + n])
    this.#record = next
    this.#received += size
  }

  /** The hop that ends so many samples before the newest one. */
  #answer(): void {
    const { lookAheadSamples, hopSamples } = this.#settings
    const end = this.#record.length - lookAheadSamples
    const answers = Array.from({ length: this.#selectorCount }, () => new Float64Array(hopSamples))
    this.#answers = answers
    if (end <= 0) return
    const found = this.#filterOrSilence()
    for (const [selector, output] of found.entries()) {
      for (let n = Math.max(0, end - hopSamples); n < end; n += 1) answers[selector][n - end + hopSamples] = output[n]
    }
  }

  #filterOrSilence(): readonly ArrayLike<number>[] {
    try {
      return this.#filterRecord(this.#record)
    } catch (error) {
      if (error instanceof RangeError) return []
      throw error
    }
  }
}
