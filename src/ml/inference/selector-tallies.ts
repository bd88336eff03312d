/** How well the outputs of one filter are, selector by selector, since it began: from its start on, and once it is settled. */
import type { SelectorFigures } from '../../contract/lab'
import { RunningFigures } from '../../core/metrics/running'
import type { Samples } from '../../core/units'

type Truths = readonly (Float32Array | undefined)[]

export class SelectorTallies {
  readonly #truths: Truths
  readonly #length: Samples
  readonly #settling: Samples
  readonly #tallies: readonly { readonly all: RunningFigures; readonly settled: RunningFigures }[]

  /** @param truths for each selector the clean tone of `length` samples that its output is compared with, or undefined */
  constructor(truths: Truths, length: Samples, settling: Samples) {
    this.#truths = truths
    this.#length = length
    this.#settling = settling
    this.#tallies = truths.map(() => ({ all: new RunningFigures(), settled: new RunningFigures() }))
  }

  reset(): void {
    for (const { all, settled } of this.#tallies) {
      all.reset()
      settled.reset()
    }
  }

  /** An output that starts at a position, of a filter that began at another; it does not pass the end of the record. */
  add(selector: number, output: Float32Array | Float64Array, position: Samples, begun: Samples): void {
    const whole = this.#truths[selector]
    if (!whole) return
    const { all, settled } = this.#tallies[selector]
    const place = position % this.#length
    const truth = whole.subarray(place, place + output.length)
    const skip = Math.max(0, Math.min(output.length, begun + this.#settling - position))
    all.add(truth, output)
    settled.add(truth.subarray(skip), output.subarray(skip))
  }

  /** With the level of the newest samples of the output. */
  figures(selector: number, newest: Float32Array): SelectorFigures {
    const { all, settled } = this.#tallies[selector]
    const power = newest.reduce((sum, sample) => sum + sample * sample, 0)
    const known = (value: number) => (this.#truths[selector] && Number.isFinite(value) ? value : null)
    return {
      level: newest.length === 0 ? 0 : Math.sqrt(power / newest.length),
      r2: known(all.r2),
      r2AfterSettling: known(settled.count > 0 ? settled.r2 : NaN),
      siSdrDb: known(all.siSdrDb)
    }
  }
}
