/** A network with its carried state, one row of the batch a selector. Knows nothing of signals. */
import type { Tensor2D } from '../engine/engine'
import type { WeightedNetwork } from '../network/weighted-network'
import type { FilterSettings } from './filter-parts'

/** At most so many steps of the network in one call, so that the memory of a long block is bounded. */
const maxStepsPerRun = 4096

export class BatchRunner {
  #state: readonly Tensor2D[]

  constructor(
    readonly network: WeightedNetwork,
    readonly selectorCount: number,
    /** Told what the network reads: [selectors, steps, features]. */
    readonly onInput?: (input: Float32Array, selectorCount: number) => void
  ) {
    this.#state = network.zeroState(selectorCount)
  }

  /**
   * `fill` writes the inputs [selectors, steps, features]; resolves to the outputs [selectors, steps, outputs] in the
   * size of the mix.
   */
  run(
    steps: number,
    { manifest, gain }: FilterSettings,
    fill: (input: Float32Array, start: number, count: number) => void
  ): Float32Array {
    const { featureCount, outputCount, targetScale } = manifest
    const { selectorCount } = this
    const outputs = new Float32Array(selectorCount * steps * outputCount)
    const scale = 1 / (targetScale * gain)
    for (let start = 0; start < steps; start += maxStepsPerRun) {
      const count = Math.min(maxStepsPerRun, steps - start)
      const input = new Float32Array(selectorCount * count * featureCount)
      fill(input, start, count)
      this.onInput?.(input, selectorCount)
      const found = this.#runOnce(input, count, featureCount)
      for (let selector = 0; selector < selectorCount; selector += 1) {
        const from = selector * count * outputCount
        const to = (selector * steps + start) * outputCount
        for (let at = 0; at < count * outputCount; at += 1) outputs[to + at] = found[from + at] * scale
      }
    }
    return outputs
  }

  #runOnce(input: Float32Array, steps: number, featureCount: number): Float32Array {
    const { tf } = this.network
    const output = tf.tidy(() => {
      const run = this.network.run(tf.tensor3d(input, [this.selectorCount, steps, featureCount]), {
        state: this.#state
      })
      tf.dispose([...this.#state])
      this.#state = run.state
      return run.output
    })
    const found = output.dataSync<'float32'>()
    output.dispose()
    return found
  }

  reset(): void {
    this.network.tf.dispose([...this.#state])
    this.#state = this.network.zeroState(this.selectorCount)
  }

  dispose(): void {
    this.network.tf.dispose([...this.#state])
    this.network.dispose()
  }
}
