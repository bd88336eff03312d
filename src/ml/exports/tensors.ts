/** A model's weights by name, and the few ways in which other programs lay out the same numbers. */
import { sizeOf } from '../architectures/define'
import type { LayerOf } from '../architectures/layers'
import type { StoredModel } from '../library/model-file'

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row by row. */
  readonly values: Float32Array
}

/** Views of the weight vector by the names of the parameters. */
export function weightsByName({ network, weights }: StoredModel): ReadonlyMap<string, Float32Array> {
  let at = 0
  return new Map(
    network.parameters.map(({ name, shape }) => [name, weights.subarray(at, (at += sizeOf(shape)))] as const)
  )
}

export function transposed({ rows, columns, values }: Matrix): Matrix {
  const turned = new Float32Array(values.length)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) turned[column * rows + row] = values[row * columns + column]
  }
  return { rows: columns, columns: rows, values: turned }
}

/** Equal blocks of rows in another order: gates, where each has as many rows as there are units. */
export function reordered({ rows, columns, values }: Matrix, order: readonly number[]): Matrix {
  const size = values.length / order.length
  const moved = new Float32Array(values.length)
  order.forEach((from, to) => moved.set(values.subarray(from * size, (from + 1) * size), to * size))
  return { rows, columns, values: moved }
}

/** A vector as one column. */
export function columnOf(values: Float32Array): Matrix {
  return { rows: values.length, columns: 1, values }
}

/** A recurrent layer as PyTorch lays it out: one row for each gate of each unit. */
export interface RecurrentWeights {
  readonly inputKernel: Matrix // [gates * units, inputSize]
  readonly recurrentKernel: Matrix // [gates * units, units]
  readonly bias: Float32Array // [gates * units]
  readonly recurrentBias: Float32Array // [gates * units]
}

/** Gates input, forget, cell, output for an LSTM and reset, update, new for a GRU: ours are PyTorch's. */
export function recurrentWeights(
  weights: ReadonlyMap<string, Float32Array>,
  { kind, name, inputSize, units }: LayerOf<'lstm' | 'gru'>
): RecurrentWeights {
  const of = (part: string) => weights.get(`${name}/${part}`)!
  const columns = (kind === 'lstm' ? 4 : 3) * units
  const cut = inputSize * columns
  const kernel = of('kernel')
  // An LSTM keeps its recurrent weights below the others, a GRU apart.
  const recurrent = kind === 'lstm' ? kernel.subarray(cut) : of('recurrent_kernel')
  return {
    inputKernel: transposed({ rows: inputSize, columns, values: kernel.subarray(0, cut) }),
    recurrentKernel: transposed({ rows: units, columns, values: recurrent }),
    bias: of('bias'),
    recurrentBias: of('recurrent_bias')
  }
}

/** [kernelSize, inputSize, outputSize] -> [outputSize, inputSize, kernelSize], as PyTorch and ONNX have it. */
export function convolutionKernel(
  values: Float32Array,
  { kernelSize, inputSize, outputSize }: LayerOf<'causal-convolution'>
): Float32Array {
  const turned = new Float32Array(values.length)
  for (let k = 0; k < kernelSize; k += 1) {
    for (let input = 0; input < inputSize; input += 1) {
      for (let output = 0; output < outputSize; output += 1) {
        turned[(output * inputSize + input) * kernelSize + k] = values[(k * inputSize + input) * outputSize + output]
      }
    }
  }
  return turned
}

/** The bytes of float32 values in the order of this machine, which is little-endian wherever this program runs. */
export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
