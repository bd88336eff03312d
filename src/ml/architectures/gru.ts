/**
 * Stacked GRU layers with dropout behind each, then one linear layer: three quarters of an LSTM's weights and of its time.
 *
 * The reset gate has PyTorch's meaning. At the defaults it has 151,041 parameters on five features, as PyTorch counts.
 */
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { gruLayer } from '../kernels/gru-layer'
import { linear, linearParameters, normParameter, recurrentLayers, recurrentParams } from './blocks'
import { defineArchitecture, type ParameterSpec } from './define'

export default defineArchitecture({
  id: 'gru',
  title: 'GRU',
  family: 'recurrent',
  causal: true,
  params: recurrentParams,
  receptiveFieldSteps: () => Infinity,
  build(shape, params) {
    const { featureCount, outputCount } = shape
    const { layers, units, dropout, recurrentDropout, layerNorm } = params
    const names = Array.from({ length: layers }, (_, index) => `gru${index + 1}`)
    return {
      parameters: [
        ...names.flatMap((name, index) => gruParameters(name, index === 0 ? featureCount : units, units)),
        ...linearParameters('linear', units, outputCount),
        ...(layerNorm === 'on' ? names.flatMap((name) => normParameters(name, units)) : [])
      ],
      stateSizes: names.map(() => units),
      layers: recurrentLayers('gru', names, shape, params),
      forward(input, context) {
        const { weights, state } = context
        const nextState: Tensor2D[] = []
        let sequence: Tensor3D = input
        names.forEach((name, index) => {
          const { output, finalHidden } = gruLayer(context, {
            input: sequence,
            initialHidden: state[index],
            kernel: weights[`${name}/kernel`] as Tensor2D,
            recurrentKernel: weights[`${name}/recurrent_kernel`] as Tensor2D,
            bias: weights[`${name}/bias`] as Tensor1D,
            recurrentBias: weights[`${name}/recurrent_bias`] as Tensor1D,
            recurrentMask: context.dropoutMask([input.shape[0], units], recurrentDropout),
            inputScale: weights[`${name}/input_scale`] as Tensor1D | undefined,
            recurrentScale: weights[`${name}/recurrent_scale`] as Tensor1D | undefined,
            needsInputGradient: index > 0
          })
          nextState.push(finalHidden)
          sequence = context.dropout(output, dropout) // [batch, steps, units]
        })
        context.keepState(nextState)
        return linear(context, 'linear', sequence) // [batch, steps, outputCount]
      }
    }
  }
})

function gruParameters(name: string, featureCount: number, units: number): ParameterSpec[] {
  const common = { row: `GRU layer ${name.replace('gru', '')}`, initialBound: 1 / Math.sqrt(units) } // PyTorch's
  return [
    { name: `${name}/kernel`, shape: [featureCount, 3 * units], ...common },
    { name: `${name}/recurrent_kernel`, shape: [units, 3 * units], ...common },
    { name: `${name}/bias`, shape: [3 * units], ...common },
    { name: `${name}/recurrent_bias`, shape: [3 * units], ...common }
  ]
}

function normParameters(name: string, units: number): ParameterSpec[] {
  const row = 'Layer normalisation'
  return ['input_scale', 'recurrent_scale'].map((scale) =>
    normParameter(`${name}/${scale}`, row, { size: 3 * units, middle: 1 })
  )
}
