import { expect, test } from 'vitest'
import { references } from './references'
import { mse, rmse } from './rmse'

test.each(references)('equals NumPy for $name', ({ target, estimate, startSample, ...expected }) => {
  expect(mse(target, estimate, startSample)).toBeCloseTo(expected.mse, 12)
  expect(rmse(target, estimate, startSample)).toBeCloseTo(expected.rmse, 12)
})

test('errors of 3 and 4 have a mean square of 12.5', () => {
  expect(mse([0, 0], [3, -4])).toBe(12.5)
  expect(rmse([0, 0], [3, -4])).toBe(Math.sqrt(12.5))
})

test('unequal lengths are refused, an empty range has no mean', () => {
  expect(() => rmse([1], [])).toThrow('Received: 1 and 0 samples')
  expect(rmse([], [])).toBeNaN()
})
