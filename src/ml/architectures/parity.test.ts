/** Every family against PyTorch: output and every gradient, on stored weights (fixtures/make_architectures.py). */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseParams } from '../../core/params/params'
import type { Scalar } from '../engine/engine'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { tensorFlowKernels } from '../kernels/tensorflow-kernels'
import { WeightedNetwork } from '../network/weighted-network'
import { architectureById, architectures } from '.'
import { sizeOf } from './define'

interface Case {
  readonly architecture: string
  readonly params: Readonly<Record<string, number | string>>
  readonly weights: Readonly<Record<string, number[]>>
  readonly output: number[]
  readonly gradients: Readonly<Record<string, number[]>>
}

const reference = JSON.parse(readFileSync('fixtures/architectures.json', 'utf8')) as {
  readonly shape: { batch: number; steps: number; featureCount: number; outputCount: number; turns: number[] }
  readonly input: number[]
  readonly conditioned: number[]
  readonly target: number[]
  readonly cases: Readonly<Record<string, Case>>
}
const { batch, steps, featureCount, outputCount } = reference.shape
const cases = Object.entries(reference.cases)

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const largestDifference = (found: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((value, index) => Math.abs(value - found[index])))

test('every family is among the cases', () => {
  const covered = new Set(cases.map(([, { architecture }]) => architecture))
  expect(architectures.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([])
})

describe.each(['chosen', 'tensorflow'])('on %s kernels', (which) => {
  test.each(cases)('%s: output and gradients equal those of PyTorch', (_, stored) => {
    const { tf } = engine
    const architecture = architectureById(stored.architecture)
    const network = architecture.build(reference.shape, parseParams(architecture.params, stored.params))
    const ordered = network.parameters.map(({ name, shape }) => {
      expect(stored.weights[name]?.length, name).toBe(sizeOf(shape))
      return stored.weights[name]
    })
    expect(ordered).toHaveLength(Object.keys(stored.weights).length)
    const kernels = which === 'chosen' ? engine.kernels : tensorFlowKernels(tf)
    const weighted = new WeightedNetwork(tf, kernels, network, Float32Array.from(ordered.flat()))
    const values = stored.architecture === 'lock-in' ? reference.conditioned : reference.input
    const input = tf.tensor3d(values, [batch, steps, featureCount])
    const target = tf.tensor3d(reference.target, [batch, steps, outputCount])
    const run = (dropoutSeed?: number) => weighted.run(input, { state: weighted.zeroState(batch), dropoutSeed }).output
    expect(largestDifference(run().dataSync(), stored.output)).toBeLessThan(1e-5)
    const { grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(run(1), target))) as Scalar, [weighted.vector])
    const gradient = grads[weighted.vector.name].dataSync()
    let at = 0
    for (const { name, shape } of network.parameters) {
      const piece = gradient.slice(at, (at += sizeOf(shape)))
      expect(largestDifference(piece, stored.gradients[name]), name).toBeLessThan(1e-5)
    }
  })
})
