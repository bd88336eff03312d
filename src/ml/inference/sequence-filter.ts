/**
 * A network that sees the future, run on a record: piece by piece of the length that it was trained on, each from zero.
 *
 * A piece needs all its samples before it can be answered, so this is for records; live it runs delayed. Pieces are laid from
 * the start of a block, and the last one reaches back to end where the block ends.
 */
import type { Hertz, Samples } from '../../core/units'
import type { WeightedNetwork } from '../network/weighted-network'
import { fillConditioned, finite, type FilterSettings } from './filter-parts'
import type { StreamFilter } from './stream-filter'

/** Pieces that are run side by side for each selector. */
const piecesPerRun = 64

export class SequenceFilter implements StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  readonly latencySamples = 0
  readonly hopSamples = 1

  constructor(
    readonly network: WeightedNetwork,
    readonly settings: FilterSettings,
    readonly sequenceLength: Samples,
    /** Told what the network reads: [selectors, steps, features], one piece after the other. */
    readonly onInput?: (input: Float32Array, selectorCount: number) => void
  ) {
    this.frequenciesHz = settings.frequenciesHz
  }

  process(block: Float32Array): Float32Array[] {
    const { sequenceLength, settings } = this
    const scale = settings.gain * settings.manifest.inputScale
    // A block shorter than one piece is a piece that begins with silence.
    const missing = Math.max(0, sequenceLength - block.length)
    const values = new Float32Array(missing + block.length)
    block.forEach((sample, index) => (values[missing + index] = finite(sample) * scale))
    const starts: number[] = []
    for (let start = 0; start < values.length; start += sequenceLength) {
      starts.push(Math.min(start, values.length - sequenceLength))
    }
    const outputs = this.frequenciesHz.map(() => new Float32Array(values.length))
    for (let first = 0; first < starts.length; first += piecesPerRun) {
      this.#runPieces(values, starts.slice(first, first + piecesPerRun), outputs)
    }
    return outputs.map((output) => output.subarray(missing))
  }

  reset(): void {
    // Nothing is carried.
  }

  dispose(): void {
    this.network.dispose()
  }

  #runPieces(values: Float32Array, starts: readonly number[], outputs: readonly Float32Array[]): void {
    const { sequenceLength, network, settings } = this
    const { featureCount, outputCount, targetScale } = settings.manifest
    const selectorCount = outputs.length
    const pieceSize = selectorCount * sequenceLength * featureCount
    const input = new Float32Array(starts.length * pieceSize)
    starts.forEach((start, piece) =>
      fillConditioned(
        input.subarray(piece * pieceSize, (piece + 1) * pieceSize),
        values.subarray(start, start + sequenceLength),
        selectorCount
      )
    )
    starts.forEach((_, piece) => this.onInput?.(input.slice(piece * pieceSize, (piece + 1) * pieceSize), selectorCount))
    const { tf } = network
    const found = tf.tidy(() => {
      const batch = starts.length * selectorCount
      const state = network.zeroState(batch)
      const run = network.run(tf.tensor3d(input, [batch, sequenceLength, featureCount]), { state })
      tf.dispose([...run.state])
      return run.output.dataSync<'float32'>()
    })
    const scale = 1 / (targetScale * settings.gain)
    starts.forEach((start, piece) =>
      outputs.forEach((output, selector) => {
        const row = (piece * selectorCount + selector) * sequenceLength
        for (let step = 0; step < sequenceLength; step += 1) {
          output[start + step] = found[(row + step) * outputCount] * scale
        }
      })
    )
  }
}
