/**
 * Feed-forward on the flattened sequence: all samples of it are the input of one layer, and all outputs come at once.
 *
 * It reads sequences of one length only, and every output sees the whole sequence.
 */
import { float, int } from '../../core/params/params'
import type { Tensor3D } from '../engine/engine'
import { linear, linearParameters } from './blocks'
import { defineArchitecture } from './define'
import { networkOfParts, stateless } from './parts'

export default defineArchitecture({
  id: 'dense',
  title: 'Feed-forward',
  family: 'dense',
  causal: false,
  params: {
    layers: int({ label: 'Hidden layers', low: 1, high: 6, default: 2 }),
    units: int({ label: 'Units', low: 1, high: 1024, log: true, default: 256 }),
    sequenceLength: int({
      label: 'Sequence length',
      low: 1,
      high: 1000,
      default: 50,
      hint: 'the only one it can read'
    }),
    dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.2 })
  },
  receptiveFieldSteps: ({ sequenceLength }) => sequenceLength,
  fixedSteps: ({ sequenceLength }) => sequenceLength,
  build({ featureCount, outputCount }, { layers, units, sequenceLength, dropout }) {
    const names = Array.from({ length: layers }, (_, layer) => `dense${layer + 1}`)
    const inputCount = (layer: number) => (layer === 0 ? sequenceLength * featureCount : units)
    const parameters = [
      ...names.flatMap((name, layer) => linearParameters(name, inputCount(layer), units, `Hidden layer ${layer + 1}`)),
      ...linearParameters('linear', units, sequenceLength * outputCount)
    ]
    return networkOfParts([
      stateless(parameters, (input, context) => {
        const { tf } = context
        const [batch, steps] = input.shape
        if (steps !== sequenceLength) {
          throw new RangeError(`This network reads sequences of ${sequenceLength} steps only. Received: ${steps}.`)
        }
        let hidden: Tensor3D = tf.reshape(input, [batch, 1, sequenceLength * featureCount])
        for (const name of names) {
          hidden = context.dropout(tf.relu<Tensor3D>(linear(context, name, hidden)), dropout)
          context.inspect?.(`${name}/hidden`, hidden)
        }
        return tf.reshape(linear(context, 'linear', hidden), [batch, sequenceLength, outputCount])
      })
    ])
  }
})
