import { describe, expect, it } from 'vitest'
import { followingRange, placeInRecord, rangeInRecord } from './visible-range'

describe('what is visible', () => {
  it('fills from the left at the start, then follows the newest sample', () => {
    expect(followingRange(0, 5, 1000)).toEqual({ start: 0, end: 5000 })
    expect(followingRange(3000, 5, 1000)).toEqual({ start: 0, end: 5000 })
    expect(followingRange(12_500, 5, 1000)).toEqual({ start: 7500, end: 12_500 })
  })

  it('always holds two samples', () => {
    expect(followingRange(0, 0.001, 1)).toEqual({ start: 0, end: 2 })
  })

  it('finds the place in the record in any pass', () => {
    expect(placeInRecord(4000, 10_000)).toBe(4000)
    expect(placeInRecord(10_000, 10_000)).toBe(10_000)
    expect(placeInRecord(24_000, 10_000)).toBe(4000)
  })

  it('is one piece of the record, or two where the seam lies inside', () => {
    expect(rangeInRecord({ start: 2000, end: 7000 }, 10_000)).toEqual([{ from: 0.2, to: 0.7 }])
    const [before, after] = rangeInRecord({ start: 18_000, end: 23_000 }, 10_000)
    expect(before).toEqual({ from: 0.8, to: 1 })
    expect(after.from).toBe(0)
    expect(after.to).toBeCloseTo(0.3)
  })

  it('is the whole record where the window is longer', () => {
    expect(rangeInRecord({ start: 0, end: 20_000 }, 10_000)).toEqual([{ from: 0, to: 1 }])
    expect(rangeInRecord({ start: 5000, end: 25_000 }, 10_000)).toEqual([{ from: 0, to: 1 }])
  })
})
