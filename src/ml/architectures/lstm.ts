/**
 * Stacked LSTM layers with dropout behind each, then one linear layer: the seed's reference network at its defaults.
 *
 * LSTM(128) - dropout 0.2 - LSTM(128) - dropout 0.2 - linear has 201,345 parameters on five features, counted with the
 * two bias vectors that PyTorch keeps for each layer.
 */
import { float, int } from '../../core/params/params'
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { lstmLayer } from '../kernels/lstm-layer'
import { linear, linearParameters } from './blocks'
import { defineArchitecture, type ParameterSpec } from './define'

export default defineArchitecture({
  id: 'lstm',
  title: 'LSTM',
  family: 'recurrent',
  causal: true,
  params: {
    layers: int({ label: 'Layers', low: 1, high: 4, default: 2 }),
    units: int({ label: 'Units', low: 1, high: 512, log: true, default: 128 }),
    dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.2 })
  },
  receptiveFieldSteps: () => Infinity,
  build({ featureCount, outputCount }, { layers, units, dropout }) {
    const names = Array.from({ length: layers }, (_, index) => `lstm${index + 1}`)
    const layerParameters = names.map((name, index) => lstmParameters(name, index === 0 ? featureCount : units, units))
    return {
      // Second bias vectors last: the seed counts them in a row of their own.
      parameters: [
        ...layerParameters.flatMap(([kernel, bias]) => [kernel, bias]),
        ...linearParameters('linear', units, outputCount),
        ...layerParameters.map(([, , recurrentBias]) => recurrentBias)
      ],
      stateSizes: names.flatMap(() => [units, units]),
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
            bias: tf.add(weights[`${name}/bias`], weights[`${name}/recurrent_bias`]) as Tensor1D,
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
