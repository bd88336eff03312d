import { expect, test } from 'vitest'
import { Random } from '../random'
import { meanInterval, studentQuantile } from './interval'

// scipy.stats.t.ppf(0.975, df)
test.each([
  [1, 12.706204736],
  [2, 4.3026527297],
  [3, 3.1824463053],
  [4, 2.7764451052],
  [9, 2.2621571628],
  [19, 2.0930240544],
  [30, 2.0422724563],
  [199, 1.9719565443]
])('with %s degrees of freedom Student allows %s deviations', (degrees, expected) => {
  expect(studentQuantile(degrees)).toBeCloseTo(expected, 8)
})

test('of a thousand intervals about 950 hold the true mean', () => {
  const random = new Random(1)
  const holding = Array.from({ length: 1000 }, () => {
    const { mean, halfWidth } = meanInterval(Array.from({ length: 8 }, () => 3 + random.normal()))
    return Math.abs(mean - 3) <= halfWidth
  }).filter(Boolean).length
  expect(holding).toBeGreaterThan(930)
  expect(holding).toBeLessThan(970)
})

test('one value has a mean and no interval', () => {
  expect(meanInterval([2])).toEqual({ mean: 2, halfWidth: NaN })
})
