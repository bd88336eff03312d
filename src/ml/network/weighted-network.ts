/**
 * A network with weights: what training changes and inference runs.
 *
 * All weights are one vector, so that an optimiser step, a checkpoint and a copy are each one operation. Knows nothing
 * of data, losses or files.
 */
import { initialWeights, parameterCountOf, sizeOf, type ForwardContext, type Network } from '../architectures/define'
import type { Random } from '../../core/random'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow, Variable } from '../engine/engine'
import type { Kernels } from '../kernels/kernels'

export interface RunOptions {
  readonly state: readonly Tensor2D[]
  /** Absent outside training: dropout is the identity then. */
  readonly dropoutSeed?: number
  /** True if the gradient of the output by the input is asked for, outside training. */
  readonly needsInputGradient?: boolean
  /** Takes what is inside by name; see ForwardContext. */
  readonly inspect?: ForwardContext['inspect']
}

export class WeightedNetwork {
  readonly parameterCount: number
  readonly vector: Variable
  /** The weights cut out of the vector, and what was made of them; made anew only when it changed, for inference. */
  #cut: Record<string, Tensor> | undefined
  readonly #derived = new Map<string, Tensor>()

  constructor(
    readonly tf: TensorFlow,
    readonly kernels: Kernels,
    readonly network: Network,
    weights: Float32Array
  ) {
    this.parameterCount = parameterCountOf(network)
    if (weights.length !== this.parameterCount) {
      throw new RangeError(`The network has ${this.parameterCount} parameters. Received: ${weights.length} weights.`)
    }
    this.vector = tf.tidy(() => tf.variable(tf.tensor1d(weights), true))
  }

  static fresh(tf: TensorFlow, kernels: Kernels, network: Network, random: Random): WeightedNetwork {
    return new WeightedNetwork(tf, kernels, network, initialWeights(network, random))
  }

  /** Zero state for `batch` streams; belongs to the caller. */
  zeroState(batch: number): Tensor2D[] {
    return this.network.stateSizes.map((size) => this.tf.zeros([batch, size]) as Tensor2D)
  }

  /**
   * Run a block. The output belongs to the enclosing tidy; the state after the last step is kept and belongs to the
   * caller, who disposes of the state that went in.
   */
  run(
    input: Tensor3D,
    { state, dropoutSeed, needsInputGradient = false, inspect }: RunOptions
  ): { output: Tensor3D; state: readonly Tensor2D[] } {
    const training = dropoutSeed !== undefined || needsInputGradient
    const weights = training ? this.#cutVector() : (this.#cut ??= this.#keptCut())
    let nextState: readonly Tensor2D[] = []
    let dropoutCount = 0
    const context: ForwardContext = {
      tf: this.tf,
      kernels: this.kernels,
      training,
      needsInputGradient,
      inspect,
      state,
      weights,
      derived: (name, make) => (training ? make() : this.#keptDerived(name, make)),
      dropout: (values, rate) => {
        if (dropoutSeed === undefined || rate === 0) return values
        return this.#dropout(values, rate, [dropoutSeed, (dropoutCount += 1)])
      },
      dropoutMask: (shape, rate) => {
        if (dropoutSeed === undefined || rate === 0) return undefined
        const ones = this.tf.ones([...shape]) as Tensor2D
        return this.kernels.dropout(ones, rate, [dropoutSeed, (dropoutCount += 1)])
      },
      keepState: (kept) => {
        nextState = kept
      }
    }
    return { output: this.network.forward(input, context), state: nextState }
  }

  /** A copy of all weights, in the order of the network's parameters. */
  async weights(): Promise<Float32Array> {
    return (await this.vector.data<'float32'>()).slice()
  }

  /** Replace all weights; the tensor given is disposed of. */
  assign(vector: Tensor1D): void {
    this.vector.assign(vector)
    vector.dispose()
    this.#forgetCut()
  }

  dispose(): void {
    this.#forgetCut()
    this.vector.dispose()
  }

  #dropout<T extends Tensor>(values: T, rate: number, seed: readonly [number, number]): T {
    const { tf, kernels } = this
    const differentiable = tf.customGrad((x) => ({
      value: kernels.dropout(x as Tensor, rate, seed),
      gradFunc: (gradient: Tensor) => kernels.dropout(gradient, rate, seed)
    }))
    return differentiable(values) as T
  }

  #cutVector(): Record<string, Tensor> {
    const { tf } = this
    const { parameters } = this.network
    const pieces = tf.split(
      this.vector as unknown as Tensor1D,
      parameters.map(({ shape }) => sizeOf(shape))
    )
    return Object.fromEntries(
      parameters.map(({ name, shape }, index) => [name, tf.reshape(pieces[index], [...shape])] as const)
    )
  }

  #keptCut(): Record<string, Tensor> {
    return this.tf.tidy(() => {
      const cut = this.#cutVector()
      Object.values(cut).forEach((weight) => this.tf.keep(weight))
      return cut
    })
  }

  #keptDerived<T extends Tensor>(name: string, make: () => T): T {
    const known = this.#derived.get(name) as T | undefined
    if (known) return known
    const made = this.tf.keep(make())
    this.#derived.set(name, made)
    return made
  }

  #forgetCut(): void {
    const { tf } = this
    tf.dispose([Object.values(this.#cut ?? {}), [...this.#derived.values()]])
    this.#cut = undefined
    this.#derived.clear()
  }
}
