/** Small pieces that several families share. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import { normEpsilon } from '../kernels/kernels'
import { linearLayer } from '../kernels/linear-layer'
import type { ForwardContext, ParameterSpec } from './define'
import { stateless, type Part } from './parts'

export function linearParameters(
  name: string,
  inputCount: number,
  outputCount: number,
  row = 'Linear layer'
): ParameterSpec[] {
  const initialBound = 1 / Math.sqrt(inputCount) // PyTorch's
  return [
    { name: `${name}/kernel`, shape: [inputCount, outputCount], row, initialBound },
    { name: `${name}/bias`, shape: [outputCount], row, initialBound }
  ]
}

/** A scale or shift of a layer normalisation, which starts as the identity. */
export function normParameter(
  name: string,
  row: string,
  { size, middle }: { size: number; middle: 0 | 1 }
): ParameterSpec {
  return { name, shape: [size], row, initialBound: 0, initialMiddle: middle }
}

/** The same linear map at every step. */
export function linear(context: ForwardContext, name: string, sequence: Tensor3D): Tensor3D {
  const { tf, weights } = context
  const kernel = weights[`${name}/kernel`] as Tensor2D
  const bias = weights[`${name}/bias`] as Tensor1D
  return atEveryStep(tf, sequence, (values) => linearLayer(context, { values, kernel, bias }))
}

/** The last part of most networks. */
export function linearPart(name: string, inputCount: number, outputCount: number): Part {
  const part = stateless(linearParameters(name, inputCount, outputCount), (input, context) =>
    linear(context, name, input)
  )
  const layer = { kind: 'dense', name, inputSize: inputCount, outputSize: outputCount, activation: 'linear' } as const
  return { ...part, layers: [layer] }
}

/** Every step's vector times one matrix, as one product. */
export function mapSteps(tf: TensorFlow, sequence: Tensor3D, matrix: Tensor2D): Tensor3D {
  return atEveryStep(tf, sequence, (values) => tf.matMul(values, matrix))
}

/** Rows are the steps of all examples. */
function atEveryStep(tf: TensorFlow, sequence: Tensor3D, map: (rows: Tensor2D) => Tensor2D): Tensor3D {
  const [batch, steps, size] = sequence.shape
  const mapped = map(tf.reshape(sequence, [batch * steps, size]))
  return tf.reshape(mapped, [batch, steps, mapped.shape[1]])
}

export function layerNormParameters(name: string, size: number): ParameterSpec[] {
  const row = 'Layer normalisation'
  return [
    normParameter(`${name}/scale`, row, { size, middle: 1 }),
    normParameter(`${name}/shift`, row, { size, middle: 0 })
  ]
}

/** Layer normalisation over the last axis (Ba, Kiros & Hinton 2016). */
export function layerNorm<T extends Tensor>({ tf, weights }: ForwardContext, name: string, values: T): T {
  const axis = values.rank - 1
  const centred = tf.sub(values, tf.mean(values, axis, true))
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), axis, true), normEpsilon))
  return tf.add(tf.mul(tf.div(centred, deviation), weights[`${name}/scale`]), weights[`${name}/shift`])
}

/** The last `count` steps of a sequence as kept state. */
export function keptTail(tf: TensorFlow, sequence: Tensor3D, count: number): Tensor2D {
  const [batch, steps, size] = sequence.shape
  const tail = tf.slice(sequence, [0, steps - count, 0], [batch, count, size])
  return tf.keep(tf.reshape(tail, [batch, count * size]) as Tensor2D)
}

/** A sequence in pieces of at most so many steps. */
export function piecesOf(tf: TensorFlow, sequence: Tensor3D, longest: number): Tensor3D[] {
  const [batch, steps, size] = sequence.shape
  if (steps <= longest) return [sequence]
  const pieces: Tensor3D[] = []
  for (let start = 0; start < steps; start += longest) {
    pieces.push(tf.slice(sequence, [0, start, 0], [batch, Math.min(longest, steps - start), size]))
  }
  return pieces
}
