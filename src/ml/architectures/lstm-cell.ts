/** One LSTM layer: its tensors, and its gates for those who look inside. */
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { lstmLayer } from '../kernels/lstm-layer'
import { mapSteps, normParameter } from './blocks'
import type { ForwardContext } from './define'
import { delayed, normedRows } from './gates'
import type { Cell, CellInputs } from './recurrent'

export const lstmCell: Cell = {
  prefix: 'lstm',
  kind: 'lstm',
  stateCount: 2,
  parameters(name, { inputCount, units, layer }) {
    const initialBound = 1 / Math.sqrt(units) // PyTorch's
    const row = `LSTM layer ${layer + 1}`
    const norm = 'Layer normalisation'
    return {
      main: [
        { name: `${name}/kernel`, shape: [inputCount + units, 4 * units], row, initialBound },
        { name: `${name}/bias`, shape: [4 * units], row, initialBound }
      ],
      // Second bias vectors behind the rest: the seed counts them in a row of their own.
      late: [{ name: `${name}/recurrent_bias`, shape: [4 * units], row: 'Second biases', initialBound }],
      norm: [
        normParameter(`${name}/input_scale`, norm, { size: 4 * units, middle: 1 }),
        normParameter(`${name}/recurrent_scale`, norm, { size: 4 * units, middle: 1 }),
        normParameter(`${name}/cell_scale`, norm, { size: units, middle: 1 }),
        normParameter(`${name}/cell_shift`, norm, { size: units, middle: 0 })
      ]
    }
  },
  forward(context, layer) {
    const { weights, tf } = context
    const { name, input, state, recurrentMask, needsInputGradient } = layer
    const { output, finalHidden, finalCell } = lstmLayer(context, {
      ...{ input, initialHidden: state[0], initialCell: state[1], recurrentMask, needsInputGradient },
      kernel: weights[`${name}/kernel`] as Tensor2D,
      bias: context.derived(name, () => tf.add<Tensor1D>(weights[`${name}/bias`], weights[`${name}/recurrent_bias`])),
      inputScale: weights[`${name}/input_scale`] as Tensor1D | undefined,
      recurrentScale: weights[`${name}/recurrent_scale`] as Tensor1D | undefined,
      cellScale: weights[`${name}/cell_scale`] as Tensor1D | undefined,
      cellShift: weights[`${name}/cell_shift`] as Tensor1D | undefined
    })
    if (context.inspect) showGates(context, layer, output)
    return { output, state: [finalHidden, finalCell] }
  }
}

/** All gates at once from what the layer read and answered, and the cell from its gates. */
function showGates({ tf, weights, inspect }: ForwardContext, layer: CellInputs, output: Tensor3D): void {
  const { name, input, state } = layer
  const units = output.shape[2]
  tf.tidy(() => {
    const kernel = weights[`${name}/kernel`] as Tensor2D
    const [inputKernel, recurrentKernel] = tf.split(kernel, [input.shape[2], units]) as Tensor2D[]
    const norm = (values: Tensor3D, scale: string) =>
      normedRows(tf, values, weights[`${name}/${scale}`] as Tensor1D | undefined, [4 * units])
    const fromInput = norm(mapSteps(tf, input, inputKernel), 'input_scale')
    const fromState = norm(mapSteps(tf, delayed(tf, output, state[0]), recurrentKernel), 'recurrent_scale')
    const bias = tf.add(weights[`${name}/bias`], weights[`${name}/recurrent_bias`])
    const [i, f, g, o] = tf.split(tf.add(tf.add(fromInput, fromState), bias), 4, 2)
    const gates = { input: tf.sigmoid(i), forget: tf.sigmoid(f), candidate: tf.tanh(g), output: tf.sigmoid(o) }
    for (const [gate, values] of Object.entries(gates)) inspect?.(`${name}/${gate}`, values)
    let cell = state[1]
    const [forgets, added] = [tf.unstack(gates.forget, 1), tf.unstack(tf.mul(gates.input, gates.candidate), 1)]
    const cells = forgets.map((forget, step) => (cell = tf.add(tf.mul(forget, cell), added[step])))
    inspect?.(`${name}/cell`, tf.stack(cells, 1))
  })
}
