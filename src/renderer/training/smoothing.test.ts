import { expect, it } from 'vitest'
import { smoothed } from './smoothing'

it('leaves a curve as it is at 0, and a constant at any weight', () => {
  expect(smoothed([3, 1, 4], 0)).toEqual([3, 1, 4])
  for (const value of smoothed([2, 2, 2, 2], 0.9)) expect(value).toBeCloseTo(2, 12)
})

it('begins at the first value, and follows a step by the weight', () => {
  const curve = smoothed([0, 1], 0.5)
  expect(curve[0]).toBe(0)
  expect(curve[1]).toBeCloseTo(0.5 / 0.75, 12)
})

it('keeps gaps, and goes on behind them as before', () => {
  expect(smoothed([1, NaN, 1], 0.8)).toEqual([1, null, expect.closeTo(1, 12)])
})
