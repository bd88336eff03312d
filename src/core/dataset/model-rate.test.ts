import { expect, test } from 'vitest'
import { modelRateFor } from './model-rate'

test('the rate divides the sample rate and gives the highest tone at least seven ticks a period', () => {
  expect(modelRateFor([1, 3, 5, 7], 1000)).toBe(50)
  expect(modelRateFor([50, 200], 8000)).toBe(1600)
  expect(modelRateFor([24, 576], 48_000)).toBeCloseTo(48_000 / 11)
})

test('tones too high for that run the network at every sample', () => {
  expect(modelRateFor([300], 1000)).toBe(1000)
})
