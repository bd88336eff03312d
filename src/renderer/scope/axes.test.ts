import { describe, expect, it } from 'vitest'
import { valueTicks } from './value-ticks'
import { tickStep, timeTicks } from './time-ticks'
import { movedWindow, scaledWindow, steppedWindow } from './value-window'
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

  it('has negative times before a trigger', () => {
    const { ticks } = timeTicks({ start: -0.1, end: 0.4, duration: 10, loop: false }, 6)
    expect(ticks.map(({ label }) => label)).toEqual(['−0.1', '0.0', '0.1', '0.2', '0.3', '0.4'])
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
    expect(valueTicks({ low: -0.4, high: 0.4 }, 250)).toEqual([-0.2, 0, 0.2])
    expect(valueTicks({ low: -1.5, high: 1.5 }, 150)).toEqual([-1, 0, 1])
    expect(valueTicks({ low: -0.6, high: 0.6 }, 60)).toEqual([-0.5, 0, 0.5])
    expect(valueTicks({ low: -1, high: 1 }, 60)).toEqual([-0.5, 0, 0.5])
    expect(valueTicks({ low: -2, high: 2 }, 120)).toEqual([-1, 0, 1])
  })

  it('has ticks where the user has moved it, without zero too', () => {
    expect(valueTicks({ low: 2.1, high: 2.5 }, 150)).toEqual([2.2, 2.3, 2.4])
  })

  it('goes in 1-2-5 steps about its middle', () => {
    const up = [0.4, 0.5, 1, 2].map((half) => steppedWindow({ low: 1 - half, high: 1 + half }, 1))
    expect(up.map(({ low, high }) => Number(((high - low) / 2).toPrecision(6)))).toEqual([0.5, 1, 2, 5])
    expect(steppedWindow({ low: -1, high: 1 }, -1)).toEqual({ low: -0.5, high: 0.5 })
  })

  it('is scaled about its middle and moved', () => {
    expect(scaledWindow({ low: 1, high: 3 }, 2)).toEqual({ low: 0, high: 4 })
    expect(movedWindow({ low: -1, high: 1 }, 0.5)).toEqual({ low: -0.5, high: 1.5 })
    expect(scaledWindow({ low: -1, high: 1 }, 1e-30)).toEqual({ low: -1, high: 1 })
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
