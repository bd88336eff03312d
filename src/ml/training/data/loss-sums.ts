/** Mean squared error and R² over batches that come one after another. */
import { nextTurn } from '../../next-turn'
import type { Tensor2D, Tensor3D } from '../../engine/engine'
import type { WeightedNetwork } from '../../network/weighted-network'
import type { ValidationFigures } from './define'

export class LossSums {
  #count = 0
  #errorSum = 0
  #targetSum = 0
  #targetSquares = 0

  /** Run the network and add its error. Returns the state after it; all tensors given stay the caller's. */
  async add(
    network: WeightedNetwork,
    { input, target, state }: { input: Tensor3D; target: Tensor3D; state: readonly Tensor2D[] }
  ): Promise<readonly Tensor2D[]> {
    const { tf } = network
    let after: readonly Tensor2D[] = []
    const sums = tf.tidy(() => {
      const run = network.run(input, { state })
      after = run.state.map((tensor) => tf.keep(tensor))
      return tf.stack([tf.sum(tf.square(tf.sub(target, run.output))), tf.sum(target), tf.sum(tf.square(target))])
    })
    const [error, sum, squares] = await sums.data()
    sums.dispose()
    this.#errorSum += error
    this.#targetSum += sum
    this.#targetSquares += squares
    this.#count += target.size
    await nextTurn()
    return after
  }

  get figures(): ValidationFigures {
    const variance = this.#targetSquares - this.#targetSum ** 2 / this.#count
    return { loss: this.#errorSum / this.#count, r2: 1 - this.#errorSum / variance }
  }
}
