/**
 * Squeeze and excitation (Hu, Shen & Sun 2018) for a sequence that has no end: the global mean of each channel is a running
 * one, so a step is weighed by what came before it and by itself. The mean and its weight are carried.
 */
import type { Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import { linear, linearParameters, piecesOf } from './blocks'
import type { Part } from './parts'

/** Of the running mean, in steps. */
const memory = 100
const decay = 1 - 1 / memory
/** Channels to one of the narrow layer between. */
const reduction = 8
/** One or two rectified channels could all stand at zero, for ever. */
const leastNarrow = 4
/** The means of so many steps are one product with a triangle. */
const stepsPerPiece = 128

export function squeezeExcitation(name: string, size: number): Part {
  const narrow = Math.max(leastNarrow, Math.floor(size / reduction))
  const row = 'Squeeze and excitation'
  return {
    parameters: [
      ...linearParameters(`${name}/squeeze`, size, narrow, row),
      ...linearParameters(`${name}/excite`, narrow, size, row)
    ],
    stateSizes: [size, 1],
    forward(input, context, [mean, weight]) {
      const { tf } = context
      const { means, lastMean, lastWeight } = runningMeans(tf, input, mean, weight)
      const narrowed = tf.relu(linear(context, `${name}/squeeze`, means))
      const channelWeights = tf.sigmoid(linear(context, `${name}/excite`, narrowed))
      context.inspect?.(`${name}/weights`, channelWeights)
      return { output: tf.mul(input, channelWeights), state: [tf.keep(lastMean), tf.keep(lastWeight)] }
    }
  }
}

/**
 * m(t) = decay m(t-1) + (1 - decay) x(t), divided by what its weights sum to since the start.
 * `mean` is m of the step before [batch, size], `weight` that sum [batch, 1].
 */
function runningMeans(
  tf: TensorFlow,
  input: Tensor3D,
  mean: Tensor2D,
  weight: Tensor2D
): { means: Tensor3D; lastMean: Tensor2D; lastWeight: Tensor2D } {
  const means: Tensor3D[] = []
  let [lastMean, lastWeight] = [mean, weight]
  for (const piece of piecesOf(tf, input, stepsPerPiece)) {
    const [batch, steps, size] = piece.shape
    const triangle = tf.tensor2d(triangleOf(steps), [steps, steps])
    const powers = tf.tensor3d(powersOf(steps), [1, steps, 1])
    const carried = (state: Tensor2D) => tf.mul(powers, tf.reshape(state, [batch, 1, state.shape[1]]))
    // The batch's columns side by side: one product for all streams.
    const columns = tf.reshape(tf.transpose(piece, [1, 0, 2]), [steps, batch * size])
    const fresh = tf.reshape(tf.matMul(triangle, columns), [steps, batch, size])
    const sums = tf.add<Tensor3D>(tf.transpose(fresh, [1, 0, 2]), carried(lastMean))
    const weights = tf.add<Tensor3D>(carried(lastWeight), tf.sub(1, powers))
    means.push(tf.div(sums, weights))
    lastMean = tf.reshape(tf.slice(sums, [0, steps - 1, 0], [batch, 1, size]), [batch, size])
    lastWeight = tf.reshape(tf.slice(weights, [0, steps - 1, 0], [batch, 1, 1]), [batch, 1])
  }
  return { means: means.length === 1 ? means[0] : tf.concat(means, 1), lastMean, lastWeight }
}

function triangleOf(steps: number): Float32Array {
  const triangle = new Float32Array(steps * steps)
  for (let to = 0; to < steps; to += 1) {
    for (let from = 0; from <= to; from += 1) triangle[to * steps + from] = (1 - decay) * decay ** (to - from)
  }
  return triangle
}

const powersOf = (steps: number) => Float32Array.from({ length: steps }, (_, step) => decay ** (step + 1))
