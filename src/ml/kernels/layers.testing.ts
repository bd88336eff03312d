/** Random layers for tests, and the way from plain arrays through a kernel and back. */
import type { Random } from '../../core/random'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import type { GruInputs, Kernels, LstmInputs } from './kernels'
import type { Gru, Lstm, Shape } from './reference-layers.testing'

export interface LstmRun {
  readonly output: Float32Array
  readonly finalHidden: Float32Array
  readonly finalCell: Float32Array
  readonly gradients: { readonly input?: Float32Array; readonly kernel: Float32Array; readonly bias: Float32Array }
}

export interface GruRun {
  readonly output: Float32Array
  readonly finalHidden: Float32Array
  readonly gradients: {
    readonly input?: Float32Array
    readonly kernel: Float32Array
    readonly recurrentKernel: Float32Array
    readonly bias: Float32Array
    readonly recurrentBias: Float32Array
  }
}

/** Each size between 1 and its limit, small ones as likely as large ones. */
export function randomShape(random: Random, most: Shape): Shape {
  const size = (limit: number) => Math.min(limit, Math.floor(Math.exp(random.uniform(0, Math.log(limit + 1)))))
  return { batch: size(most.batch), steps: size(most.steps), features: size(most.features), units: size(most.units) }
}

export function randomLstm(random: Random, shape: Shape): { layer: Lstm; outputGradient: Float64Array } {
  const { batch, steps, features, units } = shape
  const scale = 1 / Math.sqrt(features + units)
  const layer = {
    shape,
    input: normals(random, batch * steps * features),
    initialHidden: normals(random, batch * units, 0.5),
    initialCell: normals(random, batch * units),
    kernel: normals(random, (features + units) * 4 * units, scale),
    bias: normals(random, 4 * units, 0.3)
  }
  return { layer, outputGradient: normals(random, batch * steps * units, 1 / (batch * steps)) }
}

export function randomGru(random: Random, shape: Shape): { layer: Gru; outputGradient: Float64Array } {
  const { batch, steps, features, units } = shape
  const layer = {
    shape,
    input: normals(random, batch * steps * features),
    initialHidden: normals(random, batch * units, 0.5),
    kernel: normals(random, features * 3 * units, 1 / Math.sqrt(features)),
    recurrentKernel: normals(random, units * 3 * units, 1 / Math.sqrt(units)),
    bias: normals(random, 3 * units, 0.3),
    recurrentBias: normals(random, 3 * units, 0.3)
  }
  return { layer, outputGradient: normals(random, batch * steps * units, 1 / (batch * steps)) }
}

/** Numbers that float32 holds exactly, so that float64 loops start from the same ones. */
function normals(random: Random, count: number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, () => Math.fround(random.normal() * scale))
}

export function lstmTensors(tf: TensorFlow, { shape, ...layer }: Lstm): LstmInputs {
  const { batch, steps, features, units } = shape
  return {
    input: tf.tensor(Float32Array.from(layer.input), [batch, steps, features]) as Tensor3D,
    initialHidden: tf.tensor(Float32Array.from(layer.initialHidden), [batch, units]) as Tensor2D,
    initialCell: tf.tensor(Float32Array.from(layer.initialCell), [batch, units]) as Tensor2D,
    kernel: tf.tensor(Float32Array.from(layer.kernel), [features + units, 4 * units]) as Tensor2D,
    bias: tf.tensor(Float32Array.from(layer.bias)) as Tensor1D
  }
}

export function gruTensors(tf: TensorFlow, { shape, ...layer }: Gru): GruInputs {
  const { batch, steps, features, units } = shape
  return {
    input: tf.tensor(Float32Array.from(layer.input), [batch, steps, features]) as Tensor3D,
    initialHidden: tf.tensor(Float32Array.from(layer.initialHidden), [batch, units]) as Tensor2D,
    kernel: tf.tensor(Float32Array.from(layer.kernel), [features, 3 * units]) as Tensor2D,
    recurrentKernel: tf.tensor(Float32Array.from(layer.recurrentKernel), [units, 3 * units]) as Tensor2D,
    bias: tf.tensor(Float32Array.from(layer.bias)) as Tensor1D,
    recurrentBias: tf.tensor(Float32Array.from(layer.recurrentBias)) as Tensor1D
  }
}

/** Forward and backward of one layer; leaves no tensor behind. */
export function runLstm(
  tf: TensorFlow,
  kernels: Kernels,
  layer: Lstm,
  outputGradient: Float64Array,
  needsInput = true
): LstmRun {
  return tf.tidy(() => {
    const inputs = lstmTensors(tf, layer)
    const outputs = kernels.lstmForward(inputs, true)
    const gradient = tf.tensor(Float32Array.from(outputGradient), outputs.output.shape) as Tensor3D
    const gradients = kernels.lstmBackward(inputs, outputs, gradient, needsInput)
    return {
      output: read(outputs.output),
      finalHidden: read(outputs.finalHidden),
      finalCell: read(outputs.finalCell),
      gradients: {
        input: gradients.input && read(gradients.input),
        kernel: read(gradients.kernel),
        bias: read(gradients.bias)
      }
    }
  })
}

export function runGru(
  tf: TensorFlow,
  kernels: Kernels,
  layer: Gru,
  outputGradient: Float64Array,
  needsInput = true
): GruRun {
  return tf.tidy(() => {
    const inputs = gruTensors(tf, layer)
    const outputs = kernels.gruForward(inputs, true)
    const gradient = tf.tensor(Float32Array.from(outputGradient), outputs.output.shape) as Tensor3D
    const gradients = kernels.gruBackward(inputs, outputs, gradient, needsInput)
    return {
      output: read(outputs.output),
      finalHidden: read(outputs.finalHidden),
      gradients: {
        input: gradients.input && read(gradients.input),
        kernel: read(gradients.kernel),
        recurrentKernel: read(gradients.recurrentKernel),
        bias: read(gradients.bias),
        recurrentBias: read(gradients.recurrentBias)
      }
    }
  })
}

const read = (tensor: Tensor) => tensor.dataSync() as Float32Array

/** Largest difference of two arrays of one length, relative where the values are above 1. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity
  let largest = 0
  for (let i = 0; i < found.length; i += 1) {
    const difference = Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i]))
    if (!(difference <= largest)) largest = difference
  }
  return largest
}
