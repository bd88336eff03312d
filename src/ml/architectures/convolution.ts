/**
 * Convolutions over time, dilated or not. A causal one carries the inputs that its next output still needs, so that blocks give
 * what the whole gives; at the start they are zero, as if silence had come before.
 */
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { keptTail, mapSteps } from './blocks'
import type { ForwardContext, ParameterSpec } from './define'
import type { Part } from './parts'

export interface ConvolutionPlan {
  readonly name: string
  /** The row under which the parameter table counts it. */
  readonly row: string
  readonly inputCount: number
  readonly outputCount: number
  readonly kernelSize: number
  /** Steps from one tap to the next; 1 if absent. */
  readonly dilation?: number
  /** False for a kernel that reaches as far into the future as into the past. */
  readonly causal?: boolean
}

export function convolution(plan: ConvolutionPlan): Part {
  const { name, row, inputCount, outputCount, kernelSize, dilation = 1, causal = true } = plan
  const initialBound = 1 / Math.sqrt(inputCount * kernelSize) // PyTorch's
  const sizes = { name, inputSize: inputCount, outputSize: outputCount, kernelSize }
  const reach = (kernelSize - 1) * dilation
  const parameters: ParameterSpec[] = [
    { name: `${name}/kernel`, shape: [kernelSize, inputCount, outputCount], row, initialBound },
    { name: `${name}/bias`, shape: [outputCount], row, initialBound }
  ]
  return {
    parameters,
    stateSizes: causal && reach > 0 ? [reach * inputCount] : [],
    layers: causal ? [{ kind: 'causal-convolution', ...sizes, dilation, activation: 'linear' }] : undefined,
    forward(input, context, [past]) {
      const { tf } = context
      const [batch] = input.shape
      if (reach === 0) return { output: convolve(context, plan, input), state: [] }
      if (!causal) {
        const before = Math.floor(reach / 2)
        const padded = tf.pad(input, [[0, 0], [before, reach - before], [0, 0]]) // prettier-ignore
        return { output: convolve(context, plan, padded), state: [] }
      }
      const padded = tf.concat([tf.reshape(past, [batch, reach, inputCount]), input], 1) as Tensor3D
      return { output: convolve(context, plan, padded), state: [keptTail(tf, padded, reach)] }
    }
  }
}

/** Valid outputs only: one product of all taps, laid side by side, with the kernel. */
function convolve({ tf, weights }: ForwardContext, plan: ConvolutionPlan, padded: Tensor3D): Tensor3D {
  const { name, inputCount, outputCount, kernelSize, dilation = 1 } = plan
  const [batch, length] = padded.shape
  const steps = length - (kernelSize - 1) * dilation
  const taps = Array.from({ length: kernelSize }, (_, tap) =>
    tf.slice(padded, [0, tap * dilation, 0], [batch, steps, inputCount])
  )
  const columns = taps.length === 1 ? taps[0] : (tf.concat(taps, 2) as Tensor3D)
  const kernel = tf.reshape(weights[`${name}/kernel`], [kernelSize * inputCount, outputCount]) as Tensor2D
  return tf.add(mapSteps(tf, columns, kernel), weights[`${name}/bias`] as Tensor1D)
}
