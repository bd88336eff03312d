/**
 * Multi-head attention (Vaswani et al. 2017) over the newest steps: a step attends to itself and to as many before it as the
 * look-back says. Their keys and values are carried, so that blocks give what the whole gives. Or, without a look-back, over
 * the whole sequence, future included.
 */
import { int } from '../../core/params/params'
import type { Tensor, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import { keptTail, linear, linearParameters, piecesOf } from './blocks'
import type { ForwardContext, ParameterSpec } from './define'
import type { Part, PartResult } from './parts'

export interface AttentionPlan {
  readonly name: string
  readonly size: number
  readonly heads: number
  /** Steps that one output can see, itself included; absent for the whole sequence. */
  readonly lookBack?: number
  /** A learned weight for each distance and head, added to the scores. Needs a look-back. */
  readonly distances?: boolean
}

export const headsParam = int({ label: 'Heads', low: 1, high: 16, default: 4, hint: 'must divide the units' })
export const lookBackParam = int({
  ...{ label: 'Look-back', low: 1, high: 512, log: true, default: 64 },
  hint: 'steps that attention can see'
})

/** Longer sequences are attended to in pieces: the scores grow with the square of a piece. */
const stepsPerPiece = 128
const forbidden = -1e9

/** Throws RangeError if the heads do not divide the size. */
export function attention(plan: AttentionPlan): Part {
  const { name, size, heads, lookBack, distances } = plan
  if (size % heads !== 0) {
    throw new RangeError(`Expected units that ${heads} heads divide. Received: ${size}.`)
  }
  const row = 'Attention'
  const parameters: ParameterSpec[] = [
    ...linearParameters(`${name}/project`, size, 3 * size, row),
    ...linearParameters(`${name}/join`, size, size, row)
  ]
  if (distances && lookBack)
    parameters.push({ name: `${name}/distances`, shape: [heads, lookBack], row, initialBound: 0 })
  const memorySteps = lookBack === undefined ? 0 : lookBack - 1
  // Key, value and one number that says whether there was such a step.
  const rowSize = 2 * size + 1
  return {
    parameters,
    stateSizes: memorySteps > 0 ? [memorySteps * rowSize] : [],
    forward(input, context, state) {
      const ran = lookBack === undefined ? attendAll(plan, input, context) : attendBack(plan, input, context, state)
      return { output: linear(context, `${name}/join`, ran.output), state: ran.state }
    }
  }
}

function attendAll({ name, size, heads }: AttentionPlan, input: Tensor3D, context: ForwardContext): PartResult {
  const { tf } = context
  const [query, key, value] = tf.split(linear(context, `${name}/project`, input), 3, 2) as Tensor3D[]
  const weights = tf.softmax(scores(tf, query, key, heads))
  context.inspect?.(`${name}/weights`, weights)
  return { output: joined(tf, tf.matMul(weights, headsOf(tf, value, heads)), size), state: [] }
}

function attendBack(
  plan: AttentionPlan & { lookBack?: number },
  input: Tensor3D,
  context: ForwardContext,
  [past]: readonly Tensor2D[]
): PartResult {
  const { tf } = context
  const { name, size, heads, lookBack = 1 } = plan
  const [batch, steps] = input.shape
  const memorySteps = lookBack - 1
  const [query, key, value] = tf.split(linear(context, `${name}/project`, input), 3, 2) as Tensor3D[]
  const fresh = tf.concat([key, value, tf.ones([batch, steps, 1])], 2) as Tensor3D
  const rows = past ? (tf.concat([tf.reshape(past, [batch, memorySteps, 2 * size + 1]), fresh], 1) as Tensor3D) : fresh
  const seen: Tensor[] = []
  let start = 0
  const outputs = piecesOf(tf, query, stepsPerPiece).map((piece) => {
    const length = piece.shape[1]
    const visible = tf.slice(rows, [0, start, 0], [batch, memorySteps + length, 2 * size + 1])
    start += length
    const [keys, values, exists] = tf.split(visible, [size, size, 1], 2) as Tensor3D[]
    const missing = tf.reshape(tf.mul(tf.sub(exists, 1), -forbidden), [batch, 1, 1, memorySteps + length])
    const shifts = bandOf(context, plan, length)
    const weights = tf.softmax(tf.add(tf.add(scores(tf, piece, keys, heads), missing), shifts))
    if (context.inspect) seen.push(byDistance(tf, weights, lookBack))
    return joined(tf, tf.matMul(weights, headsOf(tf, values, heads)), size)
  })
  // [batch, heads, steps, lookBack], the oldest step first.
  context.inspect?.(`${name}/weights`, tf.concat(seen, 2))
  const output = outputs.length === 1 ? outputs[0] : (tf.concat(outputs, 1) as Tensor3D)
  return { output, state: memorySteps > 0 ? [keptTail(tf, rows, memorySteps)] : [] }
}

function headsOf(tf: TensorFlow, sequence: Tensor3D, heads: number): Tensor {
  const [batch, steps, size] = sequence.shape
  return tf.transpose(tf.reshape(sequence, [batch, steps, heads, size / heads]), [0, 2, 1, 3])
}

function joined(tf: TensorFlow, byHead: Tensor, size: number): Tensor3D {
  const [batch, , steps] = byHead.shape
  return tf.reshape(tf.transpose(byHead, [0, 2, 1, 3]), [batch, steps, size])
}

function scores(tf: TensorFlow, query: Tensor3D, key: Tensor3D, heads: number): Tensor {
  const scale = 1 / Math.sqrt(query.shape[2] / heads)
  return tf.mul(tf.matMul(headsOf(tf, query, heads), headsOf(tf, key, heads), false, true), scale)
}

/** What is added to the scores [.., steps, memory + steps]: what a step may not see, and the weight of each distance. */
function bandOf({ tf, weights }: ForwardContext, plan: AttentionPlan, steps: number): Tensor {
  const { name, heads, lookBack = 1 } = plan
  const width = steps + lookBack - 1
  const band = new Float32Array(steps * width).fill(forbidden)
  const places = new Int32Array(steps * width)
  for (let step = 0; step < steps; step += 1) {
    for (let place = 0; place < lookBack; place += 1) {
      band[step * width + step + place] = 0
      places[step * width + step + place] = place
    }
  }
  const allowed = tf.tensor(band, [1, 1, steps, width])
  const distances = weights[`${name}/distances`] as Tensor2D | undefined
  if (!distances) return allowed
  const spread = tf.gather(distances, tf.tensor1d(places, 'int32'), 1)
  return tf.add(allowed, tf.reshape(spread, [1, heads, steps, width]))
}

/** Weights by place in the look-back instead of by place in the sequence. */
function byDistance(tf: TensorFlow, weights: Tensor, lookBack: number): Tensor {
  const [batch, heads, steps, width] = weights.shape
  const places = new Int32Array(steps * lookBack)
  for (let at = 0; at < places.length; at += 1) {
    const step = Math.floor(at / lookBack)
    places[at] = step * width + step + (at % lookBack)
  }
  const flat = tf.reshape(weights, [batch * heads, steps * width])
  return tf.reshape(tf.gather(flat, tf.tensor1d(places, 'int32'), 1), [batch, heads, steps, lookBack])
}
