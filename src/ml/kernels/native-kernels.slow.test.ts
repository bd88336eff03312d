/** The native kernels against plain float64 loops over large shapes: batches to 257, 400 steps, 512 units. */
import { describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { loadEngine } from '../engine/tensorflow'
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
})
