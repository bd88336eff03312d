/**
 * Mean squared error and R² over batches that come one after another. Where targets are corrections of something else,
 * R² is that of the corrected tone: the correction's own would say little of the filter.
 */
import { nextTurn } from '../../next-turn'
import type { StreamBlock } from '../../../core/dataset/tone-streams'
import type { Tensor2D, Tensor3D } from '../../engine/engine'
import type { WeightedNetwork } from '../../network/weighted-network'
import type { Heads } from '../heads'
import type { ValidationFigures } from './define'

export interface LossBatch {
  readonly input: Tensor3D // [batch, steps, features]
  readonly target: Tensor3D // [batch, steps, outputs]
  readonly state: readonly Tensor2D[]
  readonly tone?: StreamBlock['tone']
}

export class LossSums {
  readonly #heads: Heads
  readonly #headSums: NonNullable<Awaited<ReturnType<Heads['measure']>>>[] = []
  #count = 0
  #errorSum = 0
  #targetSum = 0
  #targetSquares = 0
  #toneError = 0
  #tonePower = 0

  constructor(heads: Heads) {
    this.#heads = heads
  }

  /** Run the network and add its error. Returns the state after it; all tensors given stay the caller's. */
  async add(network: WeightedNetwork, { input, target, state, tone }: LossBatch): Promise<readonly Tensor2D[]> {
    const { tf } = network
    const heads = this.#heads
    let after: readonly Tensor2D[] = []
    const output = tf.tidy(() => {
      const run = network.run(input, { state })
      after = run.state.map((tensor) => tf.keep(tensor))
      return run.output
    })
    const sums = tf.tidy(() => {
      const wanted = heads.signalOf(tf, target)
      const errors = tf.square(tf.sub(wanted, heads.signalOf(tf, output))) // [batch, steps, 2]
      const inMix = tone
        ? tf.mul(tf.sum(errors, 2), tf.square(tf.tensor2d(tone.scale, errors.shape.slice(0, 2) as [number, number])))
        : errors
      return tf.stack([tf.sum(errors), tf.sum(wanted), tf.sum(tf.square(wanted)), tf.sum(inMix)])
    })
    const [error, sum, squares, toneError] = await sums.data()
    const measured = await heads.measure(tf, output, target)
    if (measured) this.#headSums.push(measured)
    tf.dispose([sums, output])
    if (tone) {
      this.#toneError += toneError
      this.#tonePower += tone.power.reduce((total, power) => total + power, 0)
    }
    this.#errorSum += error
    this.#targetSum += sum
    this.#targetSquares += squares
    this.#count += (target.size * heads.signalSize) / heads.outputCount
    await nextTurn()
    return after
  }

  get figures(): ValidationFigures {
    const variance = this.#targetSquares - this.#targetSum ** 2 / this.#count
    const r2 = this.#tonePower > 0 ? 1 - this.#toneError / this.#tonePower : 1 - this.#errorSum / variance
    const figures = { loss: this.#errorSum / this.#count, r2 }
    return this.#heads.isPlain ? figures : { ...figures, heads: this.#heads.figuresOf(this.#headSums) }
  }
}
