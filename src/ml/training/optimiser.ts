/**
 * One training step: loss, gradient, a step of the chosen optimiser. Knows nothing of data sets, epochs or files.
 */
import { parseParams, type ParamTable } from '../../core/params/params'
import { optimisers, type OptimiserId } from '../../core/training/optimisers'
import type { Scalar, Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import type { WeightedNetwork } from '../network/weighted-network'
import { rules } from './optimisers'
import type { Rule } from './optimisers/define'

export interface OptimiserSettings {
  /** Adam with its usual settings if absent. */
  readonly optimiser?: { readonly id: OptimiserId; readonly params: Readonly<Record<string, unknown>> }
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
  /** Mean squared error over the batch if absent. */
  readonly loss?: (output: Tensor3D, target: Tensor3D) => Scalar
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
  /** By the names of the rule. */
  readonly slots: Readonly<Record<string, Float32Array>>
}

export class Optimiser {
  #stepCount = 0
  #slots: readonly Tensor1D[]
  readonly #rule: Rule
  readonly #params: Readonly<Record<string, number | string>>

  /** Throws RangeError for settings that the optimiser does not have. */
  constructor(
    readonly network: WeightedNetwork,
    readonly settings: OptimiserSettings
  ) {
    const { tf, parameterCount } = network
    const { id, params } = settings.optimiser ?? { id: 'adam', params: {} }
    this.#rule = rules[id]
    this.#params = parseParams<ParamTable>(optimisers[id].params, params)
    this.#slots = this.#rule.slotNames.map(() => tf.zeros([parameterCount]))
  }

  get stepCount(): number {
    return this.#stepCount
  }

  /** The loss over the batch, its gradient, and one step. Input tensors stay the caller's. */
  step({ input, target, state, learningRate, dropoutSeed, loss: lossOf }: StepInputs): StepResult {
    const { network } = this
    const { tf, kernels, vector } = network
    let nextState: readonly Tensor2D[] = []
    const { value, grads } = tf.variableGrads(() => {
      const run = network.run(input, { state, dropoutSeed })
      nextState = run.state
      return lossOf?.(run.output, target) ?? (tf.mean(tf.square(tf.sub(run.output, target))) as Scalar)
    }, [vector])
    this.#stepCount += 1
    const gradient = grads[vector.name] as Tensor1D
    const { weightDecay, clipNorm } = this.settings
    const updated = this.#rule.update({
      ...{ tf, kernels, gradient, learningRate, weightDecay, clipNorm },
      parameters: vector as unknown as Tensor1D,
      slots: this.#slots,
      step: this.#stepCount,
      params: this.#params
    })
    const loss = value.dataSync()[0]
    const gradientNorm = updated.gradientNorm.dataSync()[0]
    tf.dispose([value, gradient, ...this.#slots, updated.gradientNorm])
    this.#slots = updated.slots
    network.assign(updated.parameters)
    return { loss, gradientNorm, state: nextState }
  }

  async state(): Promise<OptimiserState> {
    const values = await Promise.all(this.#slots.map(async (slot) => (await slot.data<'float32'>()).slice()))
    const slots = Object.fromEntries(this.#rule.slotNames.map((name, index) => [name, values[index]] as const))
    return { stepCount: this.#stepCount, slots }
  }

  /** Throws RangeError if the memory is not that of this optimiser and network. */
  restore({ stepCount, slots }: OptimiserState): void {
    const { tf, parameterCount } = this.network
    const values = this.#rule.slotNames.map((name) => {
      if (slots[name]?.length !== parameterCount)
        throw new RangeError(
          `Expected ${parameterCount} values of "${name}". Received: ${slots[name]?.length ?? 'none'}.`
        )
      return slots[name]
    })
    tf.dispose([...this.#slots])
    this.#stepCount = stepCount
    this.#slots = values.map((slot) => tf.tensor1d(slot))
  }

  dispose(): void {
    this.network.tf.dispose([...this.#slots])
  }
}
