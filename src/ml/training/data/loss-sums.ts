/** Mean squared error and R² over batches that come one after another. */
import { nextTurn } from '../../next-turn'
import type { Tensor2D, Tensor3D } from '../../engine/engine'
import type { WeightedNetwork } from '../../network/weighted-network'
import type { Heads } from '../heads'
import type { ValidationFigures } from './define'

export class LossSums {
  readonly #heads: Heads
  readonly #headSums: NonNullable<Awaited<ReturnType<Heads['measure']>>>[] = []
  #count = 0
  #errorSum = 0
  #targetSum = 0
  #targetSquares = 0

  constructor(heads: Heads) {
    this.#heads = heads
  }

  /** Run the network and add its error. Returns the state after it; all tensors given stay the caller's. */
  async add(
    network: WeightedNetwork,
    { input, target, state }: { input: Tensor3D; target: Tensor3D; state: readonly Tensor2D[] }
  ): Promise<readonly Tensor2D[]> {
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
      const error = tf.sum(tf.square(tf.sub(wanted, heads.signalOf(tf, output))))
      return tf.stack([error, tf.sum(wanted), tf.sum(tf.square(wanted))])
    })
    const [error, sum, squares] = await sums.data()
    const measured = await heads.measure(tf, output, target)
    if (measured) this.#headSums.push(measured)
    tf.dispose([sums, output])
    this.#errorSum += error
    this.#targetSum += sum
    this.#targetSquares += squares
    this.#count += (target.size * heads.signalSize) / heads.outputCount
    await nextTurn()
    return after
  }

  get figures(): ValidationFigures {
    const variance = this.#targetSquares - this.#targetSum ** 2 / this.#count
    const figures = { loss: this.#errorSum / this.#count, r2: 1 - this.#errorSum / variance }
    return this.#heads.isPlain ? figures : { ...figures, heads: this.#heads.figuresOf(this.#headSums) }
  }
}
