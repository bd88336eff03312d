/**
 * The universal lock-in network: the mix times cosine and sine of the wanted tone, and the mix itself, are read by an LSTM, and its
 * two answers are turned back into the tone. What it learns is a filter at base band, the same for every frequency.
 *
 * The oscillators belong to the network where its steps are samples or ticks of a mix, which the first feature holds before the
 * one-hot condition; their phases are carried. Behind the joint fit, which has turned every tone to base band already, the
 * LSTM reads what the fit says.
 */
import type { Tensor, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import { linearPart } from './blocks'
import { defineArchitecture } from './define'
import { lstmCell } from './lstm-cell'
import { networkOfParts, partsInRow, type Part } from './parts'
import { recurrentLayers, recurrentParams, unitsOf } from './recurrent'

export default defineArchitecture({
  id: 'lock-in',
  title: 'Lock-in LSTM',
  family: 'recurrent',
  causal: true,
  params: {
    ...recurrentParams,
    units: { ...recurrentParams.units, default: 64 },
    dropout: { ...recurrentParams.dropout, default: 0 }
  },
  receptiveFieldSteps: () => Infinity,
  build(shape, params) {
    const units = unitsOf(params, shape)
    const layersFor = (inputCount: number) => recurrentLayers(lstmCell, { ...params, units, inputCount, isFirst: true })
    if (!shape.turns) {
      return networkOfParts([layersFor(shape.featureCount), linearPart('linear', units, shape.outputCount)])
    }
    const inner = partsInRow([layersFor(3), linearPart('linear', units, 2)])
    return networkOfParts([atBaseBand(inner, shape.turns, shape.outputCount)])
  }
})

/** `inner` maps [mix cos, mix sin, mix] to the pair (I, Q) of the tone I cos + Q sin. */
function atBaseBand(inner: Part, turns: readonly number[], outputCount: number): Part {
  if (outputCount > 2)
    throw new RangeError(`Expected one or two outputs, a tone and its quarter. Received: ${outputCount}.`)
  return {
    ...inner,
    layers: undefined,
    // The phases of all oscillators; zero at the start of a stream.
    stateSizes: [turns.length, ...inner.stateSizes],
    forward(input, context, [phases, ...state]) {
      const { tf } = context
      const [batch, steps, features] = input.shape
      if (features !== 1 + turns.length) {
        throw new RangeError(`Expected the mix and ${turns.length} selectors. Received: ${features} features.`)
      }
      const mix = tf.slice(input, [0, 0, 0], [batch, steps, 1])
      const condition = tf.slice(input, [0, 0, 1], [batch, steps, turns.length])
      const angles = tf.add(tf.reshape(phases, [batch, 1, turns.length]), anglesOf(tf, turns, steps))
      const chosen = (values: Tensor) => tf.sum(tf.mul(values, condition), 2, true) as Tensor3D
      const [cosine, sine] = [chosen(tf.cos(angles)), chosen(tf.sin(angles))] // [batch, steps, 1]
      const read = tf.concat([tf.mul(mix, cosine), tf.mul(mix, sine), mix], 2) as Tensor3D
      const ran = inner.forward(read, context, state)
      const [inPhase, quadrature] = tf.split(ran.output, 2, 2) as Tensor3D[]
      const tone = tf.add<Tensor3D>(tf.mul(inPhase, cosine), tf.mul(quadrature, sine))
      // A quarter of a turn on, cos becomes -sin and sin becomes cos.
      const quarter = () => tf.sub<Tensor3D>(tf.mul(quadrature, cosine), tf.mul(inPhase, sine))
      const last = tf.reshape(tf.slice(angles, [0, steps - 1, 0], [batch, 1, turns.length]), [batch, turns.length])
      const nextPhases = tf.keep(tf.mod(last, 2 * Math.PI) as Tensor2D)
      const output = outputCount === 1 ? tone : (tf.concat([tone, quarter()], 2) as Tensor3D)
      return { output, state: [nextPhases, ...ran.state] }
    }
  }
}

/** How far each oscillator has turned after 1 ... steps steps, less whole turns: [1, steps, oscillators]. */
function anglesOf(tf: TensorFlow, turns: readonly number[], steps: number): Tensor3D {
  const angles = new Float32Array(steps * turns.length)
  for (let step = 0; step < steps; step += 1) {
    turns.forEach((turn, index) => (angles[step * turns.length + index] = ((step + 1) * turn) % (2 * Math.PI)))
  }
  return tf.tensor3d(angles, [1, steps, turns.length])
}
