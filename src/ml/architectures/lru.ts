/**
 * Linear recurrent units (Orvieto et al. 2023): banks of damped complex oscillators between gated maps of each step.
 *
 * The recurrence is linear, x(t) = lambda x(t-1) + gamma B u(t), so all steps of a sequence can be computed at once; what is
 * not linear stands behind it and looks at one step only. Every lambda starts with a memory of ten to a thousand steps and a
 * turn drawn by ratio, which suits tones. lambda = exp(-exp(decay) + i exp(turn)) stays inside the unit circle.
 */
import { float, int } from '../../core/params/params'
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { scanLayer } from '../kernels/scan-layer'
import { linear, linearParameters, linearPart, mapSteps } from './blocks'
import { defineArchitecture, type ForwardContext, type ParameterSpec } from './define'
import { networkOfParts, type Part } from './parts'

export default defineArchitecture({
  id: 'lru',
  title: 'Linear recurrence (LRU)',
  family: 'linear recurrence',
  causal: true,
  params: {
    layers: int({ label: 'Layers', low: 1, high: 8, default: 2 }),
    units: int({ label: 'Units', low: 1, high: 512, log: true, default: 64, hint: 'oscillators in each layer, too' }),
    dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0 })
  },
  receptiveFieldSteps: () => Infinity,
  build({ featureCount, outputCount }, { layers, units, dropout }) {
    const parts = Array.from({ length: layers }, (_, layer) => recurrentUnit(`lru${layer + 1}`, units, dropout))
    return networkOfParts([
      linearPart('embed', featureCount, units),
      ...parts,
      linearPart('linear', units, outputCount)
    ])
  }
})

/** Of the first decays and turns, as logarithms of radians a step. */
const decayRange = [Math.log(0.001), Math.log(0.1)] as const
const turnRange = [Math.log(0.003), Math.log(2)] as const

function recurrentUnit(name: string, units: number, dropout: number): Part {
  const row = `LRU layer ${name.replace('lru', '')}`
  const drawn = (part: string, [low, high]: readonly [number, number]): ParameterSpec => ({
    ...{ name: `${name}/${part}`, shape: [units], row },
    ...{ initialMiddle: (low + high) / 2, initialBound: (high - low) / 2 }
  })
  return {
    parameters: [
      drawn('decay', decayRange),
      drawn('turn', turnRange),
      { name: `${name}/input_kernel`, shape: [units, 2 * units], row, initialBound: 1 / Math.sqrt(units) },
      { name: `${name}/output_kernel`, shape: [2 * units, units], row, initialBound: 1 / Math.sqrt(2 * units) },
      { name: `${name}/skip`, shape: [units], row, initialBound: 1 },
      ...linearParameters(`${name}/gate`, units, 2 * units, row)
    ],
    stateSizes: [2 * units],
    forward(input, context, [initial]) {
      const { tf, weights } = context
      const { factor, driven } = oscillators(context, name)
      const values = mapSteps(tf, input, driven)
      const { states, final } = scanLayer(context, { values, factor, initial })
      context.inspect?.(`${name}/hidden`, states)
      const heard = mapSteps(tf, states, weights[`${name}/output_kernel`] as Tensor2D)
      const mixed = tf.add<Tensor3D>(heard, tf.mul(input, weights[`${name}/skip`]))
      const [value, gate] = tf.split(linear(context, `${name}/gate`, mixed), 2, 2) as Tensor3D[]
      const gated = context.dropout(tf.mul<Tensor3D>(value, tf.sigmoid(gate)), dropout)
      return { output: tf.add(input, gated), state: [final] }
    }
  }
}

/** lambda, its real parts before its imaginary ones, and B scaled by gamma = sqrt(1 - |lambda|^2): states of one size. */
function oscillators(context: ForwardContext, name: string): { factor: Tensor1D; driven: Tensor2D } {
  const { tf, weights } = context
  const size = () => tf.exp(tf.neg(tf.exp(weights[`${name}/decay`])))
  return {
    factor: context.derived(`${name}/factor`, () =>
      tf.tidy(() => {
        const turn = tf.exp(weights[`${name}/turn`])
        return tf.concat([tf.mul(size(), tf.cos(turn)), tf.mul(size(), tf.sin(turn))]) as Tensor1D
      })
    ),
    driven: context.derived(`${name}/driven`, () =>
      tf.tidy(() => {
        const gamma = tf.sqrt(tf.sub(1, tf.square(size())))
        return tf.mul<Tensor2D>(weights[`${name}/input_kernel`], tf.concat([gamma, gamma]))
      })
    )
  }
}
