/**
 * The vanilla recurrent network: h(t) = tanh(W x(t) + U h(t-1) + b), stacked.
 *
 * No operation does a whole sequence of it: the products with the inputs are one, the recurrence runs step by step. With
 * layer normalisation the argument of tanh is normalised (Ba, Kiros & Hinton 2016, section 3.1).
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { layerNorm, layerNormParameters, mapSteps } from './blocks'
import { defineArchitecture } from './define'
import { recurrentNetwork, recurrentParams, type Cell } from './recurrent'

const cell: Cell = {
  prefix: 'rnn',
  stateCount: 1,
  parameters(name, { inputCount, units, layer }) {
    const common = { row: `RNN layer ${layer + 1}`, initialBound: 1 / Math.sqrt(units) } // PyTorch's
    return {
      main: [
        { name: `${name}/kernel`, shape: [inputCount, units], ...common },
        { name: `${name}/recurrent_kernel`, shape: [units, units], ...common },
        { name: `${name}/bias`, shape: [units], ...common },
        { name: `${name}/recurrent_bias`, shape: [units], ...common }
      ],
      norm: layerNormParameters(`${name}/norm`, units)
    }
  },
  forward(context, { name, input, state, recurrentMask }) {
    const { tf, weights } = context
    const hasNorm = `${name}/norm/scale` in weights
    const recurrentKernel = weights[`${name}/recurrent_kernel`] as Tensor2D
    const bias = tf.add<Tensor1D>(weights[`${name}/bias`], weights[`${name}/recurrent_bias`])
    const fromInput = tf.add(mapSteps(tf, input, weights[`${name}/kernel`] as Tensor2D), bias)
    let hidden: Tensor = state[0]
    const outputs = tf.unstack(fromInput, 1).map((x) => {
      const before = recurrentMask ? tf.mul(hidden, recurrentMask) : hidden
      const argument = tf.add(x, tf.matMul(before, recurrentKernel))
      return (hidden = tf.tanh(hasNorm ? layerNorm(context, `${name}/norm`, argument) : argument))
    })
    return { output: tf.stack(outputs, 1) as Tensor3D, state: [tf.keep(tf.clone(hidden) as Tensor2D)] }
  }
}

export default defineArchitecture({
  id: 'rnn',
  title: 'Vanilla RNN',
  family: 'recurrent',
  causal: true,
  params: recurrentParams,
  receptiveFieldSteps: () => Infinity,
  build: (shape, params) => recurrentNetwork(cell, shape, params)
})
