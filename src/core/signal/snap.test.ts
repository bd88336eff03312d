import { describe, expect, it } from 'vitest'
import { nearestPeak, nearestSample, nearestZeroCrossing } from './snap'

/** One period in 100 samples, from sample 1000 of a record. */
const samples = Float32Array.from({ length: 300 }, (_, n) => Math.sin((2 * Math.PI * n) / 100))
const sine = { samples, startSample: 1000 }

describe('snapping', () => {
  it('goes to the nearest sample', () => expect(nearestSample(10.6)).toBe(11))

  it('goes to a top or a bottom in reach', () => {
    expect(nearestPeak(sine, 1030, 10)).toBe(1025)
    expect(nearestPeak(sine, 1072, 10)).toBe(1075)
    expect(nearestPeak(sine, 1050, 10)).toBeUndefined()
  })

  it('prefers the peak that stands out to a nearer ripple', () => {
    const ripple = { samples: Float32Array.of(0, 0.1, 0.05, 0.2, 5, 0.1, 0, 0), startSample: 0 }
    expect(nearestPeak(ripple, 1, 5)).toBe(4)
  })

  it('goes to a zero crossing between samples', () => {
    expect(nearestZeroCrossing({ samples: Float32Array.of(-1, 3, 3), startSample: 50 }, 51, 2)).toBe(50.25)
    expect(nearestZeroCrossing(sine, 1047, 10)).toBeCloseTo(1050, 6)
    expect(nearestZeroCrossing(sine, 1025, 10)).toBeUndefined()
  })

  it('finds nothing outside of what it has', () => {
    expect(nearestPeak(sine, 500, 10)).toBeUndefined()
    expect(nearestZeroCrossing(sine, 2000, 10)).toBeUndefined()
  })
})
