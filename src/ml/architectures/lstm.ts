/**
 * Stacked LSTM layers with dropout behind each, then one linear layer: the seed's reference network at its defaults.
 *
 * LSTM(128) - dropout 0.2 - LSTM(128) - dropout 0.2 - linear has 201,345 parameters on five features, counted with the
 * two bias vectors that PyTorch keeps for each layer.
 */
import { defineArchitecture } from './define'
import { lstmCell } from './lstm-cell'
import { recurrentNetwork, recurrentParams } from './recurrent'

export default defineArchitecture({
  id: 'lstm',
  title: 'LSTM',
  family: 'recurrent',
  causal: true,
  params: recurrentParams,
  receptiveFieldSteps: () => Infinity,
  build: (shape, params) => recurrentNetwork(lstmCell, shape, params)
})
