import { describe, expect, it } from 'vitest'
import { valueTicks } from './value-ticks'
import { tickStep, timeTicks } from './time-ticks'
import { VerticalRange, limitFor } from './vertical-range'

describe('the time axis', () => {
  it.each([
    [5, 10, 0.5],
    [5, 6, 1],
    [10, 9, 2],
    [0.01, 9, 0.002],
    [1000, 9, 200]
  ])('%d s in at most %d parts steps by %d s', (span, most, step) => expect(tickStep(span, most)).toBeCloseTo(step))

  it('labels the place in the record', () => {
    const { ticks, seams } = timeTicks({ start: 0.4, end: 5.4, duration: 10, loop: true }, 6)
    expect(ticks.map(({ label }) => label)).toEqual(['1', '2', '3', '4', '5'])
    expect(seams).toEqual([])
  })

  it('begins anew at the seam of a loop, without two labels in one place', () => {
    const { ticks, seams } = timeTicks({ start: 17.5, end: 22.5, duration: 10, loop: true }, 6)
    expect(ticks).toEqual([
      { at: 18, label: '8' },
      { at: 19, label: '9' },
      { at: 20, label: '0' },
      { at: 21, label: '1' },
      { at: 22, label: '2' }
    ])
    expect(seams).toEqual([20])
  })

  it('keeps its ticks on the step where the record’s length is odd', () => {
    const { ticks } = timeTicks({ start: 6, end: 10, duration: 7.3, loop: true }, 5)
    expect(ticks.map(({ at, label }) => [Number(at.toFixed(3)), label])).toEqual([
      [6, '6'],
      [7.3, '0'],
      [8.3, '1'],
      [9.3, '2']
    ])
  })

  it('goes on beyond the end where nothing repeats', () => {
    const { ticks } = timeTicks({ start: 0, end: 20, duration: 10, loop: false }, 5)
    expect(ticks.at(-1)).toEqual({ at: 20, label: '20' })
  })
})

describe('the amplitude axis', () => {
  it.each([
    [0.29, 0.4],
    [0.9, 1.5],
    [1, 1.5],
    [0, 1],
    [NaN, 1],
    [30_000, 40_000]
  ])('a peak of %d gets the limit %d', (peak, limit) => expect(limitFor(peak)).toBe(limit))

  it('has ticks on both sides of zero, none at the very edge', () => {
    expect(valueTicks(0.4, 250)).toEqual([-0.2, 0, 0.2])
    expect(valueTicks(1.5, 150)).toEqual([-1, 0, 1])
    expect(valueTicks(0.6, 60)).toEqual([-0.5, 0, 0.5])
    expect(valueTicks(1, 60)).toEqual([-0.5, 0, 0.5])
  })

  it('grows at once, shrinks after a while, and stays for small changes', () => {
    const range = new VerticalRange()
    expect(range.update(0.9, 0)).toBe(1.5)
    expect(range.update(2.5, 10)).toBe(3)
    expect(range.update(2, 20)).toBe(3)
    expect(range.update(0.3, 100)).toBe(3)
    expect(range.update(0.3, 1000)).toBe(3)
    expect(range.update(0.3, 1700)).toBe(0.4)
  })
})
