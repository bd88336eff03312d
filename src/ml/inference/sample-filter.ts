/** A network run at the signal's rate: one step and one output a sample. */
import type { Hertz } from '../../core/units'
import type { BatchRunner } from './batch-runner'
import { fillConditioned, finite, type FilterSettings } from './filter-parts'
import type { StreamFilter } from './stream-filter'

export class SampleFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples = 1

  constructor(
    readonly runner: BatchRunner,
    readonly settings: FilterSettings
  ) {
    this.frequenciesHz = settings.frequenciesHz
  }

  process(block: Float32Array): Float32Array[] {
    const { manifest, gain } = this.settings
    const selectorCount = this.frequenciesHz.length
    const values = block.map((sample) => finite(sample) * gain * manifest.inputScale)
    const found = this.runner.run(block.length, this.settings, (input, start, count) =>
      fillConditioned(input, values.subarray(start, start + count), selectorCount)
    )
    return this.frequenciesHz.map((_, selector) =>
      block.map((_, step) => found[(selector * block.length + step) * manifest.outputCount])
    )
  }

  reset(): void {
    this.runner.reset()
  }

  dispose(): void {
    this.runner.dispose()
  }
}
