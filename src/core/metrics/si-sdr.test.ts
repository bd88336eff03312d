import { expect, test } from 'vitest'
import { references } from './references'
import { siSdrDb } from './si-sdr'

test.each(references)('equals NumPy for $name', ({ target, estimate, startSample, siSdrDb: expected }) => {
  expect(Math.abs(siSdrDb(target, estimate, startSample) - expected)).toBeLessThan(1e-9)
})

test('a distortion orthogonal to the target gives the ratio of the powers, whatever the gain', () => {
  const target = [1, 1, 1, 1]
  const estimate = [1.1, 0.9, 1.1, 0.9]
  expect(siSdrDb(target, estimate)).toBeCloseTo(20, 9)
  expect(
    siSdrDb(
      target,
      estimate.map((value) => -3 * value)
    )
  ).toBeCloseTo(20, 9)
})

test('the mean is not removed', () => {
  expect(siSdrDb([1, -1], [2, 0])).toBeCloseTo(0, 9)
})

test('perfect gives Infinity, silence gives -Infinity, a silent target gives NaN', () => {
  expect(siSdrDb([1, 2], [2, 4])).toBe(Infinity)
  expect(siSdrDb([1, 2], [0, 0])).toBe(-Infinity)
  expect(siSdrDb([0, 0], [1, 2])).toBeNaN()
})

test('unequal lengths are refused', () => {
  expect(() => siSdrDb([1, 2], [1])).toThrow('Received: 2 and 1 samples')
})
