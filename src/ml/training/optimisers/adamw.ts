/** AdamW (Loshchilov & Hutter 2019): the weights shrink by learning rate times decay first, apart from the gradient. */
import type { Tensor1D } from '../../engine/engine'
import { adamStep, type AdamParams } from './adam'
import { defineRule } from './define'

export default defineRule<AdamParams>({
  slotNames: ['firstMoment', 'secondMoment'],
  update(inputs) {
    const { tf, parameters, learningRate, weightDecay } = inputs
    const shrunk = tf.mul<Tensor1D>(parameters, 1 - learningRate * weightDecay)
    const outputs = adamStep({ ...inputs, parameters: shrunk, weightDecay: 0 })
    shrunk.dispose()
    return outputs
  }
})
