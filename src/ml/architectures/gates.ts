/** What the cells share when their gates are computed once more for those who look inside. */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import { normEpsilon } from '../kernels/kernels'

/** The hidden state before each step. */
export function delayed(tf: TensorFlow, output: Tensor3D, initial: Tensor2D): Tensor3D {
  const [batch, steps, units] = output.shape
  const first = tf.reshape(initial, [batch, 1, units])
  return tf.concat([first, tf.slice(output, [0, 0, 0], [batch, steps - 1, units])], 1) as Tensor3D
}

/** Layer normalisation over groups of columns, each group by itself; the identity without a scale. */
export function normedRows(
  tf: TensorFlow,
  values: Tensor3D,
  scale: Tensor1D | undefined,
  groups: readonly number[]
): Tensor3D {
  if (!scale) return values
  const normal = tf.split(values, [...groups], 2).map((group): Tensor => {
    const centred = tf.sub(group, tf.mean(group, 2, true))
    return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 2, true), normEpsilon)))
  })
  return tf.mul(tf.concat(normal, 2), scale)
}
