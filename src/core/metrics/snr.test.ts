import { expect, test } from 'vitest'
import { references } from './references'
import { snrDb } from './snr'

test.each(references)('equals NumPy for $name', ({ target, estimate, startSample, snrDb: expected }) => {
  expect(Math.abs(snrDb(target, estimate, startSample) - expected)).toBeLessThan(1e-9)
})

test('half the amplitude leaves half the amplitude as noise: 6.02 dB', () => {
  expect(snrDb([2, -2], [1, -1])).toBeCloseTo(20 * Math.log10(2), 12)
})

test('perfect gives Infinity, a silent target NaN, unequal lengths are refused', () => {
  expect(snrDb([1, 2], [1, 2])).toBe(Infinity)
  expect(snrDb([0], [1])).toBeNaN()
  expect(() => snrDb([1], [1, 2])).toThrow('Received: 1 and 2 samples')
})
