import { expect, test } from 'vitest'
import { r2 } from './r2'
import { references } from './references'

test.each(references)('equals NumPy for $name', ({ target, estimate, startSample, r2: expected }) => {
  expect(Math.abs(r2(target, estimate, startSample) - expected)).toBeLessThan(1e-9)
})

test('a perfect estimate gives 1, the mean gives 0, the negative of a centred target gives -3', () => {
  const target = Float32Array.of(-1, 1, -2, 2)
  expect(r2(target, target)).toBe(1)
  expect(r2(target, new Float32Array(4))).toBe(0)
  expect(
    r2(
      target,
      target.map((value) => -value)
    )
  ).toBe(-3)
})

test('the mean is that of the range, so a constant range gives NaN', () => {
  expect(r2([9, 2, 2], [9, 1, 2], 1)).toBeNaN()
  expect(r2([1, 2], [1, 2], 2)).toBeNaN()
})

test('unequal lengths and starts outside are refused', () => {
  expect(() => r2([1, 2], [1])).toThrow('Received: 2 and 1 samples')
  expect(() => r2([1, 2], [1, 2], 3)).toThrow('Received: 3')
})
