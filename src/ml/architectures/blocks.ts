/** Small pieces that several families share. */
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import type { ForwardContext, ParameterSpec } from './define'

export function linearParameters(name: string, inputCount: number, outputCount: number): ParameterSpec[] {
  const initialBound = 1 / Math.sqrt(inputCount) // PyTorch's
  return [
    { name: `${name}/kernel`, shape: [inputCount, outputCount], row: 'Linear layer', initialBound },
    { name: `${name}/bias`, shape: [outputCount], row: 'Linear layer', initialBound }
  ]
}

/** The same linear map at every step. */
export function linear({ tf, weights }: ForwardContext, name: string, sequence: Tensor3D): Tensor3D {
  const [batch, steps, size] = sequence.shape
  const kernel = weights[`${name}/kernel`] as Tensor2D
  const flat = tf.reshape(sequence, [batch * steps, size])
  const mapped = tf.add(tf.matMul<Tensor2D>(flat, kernel), weights[`${name}/bias`] as Tensor1D)
  return tf.reshape(mapped, [batch, steps, kernel.shape[1]])
}
