/**
 * Stacked LSTM layers with dropout behind each, then one linear layer: the seed's reference network at its defaults.
 *
 * LSTM(128) - dropout 0.2 - LSTM(128) - dropout 0.2 - linear has 201,345 parameters on five features, counted with the
 * two bias vectors that PyTorch keeps for each layer.
 */
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { lstmLayer } from '../kernels/lstm-layer'
import { linear, linearParameters, normParameter, recurrentLayers, recurrentParams } from './blocks'
import { defineArchitecture, type ParameterSpec } from './define'

export default defineArchitecture({
  id: 'lstm',
  title: 'LSTM',
  family: 'recurrent',
  causal: true,
  params: recurrentParams,
  receptiveFieldSteps: () => Infinity,
  build(shape, params) {
    const { featureCount, outputCount } = shape
    const { layers, units, dropout, recurrentDropout, layerNorm } = params
    const names = Array.from({ length: layers }, (_, index) => `lstm${index + 1}`)
    const layerParameters = names.map((name, index) => lstmParameters(name, index === 0 ? featureCount : units, units))
    return {
      // Second bias vectors behind the rest: the seed counts them in a row of their own.
      parameters: [
        ...layerParameters.flatMap(([kernel, bias]) => [kernel, bias]),
        ...linearParameters('linear', units, outputCount),
        ...layerParameters.map(([, , recurrentBias]) => recurrentBias),
        ...(layerNorm === 'on' ? names.flatMap((name) => normParameters(name, units)) : [])
      ],
      stateSizes: names.flatMap(() => [units, units]),
      layers: recurrentLayers('lstm', names, shape, params),
      forward(input, context) {
        const { weights, state, tf } = context
        const nextState: Tensor2D[] = []
        let sequence: Tensor3D = input
        names.forEach((name, index) => {
          const { output, finalHidden, finalCell } = lstmLayer(context, {
            input: sequence,
            initialHidden: state[2 * index],
            initialCell: state[2 * index + 1],
            kernel: weights[`${name}/kernel`] as Tensor2D,
            bias: context.derived(name, () =>
              tf.add<Tensor1D>(weights[`${name}/bias`], weights[`${name}/recurrent_bias`])
            ),
            recurrentMask: context.dropoutMask([input.shape[0], units], recurrentDropout),
            inputScale: weights[`${name}/input_scale`] as Tensor1D | undefined,
            recurrentScale: weights[`${name}/recurrent_scale`] as Tensor1D | undefined,
            cellScale: weights[`${name}/cell_scale`] as Tensor1D | undefined,
            cellShift: weights[`${name}/cell_shift`] as Tensor1D | undefined,
            needsInputGradient: index > 0
          })
          nextState.push(finalHidden, finalCell)
          sequence = context.dropout(output, dropout) // [batch, steps, units]
        })
        context.keepState(nextState)
        return linear(context, 'linear', sequence) // [batch, steps, outputCount]
      }
    }
  }
})

function lstmParameters(
  name: string,
  featureCount: number,
  units: number
): [ParameterSpec, ParameterSpec, ParameterSpec] {
  const initialBound = 1 / Math.sqrt(units) // PyTorch's
  const row = `LSTM layer ${name.replace('lstm', '')}`
  return [
    { name: `${name}/kernel`, shape: [featureCount + units, 4 * units], row, initialBound },
    { name: `${name}/bias`, shape: [4 * units], row, initialBound },
    { name: `${name}/recurrent_bias`, shape: [4 * units], row: 'Second biases', initialBound }
  ]
}

function normParameters(name: string, units: number): ParameterSpec[] {
  const row = 'Layer normalisation'
  return [
    normParameter(`${name}/input_scale`, row, { size: 4 * units, middle: 1 }),
    normParameter(`${name}/recurrent_scale`, row, { size: 4 * units, middle: 1 }),
    normParameter(`${name}/cell_scale`, row, { size: units, middle: 1 }),
    normParameter(`${name}/cell_shift`, row, { size: units, middle: 0 })
  ]
}
