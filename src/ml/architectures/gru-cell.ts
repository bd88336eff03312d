/** One GRU layer: its tensors, and its gates for those who look inside. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { gruLayer } from '../kernels/gru-layer'
import { mapSteps, normParameter } from './blocks'
import type { ForwardContext } from './define'
import { delayed, normedRows } from './gates'
import type { Cell, CellInputs } from './recurrent'

export const gruCell: Cell = {
  prefix: 'gru',
  kind: 'gru',
  stateCount: 1,
  parameters(name, { inputCount, units, layer }) {
    const common = { row: `GRU layer ${layer + 1}`, initialBound: 1 / Math.sqrt(units) } // PyTorch's
    return {
      main: [
        { name: `${name}/kernel`, shape: [inputCount, 3 * units], ...common },
        { name: `${name}/recurrent_kernel`, shape: [units, 3 * units], ...common },
        { name: `${name}/bias`, shape: [3 * units], ...common },
        { name: `${name}/recurrent_bias`, shape: [3 * units], ...common }
      ],
      norm: ['input_scale', 'recurrent_scale'].map((scale) =>
        normParameter(`${name}/${scale}`, 'Layer normalisation', { size: 3 * units, middle: 1 })
      )
    }
  },
  forward(context, layer) {
    const { weights } = context
    const { name, input, state, recurrentMask, needsInputGradient } = layer
    const { output, finalHidden } = gruLayer(context, {
      ...{ input, initialHidden: state[0], recurrentMask, needsInputGradient },
      kernel: weights[`${name}/kernel`] as Tensor2D,
      recurrentKernel: weights[`${name}/recurrent_kernel`] as Tensor2D,
      bias: weights[`${name}/bias`] as Tensor1D,
      recurrentBias: weights[`${name}/recurrent_bias`] as Tensor1D,
      inputScale: weights[`${name}/input_scale`] as Tensor1D | undefined,
      recurrentScale: weights[`${name}/recurrent_scale`] as Tensor1D | undefined
    })
    if (context.inspect) showGates(context, layer, output)
    return { output, state: [finalHidden] }
  }
}

/** All gates at once from what the layer read and answered. */
function showGates({ tf, weights, inspect }: ForwardContext, layer: CellInputs, output: Tensor3D): void {
  const { name, input, state } = layer
  const units = output.shape[2]
  tf.tidy(() => {
    const weight = (part: string) => weights[`${name}/${part}`]
    const norm = (values: Tensor3D, scale: string) =>
      normedRows(tf, values, weight(scale) as Tensor1D | undefined, [2 * units, units])
    const before = delayed(tf, output, state[0])
    const fromInput = norm(mapSteps(tf, input, weight('kernel') as Tensor2D), 'input_scale')
    const fromState = norm(mapSteps(tf, before, weight('recurrent_kernel') as Tensor2D), 'recurrent_scale')
    const [ri, zi, ni] = tf.split(tf.add(fromInput, weight('bias')), 3, 2) as Tensor[]
    const [rs, zs, ns] = tf.split(tf.add(fromState, weight('recurrent_bias')), 3, 2) as Tensor[]
    const reset = tf.sigmoid(tf.add(ri, rs))
    const update = tf.sigmoid(tf.add(zi, zs))
    const candidate = tf.tanh(tf.add(ni, tf.mul(reset, ns)))
    for (const [gate, values] of Object.entries({ reset, update, candidate })) inspect?.(`${name}/${gate}`, values)
  })
}
