/** The native kernels against plain float64 loops over large shapes: batches to 257, 400 steps, 512 units. */
import { describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { loadEngine } from '../engine/tensorflow'
import { gradientErrors, loopOutput, randomCase, runCase } from './layer-cases.testing'
import { largestDifference, randomGru, randomLstm, randomShape, runGru, runLstm } from './layers.testing'
import { loadNativeKernels } from './native-kernels'
import { referenceGru, referenceLstm, type Shape } from './reference-layers.testing'

const { tf } = loadEngine()
const kernels = loadNativeKernels(tf)

const corners: Shape[] = [
  { batch: 257, steps: 12, features: 130, units: 64 },
  { batch: 3, steps: 400, features: 7, units: 100 },
  { batch: 5, steps: 8, features: 300, units: 512 },
  { batch: 64, steps: 50, features: 5, units: 128 }
]

describe.skipIf('missing' in kernels)('large layers', () => {
  const random = new Random(31)
  const limits = { batch: 257, steps: 60, features: 130, units: 130 }
  const shapes = [...corners, ...Array.from({ length: 40 }, () => randomShape(random, limits))]

  test.each(shapes.map((shape) => [JSON.stringify(shape), shape] as const))(
    '%s',
    (_, shape) => {
      if ('missing' in kernels) return
      const lstm = randomLstm(random, shape)
      const found = runLstm(tf, kernels, lstm.layer, lstm.outputGradient)
      const expected = referenceLstm(lstm.layer, lstm.outputGradient)
      expect(largestDifference(found.output, expected.output)).toBeLessThan(1e-4)
      expect(largestDifference(found.finalCell, expected.finalCell)).toBeLessThan(1e-4)
      for (const name of ['input', 'kernel', 'bias'] as const) {
        expect(largestDifference(found.gradients[name]!, expected.gradients[name])).toBeLessThan(3e-4)
      }
      const gru = randomGru(random, shape)
      const foundGru = runGru(tf, kernels, gru.layer, gru.outputGradient)
      const expectedGru = referenceGru(gru.layer, gru.outputGradient)
      expect(largestDifference(foundGru.output, expectedGru.output)).toBeLessThan(1e-4)
      for (const name of ['input', 'kernel', 'recurrentKernel', 'bias', 'recurrentBias'] as const) {
        expect(largestDifference(foundGru.gradients[name]!, expectedGru.gradients[name])).toBeLessThan(3e-4)
      }
    },
    120_000
  )

  // Each of these takes two plain forward passes a gradient.
  const limitsOfDifferences = { batch: 257, steps: 400, features: 40, units: 512 }
  const modest = ({ batch, steps, features, units }: Shape) => batch * steps * (features + units) * units < 2e7
  const drawn = Array.from({ length: 400 }, () => randomShape(random, limitsOfDifferences)).filter(modest)
  const cases = drawn.slice(0, 24).flatMap((shape, index) => {
    const options = { mask: index % 2 === 1, norm: index % 4 > 1 }
    return (['lstm', 'gru'] as const).map(
      (cell) => [cell, JSON.stringify(options), JSON.stringify(shape), shape, options] as const
    )
  })

  test.each([
    ...cases,
    ['lstm', 'masked', 'wide', { batch: 2, steps: 2, features: 3, units: 511 }, { mask: true, norm: true }] as const,
    ['gru', 'masked', 'wide', { batch: 2, steps: 2, features: 3, units: 511 }, { mask: true, norm: true }] as const,
    ['lstm', 'normed', 'long', { batch: 1, steps: 399, features: 3, units: 17 }, { norm: true }] as const,
    ['gru', 'normed', 'long', { batch: 1, steps: 399, features: 3, units: 17 }, { norm: true }] as const
  ])(
    "%s, %s, %s: gradients are the plain loops' finite differences",
    (cell, _, __, shape, options) => {
      if ('missing' in kernels) return
      const layer = randomCase(random, cell, shape, options)
      const size = shape.batch * shape.steps * shape.units
      const outputGradient = Float64Array.from({ length: size }, () => random.normal())
      const found = runCase(tf, kernels, layer, outputGradient)
      expect(largestDifference(found.output, loopOutput(layer))).toBeLessThan(3e-4)
      for (const error of Object.values(gradientErrors(random, layer, outputGradient, found.gradients))) {
        expect(error).toBeLessThan(2e-3)
      }
    },
    240_000
  )
})
