/**
 * What an optimiser is: the memory that it keeps beside the weights, and one step. All weights are one vector, and so is
 * each piece of memory. One file an optimiser; its name and settings stand in core/training/optimisers.
 */
import type { Tensor, Tensor1D, TensorFlow } from '../../engine/engine'
import type { Kernels } from '../../kernels/kernels'

export interface UpdateInputs<Params> {
  readonly tf: TensorFlow
  readonly kernels: Kernels
  readonly parameters: Tensor1D
  /** As it comes from the loss: neither clipped nor decayed. */
  readonly gradient: Tensor1D
  /** In the order of the rule's names; zeros before the first step. */
  readonly slots: readonly Tensor1D[]
  /** 1 for the first step. */
  readonly step: number
  readonly learningRate: number
  readonly weightDecay: number
  /** The gradient is scaled down to this norm if it is longer. */
  readonly clipNorm: number
  readonly params: Params
}

/** All new; they belong to the caller. */
export interface UpdateOutputs {
  readonly parameters: Tensor1D
  readonly slots: readonly Tensor1D[]
  /** Norm of the gradient before clipping, a scalar. */
  readonly gradientNorm: Tensor
}

export interface Rule<Params = Readonly<Record<string, number | string>>> {
  readonly slotNames: readonly string[]
  update(inputs: UpdateInputs<Params>): UpdateOutputs
}

/** Keeps the types of the settings for `update`. */
export function defineRule<Params>(rule: Rule<Params>): Rule {
  return rule as unknown as Rule
}

/** Clipped as by PyTorch's clip_grad_norm_, then with weight decay added to it. Within a tidy of the caller. */
export function clippedAndDecayed({
  tf,
  gradient,
  parameters,
  clipNorm,
  weightDecay
}: Pick<UpdateInputs<unknown>, 'tf' | 'gradient' | 'parameters' | 'clipNorm' | 'weightDecay'>): {
  gradient: Tensor1D
  gradientNorm: Tensor
} {
  const gradientNorm = tf.norm(gradient)
  const scale = tf.minimum(1, tf.div(clipNorm, tf.add(gradientNorm, 1e-6)))
  const clipped = tf.mul<Tensor1D>(gradient, scale)
  return {
    gradient: weightDecay === 0 ? clipped : tf.add<Tensor1D>(clipped, tf.mul(parameters, weightDecay)),
    gradientNorm
  }
}
