import { beforeAll, describe, expect, test } from 'vitest'
import reference from '../../../../fixtures/optimisers.json'
import { parseParams, type ParamTable } from '../../../core/params/params'
import { optimiserIds, optimisers, type OptimiserId } from '../../../core/training/optimisers'
import { loadEngine, type LoadedEngine } from '../../engine/tensorflow'
import type { Kernels } from '../../kernels/kernels'
import { tensorFlowKernels } from '../../kernels/tensorflow-kernels'
import { rules } from '.'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

/** The weights after each step from the reference's start on its gradients. */
function stepsOf(kernels: Kernels, { id, params, learningRate, weightDecay }: (typeof reference.cases)[number]) {
  const { tf } = engine
  const rule = rules[id as OptimiserId]
  const settings = parseParams<ParamTable>(optimisers[id as OptimiserId].params, params)
  const before = tf.memory().numTensors
  let parameters = tf.tensor1d(reference.start)
  let slots = rule.slotNames.map(() => tf.zeros([reference.start.length]) as typeof parameters)
  const weights = reference.gradients.map((values, index) => {
    const gradient = tf.tensor1d(values)
    const { clipNorm } = reference
    const updated = rule.update({
      ...{ tf, kernels, parameters, gradient, slots, learningRate, weightDecay, clipNorm },
      ...{ step: index + 1, params: settings }
    })
    tf.dispose([parameters, gradient, ...slots, updated.gradientNorm])
    parameters = updated.parameters
    slots = [...updated.slots]
    return [...parameters.dataSync()]
  })
  tf.dispose([parameters, ...slots])
  expect(tf.memory().numTensors).toBe(before)
  return weights
}

const named = reference.cases.map((given) => [`${given.id} ${JSON.stringify(given.params)}`, given] as const)

describe.each([
  ['the kernels of this machine', () => engine.kernels],
  ["TensorFlow's operations", () => tensorFlowKernels(engine.tf)]
])('by %s', (_, kernels) => {
  test.each(named)("%s takes PyTorch's steps", (_, given) => {
    const weights = stepsOf(kernels(), given)
    weights.forEach((values, step) =>
      values.forEach((value, index) => expect(Math.abs(value - given.weights[step][index])).toBeLessThan(1e-6))
    )
  })
})

test('every optimiser has a case', () => {
  expect(new Set(reference.cases.map(({ id }) => id))).toEqual(new Set(optimiserIds))
})
