/**
 * Recurrent layers step by step in TensorFlow's own small operations: for what no whole-sequence operation does there,
 * a GRU with PyTorch's reset gate, a recurrent dropout mask, layer normalisation.
 *
 * Backward computes forward once more, now under tfjs's own differentiation: slower by that, and nothing is kept.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import {
  normEpsilon,
  type GruGradients,
  type GruInputs,
  type GruOutputs,
  type LstmGradients,
  type LstmInputs,
  type LstmOutputs
} from './kernels'

export function unrolledLstm(tf: TensorFlow, inputs: LstmInputs): LstmOutputs {
  return tf.tidy(() => {
    const { bias, inputScale, recurrentScale, cellScale, cellShift } = inputs
    const units = inputs.initialHidden.shape[1]
    const features = inputs.input.shape[2]
    const [inputKernel, recurrentKernel] = tf.split(inputs.kernel, [features, units]) as Tensor2D[]
    const norm = (values: Tensor2D, scale?: Tensor1D) => (scale ? scaled(tf, values, scale, [4 * units]) : values)
    const outputs: Tensor2D[] = []
    let hidden = inputs.initialHidden
    let cell = inputs.initialCell
    for (const x of stepsOf(tf, inputs.input)) {
      const fromInput = norm(tf.matMul(x, inputKernel), inputScale)
      const fromState = norm(tf.matMul(masked(tf, hidden, inputs), recurrentKernel), recurrentScale)
      const gates = tf.add(tf.add(fromInput, fromState), bias)
      const [i, f, g, o] = tf.split(gates, 4, 1) as Tensor2D[]
      cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)))
      const shown: Tensor = cellScale ? tf.add(scaled(tf, cell, cellScale, [units]), cellShift!) : cell
      hidden = tf.mul(tf.sigmoid(o), tf.tanh(shown))
      outputs.push(hidden)
    }
    return {
      output: tf.stack(outputs, 1) as Tensor3D,
      finalHidden: tf.clone(hidden),
      finalCell: tf.clone(cell),
      saved: []
    }
  })
}

export function unrolledGru(tf: TensorFlow, inputs: GruInputs): GruOutputs {
  return tf.tidy(() => {
    const { kernel, recurrentKernel, bias, recurrentBias, inputScale, recurrentScale } = inputs
    const units = inputs.initialHidden.shape[1]
    const norm = (values: Tensor2D, scale?: Tensor1D) =>
      scale ? scaled(tf, values, scale, [2 * units, units]) : values
    const outputs: Tensor2D[] = []
    let hidden = inputs.initialHidden
    for (const x of stepsOf(tf, inputs.input)) {
      const fromInput = tf.add(norm(tf.matMul(x, kernel), inputScale), bias)
      const fromState = tf.add(
        norm(tf.matMul(masked(tf, hidden, inputs), recurrentKernel), recurrentScale),
        recurrentBias
      )
      const [resetInput, updateInput, newInput] = tf.split(fromInput, 3, 1) as Tensor2D[]
      const [resetState, updateState, newState] = tf.split(fromState, 3, 1) as Tensor2D[]
      const reset = tf.sigmoid(tf.add(resetInput, resetState))
      const update = tf.sigmoid(tf.add(updateInput, updateState))
      const fresh = tf.tanh(tf.add(newInput, tf.mul(reset, newState)))
      hidden = tf.add(fresh, tf.mul(update, tf.sub(hidden, fresh)))
      outputs.push(hidden)
    }
    return { output: tf.stack(outputs, 1) as Tensor3D, finalHidden: tf.clone(hidden), saved: [] }
  })
}

export function unrolledLstmGradients(
  tf: TensorFlow,
  inputs: LstmInputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): LstmGradients {
  const { kernel, bias, inputScale, recurrentScale, cellScale, cellShift } = inputs
  const trained = { kernel, bias, inputScale, recurrentScale, cellScale, cellShift }
  const run = (changed: object) => unrolledLstm(tf, { ...inputs, ...changed }).output
  const by = needsInputGradient ? { input: inputs.input, ...trained } : trained
  return gradientsBy(tf, by, run, outputGradient) as unknown as LstmGradients
}

export function unrolledGruGradients(
  tf: TensorFlow,
  inputs: GruInputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): GruGradients {
  const { kernel, recurrentKernel, bias, recurrentBias, inputScale, recurrentScale } = inputs
  const trained = { kernel, recurrentKernel, bias, recurrentBias, inputScale, recurrentScale }
  const run = (changed: object) => unrolledGru(tf, { ...inputs, ...changed }).output
  const by = needsInputGradient ? { input: inputs.input, ...trained } : trained
  return gradientsBy(tf, by, run, outputGradient) as unknown as GruGradients
}

function gradientsBy(
  tf: TensorFlow,
  by: Readonly<Record<string, Tensor | undefined>>,
  run: (operands: Record<string, Tensor>) => Tensor,
  outputGradient: Tensor
): Record<string, Tensor> {
  const names = Object.keys(by).filter((name) => by[name] !== undefined)
  const named = (values: Tensor[]) => Object.fromEntries(names.map((name, index) => [name, values[index]]))
  const differentiate = tf.grads((...values: Tensor[]) => run(named(values)))
  const operands = names.map((name) => by[name]!)
  // This runs inside the backward pass of a layer's custom gradient. tfjs holds one tape and clears it at the end of any
  // differentiation, the enclosing one's too.
  const { state } = tf.engine()
  const enclosing = state.activeTape
  try {
    return named(differentiate(operands, outputGradient))
  } finally {
    state.activeTape = enclosing
  }
}

/** Each [batch, features]. tfjs cannot differentiate the unstacking of one step alone. */
function stepsOf(tf: TensorFlow, input: Tensor3D): Tensor2D[] {
  const [batch, steps, features] = input.shape
  return steps === 1 ? [tf.reshape(input, [batch, features])] : (tf.unstack(input, 1) as Tensor2D[])
}

function masked(tf: TensorFlow, hidden: Tensor2D, { recurrentMask }: { recurrentMask?: Tensor2D }): Tensor2D {
  return recurrentMask ? tf.mul(hidden, recurrentMask) : hidden
}

/** Each group of columns brought to mean 0 and variance 1, then scaled. */
function scaled(tf: TensorFlow, values: Tensor2D, scale: Tensor1D, groups: number[]): Tensor2D {
  const parts = groups.length === 1 ? [values] : (tf.split(values, groups, 1) as Tensor2D[])
  const normal = parts.map((part) => {
    const centred = tf.sub(part, tf.mean(part, 1, true))
    return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), normEpsilon))) as Tensor2D
  })
  return tf.mul(normal.length === 1 ? normal[0] : tf.concat(normal, 1), scale)
}
