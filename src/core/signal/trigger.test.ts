import { describe, expect, it } from 'vitest'
import { Random } from '../random'
import { afterHoldOff, findTriggers, type TriggerOptions } from './trigger'

const options: TriggerOptions = { level: 0, slope: 'rising', hysteresis: 0.05 }
const find = (values: readonly number[], change: Partial<TriggerOptions> = {}) =>
  findTriggers(Float32Array.from(values), { ...options, ...change })

/** `periods` periods of a sine of 100 samples that begins at phase 0 at sample `offset`. */
const sine = (periods: number, offset = 0) =>
  Array.from({ length: 100 * periods }, (_, n) => Math.sin((2 * Math.PI * (n - offset)) / 100))

describe('the trigger', () => {
  it('finds the crossing between two samples', () => {
    expect(find([-1, -1, 3, 3])).toEqual([1.25])
    expect(find([-1, -1, 3, 3], { level: 1 })).toEqual([1.5])
    expect(find([1, 0.5, -1.5, -2], { slope: 'falling' })).toEqual([1.25])
  })

  it('finds every period of a sine at its phase, also between samples', () => {
    const rising = find(sine(4, 30.25))
    expect(rising).toHaveLength(4)
    rising.forEach((place, period) => expect(place).toBeCloseTo(30.25 + 100 * period, 3))
    const falling = find(sine(4, 30.25), { slope: 'falling', level: 0.5 })
    // sin falls through a half at 150 degrees.
    falling.forEach((place, period) =>
      expect(place).toBeCloseTo(30.25 - 100 + (100 * 150) / 360 + 100 * (period + 1), 1)
    )
  })

  it('counts a sample on the level as a crossing, and a start above it as none', () => {
    expect(find([-1, 0, 1])).toEqual([1])
    expect(find([1, 2, 3])).toEqual([])
  })

  it('needs to have been on the other side by the hysteresis', () => {
    const values = [-1, 1, -0.01, 0.01, -0.02, 1, -1, 1]
    expect(find(values)).toEqual([0.5, 6.5])
    expect(find(values, { hysteresis: 0 })).toHaveLength(4)
  })

  it('triggers once a period in noise', () => {
    const random = new Random(5)
    const noisy = sine(50).map((value) => value + 0.1 * random.normal())
    expect(find(noisy, { hysteresis: 0 }).length).toBeGreaterThan(60)
    const places = find(noisy, { hysteresis: 0.4 })
    expect(places).toHaveLength(49)
    places.forEach((place, period) => expect(Math.abs(place - 100 * (period + 1))).toBeLessThan(8))
  })

  it('waits for the hold-off', () => {
    const places = find(sine(6, 50))
    expect(afterHoldOff(places, 0, 150).map(Math.round)).toEqual([50, 250, 450])
    expect(afterHoldOff(places, 60, 150).map(Math.round)).toEqual([150, 350, 550])
    expect(afterHoldOff(places, 60, 0)).toHaveLength(5)
  })

  it('does not trigger across a gap', () => {
    expect(find([-1, NaN, 1, 1])).toEqual([])
    expect(find([-1, NaN, -1, 1])).toEqual([2.5])
  })
})
