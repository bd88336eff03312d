/** One contract for every implementation of the kernels, over all options of both layers. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { loadEngine } from '../engine/tensorflow'
import { gradientErrors, loopOutput, randomCase, runCase, type LayerCase } from './layer-cases.testing'
import { largestDifference, randomShape } from './layers.testing'
import { tensorFlowKernels } from './tensorflow-kernels'

const { tf, kernels: chosen } = loadEngine()
const stored = JSON.parse(readFileSync('fixtures/recurrent-options.json', 'utf8')) as StoredCase[]

interface StoredCase {
  cell: 'lstm' | 'gru'
  name: string
  shape: LayerCase['shape']
  operands: Record<string, number[]>
  outputGradient: number[]
  output: number[]
  gradients: Record<string, number[]>
}

const options = [
  ['plain', {}],
  ['masked', { mask: true }],
  ['normed', { norm: true }],
  ['masked and normed', { mask: true, norm: true }]
] as const

describe.each([
  ['chosen', chosen],
  ['tensorflow', tensorFlowKernels(tf)]
] as const)('%s kernels', (_, kernels) => {
  test.each(stored.map((layer) => [`${layer.name} ${layer.cell}`, layer] as const))(
    "a %s's output and every gradient equal PyTorch's",
    (__, { cell, shape, operands, outputGradient, output, gradients }) => {
      const float64 = Object.entries(operands).map(([name, values]) => [name, Float64Array.from(values)])
      const layer = { cell, shape, operands: Object.fromEntries(float64) }
      const found = runCase(tf, kernels, layer, Float64Array.from(outputGradient))
      expect(largestDifference(found.output, output)).toBeLessThan(1e-5)
      expect(Object.keys(found.gradients).sort()).toEqual(Object.keys(gradients).sort())
      for (const [name, expected] of Object.entries(gradients)) {
        expect(largestDifference(found.gradients[name], expected)).toBeLessThan(2e-5)
      }
    }
  )

  test.each(
    (['lstm', 'gru'] as const).flatMap((cell) => options.map(([name, option]) => [name, cell, option] as const))
  )('a %s %s of any shape equals plain loops, and its gradients their finite differences', (__, cell, option) => {
    const random = new Random(41)
    for (let i = 0; i < 6; i += 1) {
      const shape = randomShape(random, { batch: 20, steps: 12, features: 20, units: 34 })
      const layer = randomCase(random, cell, shape, option)
      const outputGradient = Float64Array.from({ length: shape.batch * shape.steps * shape.units }, () =>
        random.normal()
      )
      const found = runCase(tf, kernels, layer, outputGradient)
      expect(largestDifference(found.output, loopOutput(layer))).toBeLessThan(1e-4)
      for (const error of Object.values(gradientErrors(random, layer, outputGradient, found.gradients))) {
        expect(error).toBeLessThan(1e-3)
      }
    }
  })

  test('a layer normalisation of one unit, whose variance is nothing, stays finite', () => {
    for (const cell of ['lstm', 'gru'] as const) {
      const layer = randomCase(new Random(42), cell, { batch: 2, steps: 3, features: 1, units: 1 }, { norm: true })
      const found = runCase(tf, kernels, layer, new Float64Array(6).fill(1))
      expect(largestDifference(found.output, loopOutput(layer))).toBeLessThan(1e-5)
      for (const gradient of Object.values(found.gradients)) expect(gradient.every(Number.isFinite)).toBe(true)
    }
  })

  test.each(
    (['lstm', 'gru'] as const).flatMap((cell) => options.map(([name, option]) => [name, cell, option] as const))
  )(
    'a NaN or an infinity in one example of a %s %s spoils what the equations say and no other example',
    (__, cell, option) => {
      const shape = { batch: 5, steps: 6, features: 3, units: 4 }
      const perExample = shape.steps * shape.units
      const broken = [NaN, Infinity, -Infinity]
      const layer = randomCase(new Random(43), cell, shape, option)
      // Examples 1, 2 and 3, from their third step on.
      broken.forEach((value, index) => (layer.operands.input[((index + 1) * shape.steps + 2) * shape.features] = value))
      const { output, gradients } = runCase(tf, kernels, layer, new Float64Array(shape.batch * perExample).fill(1))
      const expected = loopOutput(layer)
      expect(Array.from(output, Number.isNaN)).toEqual(Array.from(expected, Number.isNaN))
      const whole = (values: ArrayLike<number>) => Array.from(values).map((value) => (Number.isNaN(value) ? 0 : value))
      expect(largestDifference(whole(output), whole(expected))).toBeLessThan(1e-4)
      for (const example of [0, 4]) {
        expect(
          Array.from(output)
            .slice(example * perExample, (example + 1) * perExample)
            .every(Number.isFinite)
        ).toBe(true)
      }
      // A weight that saw the NaN has no gradient that could be believed.
      expect(gradients.kernel.some(Number.isNaN)).toBe(true)
    }
  )

  test('no call leaves a tensor behind', () => {
    const before = tf.memory().numTensors
    for (const [, option] of options) {
      for (const cell of ['lstm', 'gru'] as const) {
        const layer = randomCase(new Random(43), cell, { batch: 2, steps: 3, features: 2, units: 4 }, option)
        runCase(tf, kernels, layer, new Float64Array(24).fill(1))
      }
    }
    expect(tf.memory().numTensors).toBe(before)
  })
})
