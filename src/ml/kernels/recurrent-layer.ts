/**
 * A recurrent layer that tfjs can differentiate: a kernel's forward and backward joined by a custom gradient.
 *
 * Knows operands by their names only. Initial states and masks are taken as constants (truncated back-propagation
 * through time), and final states are returned detached: they belong to the caller and outlive the enclosing tidy.
 */
import type { Tensor, Tensor3D, TensorFlow } from '../engine/engine'

type Operands = Readonly<Record<string, Tensor>>

interface Outputs {
  readonly output: Tensor3D
  readonly saved: readonly Tensor[]
}

/** One kernel's two passes, over operands of its own names. */
export interface RecurrentPasses<I, O extends Outputs, G> {
  forward(inputs: I, keepForBackward: boolean): O
  backward(inputs: I, outputs: O, outputGradient: Tensor3D, needsInputGradient: boolean): G
}

export interface RecurrentLayerContext {
  readonly tf: TensorFlow
  /** False when nobody will ask for gradients: nothing is kept for them then. */
  readonly training: boolean
}

export interface RecurrentLayerPlan {
  /** Those operands that training changes; absent ones are passed over. */
  readonly trained: readonly string[]
  /** False for the first layer: nothing before it is trained. */
  readonly needsInputGradient: boolean
  /** The final states among the outputs. */
  readonly finals: readonly string[]
}

/** Runs the layer; the outputs' final states are kept. `inputs` may hold undefined for options that are not used. */
export function recurrentLayer<I extends { readonly input: Tensor3D }, O extends Outputs, G>(
  { tf, training }: RecurrentLayerContext,
  passes: RecurrentPasses<I, O, G>,
  inputs: I,
  { trained, needsInputGradient, finals }: RecurrentLayerPlan
): O {
  const keepFinals = (outputs: O) => {
    for (const name of finals) tf.keep((outputs as unknown as Operands)[name])
    return outputs
  }
  if (!training) return keepFinals(passes.forward(inputs, false))
  const operands: Operands = Object.fromEntries(Object.entries(inputs).filter(([, operand]) => operand !== undefined))
  const names = Object.keys(operands)
  const differentiated = [...trained.filter((name) => name in operands), ...(needsInputGradient ? ['input'] : [])]
  let outputs!: O
  const differentiable = tf.customGrad((...received: unknown[]) => {
    const save = received.pop() as (tensors: Tensor[]) => void
    const used: Operands = {
      ...operands,
      ...Object.fromEntries(differentiated.map((name, index) => [name, received[index] as Tensor]))
    }
    outputs = keepFinals(passes.forward(used as unknown as I, true))
    // tfjs disposes of everything of the forward pass that is not saved here, weights cut from a vector included.
    save([...names.map((name) => used[name]), outputs.output, ...outputs.saved])
    const gradFunc = (gradient: Tensor, kept: Tensor[]) => {
      const keptOperands = Object.fromEntries(names.map((name, index) => [name, kept[index]]))
      const keptOutputs = { ...outputs, output: kept[names.length], saved: kept.slice(names.length + 1) }
      const found = passes.backward(
        keptOperands as unknown as I,
        keptOutputs as O,
        gradient as Tensor3D,
        needsInputGradient
      )
      return differentiated.map((name) => (found as unknown as Operands)[name])
    }
    return { value: outputs.output, gradFunc }
  })
  const output = differentiable(...differentiated.map((name) => operands[name])) as Tensor3D
  return { ...outputs, output }
}
