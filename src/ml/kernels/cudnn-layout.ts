/**
 * Between our weights of a recurrent layer and the one vector in which cuDNN wants them: places move, values do not.
 *
 * cuDNN's vector of a layer is, for the input and then for the state, a matrix [units, columns read] for each gate, then
 * the bias of each gate, twice in the same order. Its gates stand as ours do: input, forget, cell, output; reset, update,
 * new. So its matrices are ours transposed. PyTorch's weight_ih, weight_hh, bias_ih and bias_hh, flat and one after the
 * other, are the same vector.
 */
import type { Tensor1D, Tensor2D, TensorFlow } from '../engine/engine'

export interface LayerWeights {
  readonly kernel: Tensor2D // [features, gates * units]
  readonly recurrentKernel: Tensor2D // [units, gates * units]
  readonly bias: Tensor1D // [gates * units]
  readonly recurrentBias: Tensor1D // [gates * units]
}

export interface LayerShape {
  readonly gates: 3 | 4
  readonly features: number
  readonly units: number
}

export function toCudnn(tf: TensorFlow, { kernel, recurrentKernel, bias, recurrentBias }: LayerWeights): Tensor1D {
  return tf.tidy(() => {
    const matrices = [kernel, recurrentKernel].map((matrix) => tf.reshape(tf.transpose(matrix), [matrix.size]))
    return tf.concat([...matrices, bias, recurrentBias]) as Tensor1D
  })
}

/** The way back, for weights and for their gradients. */
export function fromCudnn(tf: TensorFlow, vector: Tensor1D, { gates, features, units }: LayerShape): LayerWeights {
  const columns = gates * units
  const sizes = [features * columns, units * columns, columns, columns]
  const expected = sizes.reduce((a, b) => a + b)
  if (vector.size !== expected) {
    throw new RangeError(`A layer of this shape has ${expected} weights in cuDNN. Received: ${vector.size}.`)
  }
  return tf.tidy(() => {
    const [kernel, recurrentKernel, bias, recurrentBias] = tf.split(vector, sizes) as Tensor1D[]
    const matrix = (values: Tensor1D, rows: number) => tf.transpose(tf.reshape(values, [columns, rows])) as Tensor2D
    return { kernel: matrix(kernel, features), recurrentKernel: matrix(recurrentKernel, units), bias, recurrentBias }
  })
}
