/** Gradient descent with momentum, heavy ball or Nesterov's (Sutskever et al. 2013), as PyTorch writes both. */
import type { Tensor1D } from '../../engine/engine'
import { clippedAndDecayed, defineRule } from './define'

export default defineRule<{ readonly momentum: number; readonly nesterov: string }>({
  slotNames: ['velocity'],
  update(inputs) {
    const { tf, parameters, slots, learningRate, params } = inputs
    const [parametersAfter, velocity, gradientNorm] = tf.tidy(() => {
      const { gradient, gradientNorm } = clippedAndDecayed(inputs)
      const moved = tf.add<Tensor1D>(tf.mul(slots[0], params.momentum), gradient)
      const direction = params.nesterov === 'on' ? tf.add(gradient, tf.mul(moved, params.momentum)) : moved
      return [tf.sub<Tensor1D>(parameters, tf.mul(direction, learningRate)), moved, gradientNorm] as const
    }) as unknown as readonly [Tensor1D, Tensor1D, Tensor1D]
    return { parameters: parametersAfter, slots: [velocity], gradientNorm }
  }
})
