/**
 * A transformer encoder that sees the past only: blocks of attention over the newest steps and a two-layer network, each behind
 * a layer normalisation and added to its input (Xiong et al. 2020).
 *
 * A step's place is told by a learned weight for each distance, so that nothing depends on how long the stream has been
 * running. What is carried is each block's newest keys and values.
 */
import { float, int } from '../../core/params/params'
import type { Tensor3D } from '../engine/engine'
import { attention, headsParam, lookBackParam } from './attention'
import { layerNorm, layerNormParameters, linear, linearParameters, linearPart } from './blocks'
import { defineArchitecture, type ForwardContext } from './define'
import { added } from './lstm-attention'
import { networkOfParts, stateless, type Part } from './parts'

export default defineArchitecture({
  id: 'transformer',
  title: 'Transformer',
  family: 'attention',
  causal: true,
  params: {
    layers: int({ label: 'Blocks', low: 1, high: 8, default: 2 }),
    units: int({ label: 'Units', low: 1, high: 512, log: true, default: 64 }),
    heads: headsParam,
    lookBack: lookBackParam,
    dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.1 })
  },
  receptiveFieldSteps: ({ layers, lookBack }) => 1 + layers * (lookBack - 1),
  build({ featureCount, outputCount }, { layers, units, heads, lookBack, dropout }) {
    const blocks = Array.from({ length: layers }, (_, layer) => {
      const name = `block${layer + 1}`
      const attend = attention({ name: `${name}/attention`, size: units, heads, lookBack, distances: true })
      return [
        added(normed(`${name}/norm1`, units, dropped(attend, dropout))),
        added(normed(`${name}/norm2`, units, dropped(widened(name, units), dropout)))
      ]
    })
    return networkOfParts([
      linearPart('embed', featureCount, units),
      ...blocks.flat(),
      stateless(layerNormParameters('norm', units), (input, context) => layerNorm(context, 'norm', input)),
      linearPart('linear', units, outputCount)
    ])
  }
})

function widened(name: string, units: number): Part {
  const row = 'Two-layer network'
  const parameters = [
    ...linearParameters(`${name}/widen`, units, 4 * units, row),
    ...linearParameters(`${name}/narrow`, 4 * units, units, row)
  ]
  return stateless(parameters, (input, context) =>
    linear(context, `${name}/narrow`, context.tf.relu(linear(context, `${name}/widen`, input)))
  )
}

/** The part with a layer normalisation before it. */
function normed(name: string, size: number, part: Part): Part {
  return {
    ...part,
    layers: undefined,
    parameters: [...layerNormParameters(name, size), ...part.parameters],
    forward: (input, context, state) => part.forward(layerNorm(context, name, input), context, state)
  }
}

function dropped(part: Part, rate: number): Part {
  const drop = (context: ForwardContext, values: Tensor3D) => context.dropout(values, rate)
  return {
    ...part,
    forward(input, context, state) {
      const ran = part.forward(input, context, state)
      return { output: drop(context, ran.output), state: ran.state }
    }
  }
}
