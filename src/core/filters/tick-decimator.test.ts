import { describe, expect, test } from 'vitest'
import { TickDecimator, tickToSample } from './tick-decimator'

function ticksOf(samples: Float32Array, samplesPerTick: number): number[] {
  const decimator = new TickDecimator(samplesPerTick)
  return [...samples].map((sample) => decimator.push(sample)).filter((value) => !Number.isNaN(value))
}

const tone = (frequencyHz: number, count = 2000) =>
  Float32Array.from({ length: count }, (_, n) => Math.sin((2 * Math.PI * frequencyHz * n) / 1000))

describe.each([20, 12.5, 1.3, 7])('%s samples a tick', (samplesPerTick) => {
  test('a constant comes through unchanged once the taper is full', () => {
    const ticks = ticksOf(new Float32Array(1000).fill(3), samplesPerTick)
    expect(Math.abs(ticks.length - 1000 / samplesPerTick)).toBeLessThan(1)
    // With a whole ratio the taper sums to one exactly; with another it ripples by less than 2 %.
    for (const value of ticks.slice(3)) expect(Math.abs(value - 3)).toBeLessThan(samplesPerTick < 2 ? 0.6 : 0.06)
  })
})

test('a slow tone is delayed by one tick and keeps its amplitude', () => {
  const ticks = ticksOf(tone(1), 20)
  ticks.slice(2).forEach((value, index) => {
    const delayed = tickToSample(index + 2, 20) - 20
    expect(value).toBeCloseTo(Math.sin((2 * Math.PI * delayed) / 1000), 2)
  })
})

test('a tone at the tick rate vanishes, one that would alias is below -31 dB', () => {
  expect(Math.max(...ticksOf(tone(50), 20).slice(3).map(Math.abs))).toBeLessThan(1e-6)
  expect(Math.max(...ticksOf(tone(120), 20).slice(3).map(Math.abs))).toBeLessThan(10 ** (-31 / 20))
})

test('after a reset it is as new', () => {
  const decimator = new TickDecimator(4)
  for (const value of [1, 2, 3, 4, 5, 6]) decimator.push(value)
  decimator.reset()
  const fresh = new TickDecimator(4)
  for (const value of [4, 3, 2, 1]) expect(decimator.push(value)).toEqual(fresh.push(value))
})
