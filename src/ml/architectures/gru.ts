/**
 * Stacked GRU layers with dropout behind each, then one linear layer: three quarters of an LSTM's weights and of its time.
 *
 * The reset gate has PyTorch's meaning. At the defaults it has 151,041 parameters on five features, as PyTorch counts.
 */
import { defineArchitecture } from './define'
import { gruCell } from './gru-cell'
import { recurrentNetwork, recurrentParams } from './recurrent'

export default defineArchitecture({
  id: 'gru',
  title: 'GRU',
  family: 'recurrent',
  causal: true,
  params: recurrentParams,
  receptiveFieldSteps: () => Infinity,
  build: (shape, params) => recurrentNetwork(gruCell, shape, params)
})
