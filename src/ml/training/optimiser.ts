/**
 * One training step: loss, gradient, Adam. Knows nothing of data sets, epochs or files.
 */
import type { Scalar, Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import type { WeightedNetwork } from '../network/weighted-network'

export interface AdamSettings {
  readonly weightDecay: number
  /** Gradients longer than this are scaled down to it. */
  readonly clipNorm: number
}

export interface StepInputs {
  readonly input: Tensor3D // [batch, steps, features]
  readonly target: Tensor3D // [batch, steps, outputs]
  readonly state: readonly Tensor2D[]
  readonly learningRate: number
  /** Decides the dropout masks of this step. */
  readonly dropoutSeed: number
}

export interface StepResult {
  readonly loss: number
  readonly gradientNorm: number
  /** The state after the last step; belongs to the caller. */
  readonly state: readonly Tensor2D[]
}

/** The optimiser's own memory, for checkpoints. */
export interface OptimiserState {
  readonly stepCount: number
  readonly firstMoment: Float32Array
  readonly secondMoment: Float32Array
}

export class Optimiser {
  #stepCount = 0
  #firstMoment: Tensor1D
  #secondMoment: Tensor1D

  constructor(
    readonly network: WeightedNetwork,
    readonly settings: AdamSettings
  ) {
    const { tf, parameterCount } = network
    this.#firstMoment = tf.zeros([parameterCount])
    this.#secondMoment = tf.zeros([parameterCount])
  }

  get stepCount(): number {
    return this.#stepCount
  }

  /** Mean squared error over the batch, its gradient, and one step of Adam. Input tensors stay the caller's. */
  step({ input, target, state, learningRate, dropoutSeed }: StepInputs): StepResult {
    const { network } = this
    const { tf, kernels, vector } = network
    let nextState: readonly Tensor2D[] = []
    const { value, grads } = tf.variableGrads(() => {
      const run = network.run(input, { state, dropoutSeed })
      nextState = run.state
      return tf.mean(tf.square(tf.sub(run.output, target))) as Scalar
    }, [vector])
    this.#stepCount += 1
    const gradient = grads[vector.name] as Tensor1D
    const updated = kernels.adam({
      parameters: vector as unknown as Tensor1D,
      gradient,
      firstMoment: this.#firstMoment,
      secondMoment: this.#secondMoment,
      step: this.#stepCount,
      learningRate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      ...this.settings
    })
    const loss = value.dataSync()[0]
    const gradientNorm = updated.gradientNorm.dataSync()[0]
    tf.dispose([value, gradient, this.#firstMoment, this.#secondMoment, updated.gradientNorm])
    this.#firstMoment = updated.firstMoment
    this.#secondMoment = updated.secondMoment
    network.assign(updated.parameters)
    return { loss, gradientNorm, state: nextState }
  }

  async state(): Promise<OptimiserState> {
    const copy = async (moment: Tensor1D) => (await moment.data<'float32'>()).slice()
    return {
      stepCount: this.#stepCount,
      firstMoment: await copy(this.#firstMoment),
      secondMoment: await copy(this.#secondMoment)
    }
  }

  restore({ stepCount, firstMoment, secondMoment }: OptimiserState): void {
    const { tf } = this.network
    tf.dispose([this.#firstMoment, this.#secondMoment])
    this.#stepCount = stepCount
    this.#firstMoment = tf.tensor1d(firstMoment)
    this.#secondMoment = tf.tensor1d(secondMoment)
  }

  dispose(): void {
    this.network.tf.dispose([this.#firstMoment, this.#secondMoment])
  }
}
