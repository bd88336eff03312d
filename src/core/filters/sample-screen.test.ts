import { expect, test } from 'vitest'
import { Random } from '../random'
import { SampleScreen } from './sample-screen'

const make = () => new SampleScreen({ memory: 250, longestGap: 50, blockLength: 20_000 })
const noiseOf = (count: number, seed = 1) => {
  const random = new Random(seed)
  return Float64Array.from({ length: count }, () => 0.3 * random.normal())
}
const zeros = (count: number) => new Float64Array(count)

test('noise alone is left as it is, but for one sample in a thousand, and its variance is known', () => {
  const screen = make()
  const samples = noiseOf(20_000)
  const rejected = screen.screen(samples, zeros(20_000), 20_000)
  expect(rejected / 20_000).toBeLessThan(0.001)
  expect(screen.noiseVariance).toBeCloseTo(0.09, 1)
})

test('impulses are taken out, and their places told', () => {
  const samples = noiseOf(5000)
  for (let place = 100; place < 5000; place += 97) samples[place] += 2.5
  const screen = make()
  const rejected = screen.screen(samples, zeros(5000).fill(0.1), 5000)
  expect([...screen.rejected.subarray(0, rejected)]).toContain(100)
  expect(rejected).toBeGreaterThanOrEqual(50)
  expect(rejected).toBeLessThan(60)
  expect(samples[100]).toBe(0)
  expect(Math.max(...samples)).toBeLessThan(1.3)
})

test('a signal that leaves its forecast for good is believed again soon', () => {
  const screen = make()
  const samples = zeros(3000).map((_, n) => 0.001 * Math.sin(n * n) + (n >= 1000 ? 5 * Math.sin(n) : 0))
  const rejected = screen.screen(samples, zeros(3000), 3000)
  expect(rejected).toBeGreaterThan(0)
  expect(rejected).toBeLessThan(200)
  expect(samples.slice(-500).some((sample) => sample > 4)).toBe(true)
})

test('zeros in a row are lost until they are silence, and a zero alone is a sample', () => {
  const samples = noiseOf(1000)
  samples[300] = 0
  samples.fill(0, 500, 800)
  const before = make().screen(samples.slice(0, 500), zeros(500).fill(0.2), 500)
  const forecast = zeros(1000).fill(0.2)
  expect(make().screen(samples, forecast, 1000) - before).toBeLessThan(52)
  expect(samples[300]).toBe(0)
  expect([...samples.slice(501, 550)].every((sample) => sample === 0)).toBe(true)
  expect([...samples.slice(550, 800)].every((sample) => sample === 0)).toBe(true)
})

test('what is no number is lost', () => {
  const samples = noiseOf(100)
  samples[20] = NaN
  samples[21] = -Infinity
  make().screen(samples, zeros(100).fill(0.2), 100)
  expect([samples[20], samples[21]]).toEqual([0, 0])
})
