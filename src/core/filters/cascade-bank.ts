/** One cascade of sections a selector: what every linear filter of fixed coefficients is as a stream. */
import { SectionCascade, type Section } from './sections'
import type { ToneFilter } from './tone-filter'

export class CascadeBank implements ToneFilter {
  readonly latencySamples = 0
  readonly #cascades: readonly SectionCascade[]

  /** One list of sections a selector. */
  constructor(sections: readonly (readonly Section[])[]) {
    this.#cascades = sections.map((list) => new SectionCascade(list))
  }

  process(block: ArrayLike<number>): Float64Array[] {
    return this.#cascades.map((cascade) => cascade.process(block))
  }

  reset(): void {
    this.#cascades.forEach((cascade) => cascade.reset())
  }
}
