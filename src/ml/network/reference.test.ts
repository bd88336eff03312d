/** Whole networks against PyTorch, on every kernel implementation that this machine has. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseParams } from '../../core/params/params'
import { architectureById } from '../architectures'
import type { Tensor1D, Tensor3D } from '../engine/engine'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { tensorFlowKernels } from '../kernels/tensorflow-kernels'
import { Optimiser } from '../training/optimiser'
import { WeightedNetwork } from './weighted-network'

const fixtures = { lstm: 'reference-network', gru: 'gru-network' }
const networks = (['lstm', 'gru'] as const).flatMap((id) =>
  (['chosen', 'tensorflow'] as const).map((which) => [id, which] as const)
)

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

function expectClose(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(found.length).toBe(expected.length)
  let largest = 0
  expected.forEach((value, index) => (largest = Math.max(largest, Math.abs(value - found[index]))))
  expect(largest).toBeLessThan(tolerance)
}

describe.each(networks)('%s on %s kernels', (id, which) => {
  const reference = JSON.parse(readFileSync(`fixtures/${fixtures[id]}.json`, 'utf8'))
  const { batch, steps, features, units } = reference.shape
  /** Of the last layer. */
  const finalStates: number[][] = reference.finalStates ?? [reference.finalHidden, reference.finalCell]

  const make = () => {
    const kernels = which === 'chosen' ? engine.kernels : tensorFlowKernels(engine.tf)
    const architecture = architectureById(id)
    const params = parseParams(architecture.params, { units, dropout: 0 })
    const network = architecture.build({ featureCount: features, outputCount: 1 }, params)
    const weighted = new WeightedNetwork(engine.tf, kernels, network, Float32Array.from(reference.weights))
    const input = engine.tf.tensor3d(reference.input, [batch, steps, features]) as Tensor3D
    const target = engine.tf.tensor3d(reference.target, [batch, steps, 1]) as Tensor3D
    return { weighted, input, target, kernels }
  }

  test("output and final state equal PyTorch's", () => {
    const { weighted, input } = make()
    const { output, state } = weighted.run(input, { state: weighted.zeroState(batch) })
    expectClose(output.dataSync(), reference.output, 1e-5)
    const last = state.slice(-finalStates.length)
    finalStates.forEach((expected, index) => expectClose(last[index].dataSync(), expected, 1e-5))
  })

  test("every gradient equals PyTorch's", () => {
    const { weighted, input, target } = make()
    const { tf, vector } = weighted
    const { value, grads } = tf.variableGrads(() => {
      const { output } = weighted.run(input, { state: weighted.zeroState(batch), dropoutSeed: 1 })
      return tf.mean(tf.square(tf.sub(output, target)))
    }, [vector])
    expect(value.dataSync()[0]).toBeCloseTo(reference.loss, 5)
    expectClose((grads[vector.name] as Tensor1D).dataSync(), reference.gradient, 1e-5)
  })

  test('five clipped Adam steps with weight decay end where PyTorch ends', async () => {
    const { weighted, input, target } = make()
    const optimiser = new Optimiser(weighted, { weightDecay: 0.001, clipNorm: 0.1 })
    const results = [1, 2, 3, 4, 5].map(() => {
      const state = weighted.zeroState(batch)
      return optimiser.step({ input, target, state, learningRate: 0.01, dropoutSeed: 1 })
    })
    expectClose(
      results.map(({ loss }) => loss),
      reference.adam.losses,
      1e-5
    )
    expectClose(
      results.map(({ gradientNorm }) => gradientNorm),
      reference.adam.gradientNorms,
      1e-5
    )
    expectClose(await weighted.weights(), reference.adam.weights, 2e-5)
  })
})
