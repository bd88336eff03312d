import { expect, test } from 'vitest'
import { Random } from '../../core/random'
import { resample } from '../../core/signal/resample'
import { ResampledSource } from './resampled-source'
import { memorySource } from './sample-source'

const random = new Random(3)
const noise = Float32Array.from({ length: 5000 }, () => random.normal())
const source = memorySource({ sampleRate: 48_000, channels: [noise], channelNames: ['a'] })

test.each([
  [44_100, 147, 160],
  [8000, 1, 6],
  [192_000, 4, 1]
])('at %i Hz any stretch is that of the whole, to the bit', (sampleRate, up, down) => {
  const whole = resample(noise, { up, down })
  const resampled = new ResampledSource(source, sampleRate)
  expect(resampled.sampleCount).toBe(whole.length)
  for (const [start, count] of [
    [0, 10],
    [-5, 12],
    [Math.floor(whole.length / 2), 100],
    [whole.length - 7, 100],
    [whole.length + 3, 4]
  ]) {
    const expected = whole.slice(Math.max(0, start), Math.max(0, start + count))
    expect(resampled.readExact(0, start, count)).toEqual(expected)
    expect(resampled.read(0, start, count)).toEqual(Float32Array.from(expected))
  }
})

test('a rate that is no ratio of small numbers is refused', () => {
  expect(() => new ResampledSource(source, 44_100.0001)).toThrow('shares a factor')
})
