/** A linear recurrence that tfjs can differentiate. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import type { Kernels } from './kernels'

export interface ScanLayerInputs {
  readonly values: Tensor3D // [batch, steps, 2 * units], real parts before imaginary ones
  readonly factor: Tensor1D // [2 * units]
  readonly initial: Tensor2D // [batch, 2 * units]
}

/**
 * x(t) = factor x(t-1) + values(t) on complex numbers. `final`, the last x, is kept and detached; the initial state is taken
 * as a constant. Backward is the same recurrence from the end, with the conjugate factor.
 */
export function scanLayer(
  { tf, kernels, training }: { tf: TensorFlow; kernels: Kernels; training: boolean },
  { values, factor, initial }: ScanLayerInputs
): { states: Tensor3D; final: Tensor2D } {
  const run = (values: Tensor3D, factor: Tensor1D) => kernels.scan({ values, factor, initial, direction: 'forward' })
  const lastOf = (states: Tensor3D) => {
    const [batch, steps, size] = states.shape
    return tf.keep(tf.reshape(tf.slice(states, [0, steps - 1, 0], [batch, 1, size]), [batch, size]) as Tensor2D)
  }
  if (!training) {
    const states = run(values, factor)
    return { states, final: lastOf(states) }
  }
  let final!: Tensor2D
  const differentiable = tf.customGrad((...received: unknown[]) => {
    const [givenValues, givenFactor, save] = received as [Tensor3D, Tensor1D, (tensors: Tensor[]) => void]
    const states = run(givenValues, givenFactor)
    final = lastOf(states)
    save([states, givenFactor, initial])
    return { value: states, gradFunc: (gradient: Tensor, kept: Tensor[]) => gradients(gradient as Tensor3D, kept) }
  })
  return { states: differentiable(values, factor) as Tensor3D, final }

  function gradients(gradient: Tensor3D, [states, factor, initial]: Tensor[]): [Tensor3D, Tensor1D] {
    const [batch, steps, size] = gradient.shape
    const [real, imaginary] = tf.split(factor, 2)
    const conjugate = tf.concat([real, tf.neg(imaginary)]) as Tensor1D
    const none = tf.zeros([batch, size]) as Tensor2D
    const sums = kernels.scan({ values: gradient, factor: conjugate, initial: none, direction: 'backward' })
    const first = tf.reshape(initial, [batch, 1, size])
    const before = tf.concat([first, tf.slice(states as Tensor3D, [0, 0, 0], [batch, steps - 1, size])], 1)
    const [beforeReal, beforeImaginary] = tf.split(before, 2, 2)
    const [sumReal, sumImaginary] = tf.split(sums, 2, 2)
    const byReal = tf.add(tf.mul(sumReal, beforeReal), tf.mul(sumImaginary, beforeImaginary))
    const byImaginary = tf.sub(tf.mul(sumImaginary, beforeReal), tf.mul(sumReal, beforeImaginary))
    return [sums, tf.concat([tf.sum(byReal, [0, 1]), tf.sum(byImaginary, [0, 1])]) as Tensor1D]
  }
}
