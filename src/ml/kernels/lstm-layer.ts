/**
 * An LSTM layer that tfjs can differentiate: the kernels' forward and backward joined by a custom gradient.
 *
 * The initial state is taken as a constant (truncated back-propagation through time), and the final state is returned
 * detached. It belongs to the caller and outlives the enclosing tidy.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import type { Kernels, LstmInputs } from './kernels'

export interface LstmLayerContext {
  readonly tf: TensorFlow
  readonly kernels: Kernels
  /** False when nobody will ask for gradients: nothing is kept for them then. */
  readonly training: boolean
}

export interface LstmLayerInputs extends LstmInputs {
  /** False for the first layer: nothing before it is trained. */
  readonly needsInputGradient: boolean
}

export interface LstmLayerOutputs {
  readonly output: Tensor3D // [batch, steps, units]
  readonly finalHidden: Tensor2D // [batch, units], kept
  readonly finalCell: Tensor2D // [batch, units], kept
}

/** Kernel, bias, input, initial hidden and cell state, output; then whatever the kernels saved. */
type SavedTensors = [Tensor2D, Tensor1D, Tensor3D, Tensor2D, Tensor2D, Tensor3D, ...Tensor[]]

export function lstmLayer({ tf, kernels, training }: LstmLayerContext, inputs: LstmLayerInputs): LstmLayerOutputs {
  if (!training) {
    const { output, finalHidden, finalCell } = kernels.lstmForward(inputs, false)
    return { output, finalHidden: tf.keep(finalHidden), finalCell: tf.keep(finalCell) }
  }
  let finalHidden!: Tensor2D
  let finalCell!: Tensor2D
  const { needsInputGradient } = inputs
  const differentiable = tf.customGrad((...given: unknown[]) => {
    const save = given.pop() as (tensors: Tensor[]) => void
    const [kernel, bias, input = inputs.input] = given as [Tensor2D, Tensor1D, Tensor3D?]
    const outputs = kernels.lstmForward({ ...inputs, kernel, bias, input }, true)
    finalHidden = tf.keep(outputs.finalHidden)
    finalCell = tf.keep(outputs.finalCell)
    // tfjs disposes of everything of the forward pass that is not saved here, weights cut from a vector included.
    const { initialHidden, initialCell } = inputs
    save([kernel, bias, input, initialHidden, initialCell, outputs.output, ...outputs.saved])
    const gradFunc = (gradient: Tensor, kept: Tensor[]) => {
      const [keptKernel, keptBias, keptInput, hidden, cell, output, ...saved] = kept as SavedTensors
      const operands = {
        kernel: keptKernel,
        bias: keptBias,
        input: keptInput,
        initialHidden: hidden,
        initialCell: cell
      }
      const forward = { output, finalHidden, finalCell, saved }
      const found = kernels.lstmBackward(operands, forward, gradient as Tensor3D, needsInputGradient)
      return found.input ? [found.kernel, found.bias, found.input] : [found.kernel, found.bias]
    }
    return { value: outputs.output, gradFunc }
  })
  const { kernel, bias, input } = inputs
  const output = (needsInputGradient ? differentiable(kernel, bias, input) : differentiable(kernel, bias)) as Tensor3D
  return { output, finalHidden, finalCell }
}
