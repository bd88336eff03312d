import { describe, expect, it } from 'vitest'
import { linearTicks, logTicks, rangeOf } from './xy-ticks'

describe('ticks of a linear axis', () => {
  it('are multiples of a 1-2-5 step, as many as there is room for', () => {
    expect(linearTicks({ low: -21, high: 3 }, 6)).toEqual([-20, -15, -10, -5, 0])
    expect(linearTicks({ low: 0, high: 1 }, 10)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    expect(linearTicks({ low: -0.3, high: 0.31 }, 4)).toEqual([-0.2, 0, 0.2])
    expect(linearTicks({ low: -0.3, high: 0.31 }, 3)).toEqual([0])
    expect(linearTicks({ low: 2, high: 2 }, 5)).toEqual([2])
  })
})

describe('ticks of a logarithmic axis', () => {
  it('thin out as decades come in', () => {
    expect(logTicks({ low: 0.5, high: 12 }, 8)).toEqual([0.5, 1, 2, 5, 10])
    expect(logTicks({ low: 0.1, high: 100 }, 8)).toEqual([0.1, 0.3, 1, 3, 10, 30, 100])
    expect(logTicks({ low: 0.1, high: 1e5 }, 8)).toEqual([0.1, 1, 10, 100, 1e3, 1e4, 1e5])
    expect(logTicks({ low: 1e-6, high: 1e6 }, 4).length).toBeLessThanOrEqual(5)
  })
})

describe('the range of values', () => {
  it('holds them all with room, and leaves out what is no number', () => {
    expect(rangeOf([1, null, NaN, 3, -Infinity], { room: 0.1 })).toEqual({ low: 0.8, high: 3.2 })
    expect(rangeOf([0, 5, 500], { isLog: true })).toEqual({ low: 5, high: 500 })
  })

  it('is there for one value and for none', () => {
    expect(rangeOf([20])).toEqual({ low: 18, high: 22 })
    expect(rangeOf([20], { isLog: true })).toEqual({ low: 10, high: 40 })
    expect(rangeOf([])).toEqual({ low: 0, high: 1 })
  })
})
