/**
 * Stacked bidirectional LSTM layers: each reads the sequence forwards and backwards, and the linear layer reads both, 256
 * values at the defaults. It sees the future, so it cannot run live.
 */
import type { Tensor2D, Tensor3D } from '../engine/engine'
import { linearPart } from './blocks'
import { defineArchitecture, type ForwardContext, type ParameterSpec } from './define'
import { lstmCell } from './lstm-cell'
import { networkOfParts, stateless, type Part } from './parts'
import { recurrentParams, unitsOf } from './recurrent'

const { layers, units, sizing, dropout, recurrentDropout, layerNorm } = recurrentParams
const params = { layers, units, sizing, dropout, recurrentDropout, layerNorm }
const unused = { residual: 'off', squeezeExcitation: 'off' } as const

interface DirectedPlan {
  readonly units: number
  readonly recurrentDropout: number
  readonly needsInputGradient: boolean
}

export default defineArchitecture({
  id: 'bilstm',
  title: 'Bidirectional LSTM',
  family: 'recurrent',
  causal: false,
  params,
  receptiveFieldSteps: () => Infinity,
  build(shape, settings) {
    const units = unitsOf({ ...settings, ...unused }, shape)
    const parts = Array.from({ length: settings.layers }, (_, layer): Part => {
      const inputCount = layer === 0 ? shape.featureCount : 2 * units
      const names = ['forwards', 'backwards'].map((direction) => `lstm${layer + 1}/${direction}`)
      const parameters = names.map((name) => lstmCell.parameters(name, { inputCount, units, layer }))
      const norms = settings.layerNorm === 'on' ? parameters.flatMap(({ norm }) => norm) : []
      const late: ParameterSpec[] = [...parameters.flatMap(({ late = [] }) => late), ...norms]
      const main = stateless(
        parameters.flatMap(({ main }) => main),
        (input, context) => {
          const { tf } = context
          const { recurrentDropout } = settings
          const needsInputGradient = layer > 0 || context.needsInputGradient
          const plan = { units, recurrentDropout, needsInputGradient }
          const forwards = runFromZero(context, names[0], input, plan)
          const backwards = tf.reverse(runFromZero(context, names[1], tf.reverse(input, 1), plan), 1)
          return context.dropout(tf.concat([forwards, backwards], 2), settings.dropout) // [batch, steps, 2 * units]
        }
      )
      return { ...main, lateParameters: late }
    })
    return networkOfParts([...parts, linearPart('linear', 2 * units, shape.outputCount)])
  }
})

/** One direction; nothing is carried, so its final states are given up. */
function runFromZero(context: ForwardContext, name: string, input: Tensor3D, plan: DirectedPlan): Tensor3D {
  const { tf } = context
  const shape: [number, number] = [input.shape[0], plan.units]
  const zero = tf.zeros(shape) as Tensor2D
  const { output, state } = lstmCell.forward(context, {
    ...{ name, input, state: [zero, zero], needsInputGradient: plan.needsInputGradient },
    recurrentMask: context.dropoutMask(shape, plan.recurrentDropout)
  })
  tf.dispose([...state])
  return output
}
