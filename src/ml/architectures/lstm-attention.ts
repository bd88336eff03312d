/**
 * Stacked LSTM layers, then multi-head attention over their outputs, added to them: 128 units and 4 heads as the seed has it.
 *
 * Causal attention looks back over a fixed number of steps, whose keys and values are carried. The other sees the whole
 * sequence and cannot run live.
 */
import { choice } from '../../core/params/params'
import type { Tensor2D } from '../engine/engine'
import { attention, headsParam, lookBackParam } from './attention'
import { linearPart } from './blocks'
import { defineArchitecture } from './define'
import { lstmCell } from './lstm-cell'
import { networkOfParts, type Part } from './parts'
import { recurrentLayers, recurrentParams, unitsOf } from './recurrent'

export default defineArchitecture({
  id: 'lstm-attention',
  title: 'LSTM + attention',
  family: 'attention',
  causal: ({ causal }) => causal === 'on',
  params: {
    ...recurrentParams,
    heads: headsParam,
    causal: choice({ label: 'Causal', options: ['on', 'off'], default: 'on', hint: 'off: sees the whole sequence' }),
    lookBack: lookBackParam
  },
  receptiveFieldSteps: () => Infinity,
  build(shape, params) {
    const { heads, causal, lookBack } = params
    const units = unitsOf(params, shape)
    const isCausal = causal === 'on'
    const layers = recurrentLayers(lstmCell, { ...params, units, inputCount: shape.featureCount, isFirst: true })
    const plan = { name: 'attention', size: units, heads, lookBack: isCausal ? lookBack : undefined }
    // Whoever sees the future carries nothing: every sequence starts from zero.
    const recurrent = isCausal ? layers : fromZero(layers)
    return networkOfParts([recurrent, added(attention(plan)), linearPart('linear', units, shape.outputCount)])
  }
})

/** The part's output added to its input. */
export function added(part: Part): Part {
  return {
    ...part,
    layers: undefined,
    forward(input, context, state) {
      const ran = part.forward(input, context, state)
      return { output: context.tf.add(ran.output, input), state: ran.state }
    }
  }
}

/** The part started anew with every sequence. */
function fromZero(part: Part): Part {
  return {
    ...part,
    stateSizes: [],
    forward(input, context) {
      const { tf } = context
      const zeros = part.stateSizes.map((size) => tf.zeros([input.shape[0], size]) as Tensor2D)
      const { output, state } = part.forward(input, context, zeros)
      tf.dispose([...state])
      return { output, state: [] }
    }
  }
}
