/** RMSprop (Tieleman & Hinton 2012) as PyTorch writes it: the root is taken before epsilon is added. */
import type { Tensor1D } from '../../engine/engine'
import { clippedAndDecayed, defineRule } from './define'

export default defineRule<{ readonly smoothing: number; readonly epsilon: number; readonly momentum: number }>({
  slotNames: ['meanSquare', 'velocity'],
  update(inputs) {
    const { tf, parameters, slots, learningRate, params } = inputs
    const { smoothing, epsilon, momentum } = params
    const [parametersAfter, meanSquare, velocity, gradientNorm] = tf.tidy(() => {
      const { gradient, gradientNorm } = clippedAndDecayed(inputs)
      const square = tf.add<Tensor1D>(tf.mul(slots[0], smoothing), tf.mul(tf.square(gradient), 1 - smoothing))
      const scaled = tf.div(gradient, tf.add(tf.sqrt(square), epsilon))
      const moved = tf.add<Tensor1D>(tf.mul(slots[1], momentum), scaled)
      return [tf.sub<Tensor1D>(parameters, tf.mul(moved, learningRate)), square, moved, gradientNorm] as const
    }) as unknown as readonly [Tensor1D, Tensor1D, Tensor1D, Tensor1D]
    return { parameters: parametersAfter, slots: [meanSquare, velocity], gradientNorm }
  }
})
