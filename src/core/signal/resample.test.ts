import { describe, expect, test } from 'vitest'
import reference from '../../../fixtures/filters.json'
import { chirpOfIntegers } from '../filters/references'
import { ratioOf, resample, resampledCount, Resampler } from './resample'

describe.each(reference.resampled)('$up to $down', ({ up, down, count, length, places, output: expected }) => {
  const input = chirpOfIntegers(count)
  const whole = resample(input, { up, down })

  test('equals SciPy to 1e-9', () => {
    expect(whole).toHaveLength(length)
    places.forEach((place, index) => expect(Math.abs(whole[place] - expected[index])).toBeLessThan(1e-9))
  })

  test.each([1, 7, 100])('blocks of %s give what one block gives', (blockLength) => {
    const resampler = new Resampler({ up, down })
    const parts: number[] = []
    for (let start = 0; start < count; start += blockLength)
      parts.push(...resampler.push(input.subarray(start, start + blockLength)))
    parts.push(...resampler.end())
    expect(Float64Array.from(parts)).toEqual(whole)
  })
})

test('a tone below both Nyquist frequencies keeps amplitude and place, one above the new one vanishes', () => {
  const sine = (frequencyHz: number, sampleRate: number, count: number) =>
    Float64Array.from({ length: count }, (_, n) => Math.sin((2 * Math.PI * frequencyHz * n) / sampleRate))
  const kept = resample(sine(100, 48_000, 48_000), { up: 1, down: 48 })
  const expected = sine(100, 1000, 1000)
  for (let n = 50; n < 950; n += 1) expect(Math.abs(kept[n] - expected[n])).toBeLessThan(0.01)
  const gone = resample(sine(700, 48_000, 48_000), { up: 1, down: 48 })
  expect(Math.max(...gone.subarray(50, 950).map(Math.abs))).toBeLessThan(0.01)
})

test('a sample that is no number is taken as silence', () => {
  const holes = chirpOfIntegers(100)
  const silent = holes.slice()
  holes[40] = NaN
  silent[40] = 0
  expect(resample(holes, { up: 3, down: 2 })).toEqual(resample(silent, { up: 3, down: 2 }))
})

test('rates become the smallest whole numbers, and those that cannot are refused', () => {
  expect(ratioOf({ from: 48_000, to: 44_100 })).toEqual({ up: 147, down: 160 })
  expect(ratioOf({ from: 1000.5, to: 2001 })).toEqual({ up: 2, down: 1 })
  expect(ratioOf({ from: 1000, to: 1000 })).toEqual({ up: 1, down: 1 })
  expect(resampledCount(1000, { up: 147, down: 160 })).toBe(919)
  expect(() => ratioOf({ from: 48_000, to: 44_100.123 })).toThrow('Choose a rate that shares a factor')
  expect(() => ratioOf({ from: 0, to: 5 })).toThrow('Received: 0 and 5 Hz')
})
