import { describe, expect, test } from 'vitest'
import { Random } from '../random'
import { checkMotion, ToneMotion, type Motion } from './tone-motion'

const place = { frequencyHz: 10, sampleRate: 1000 }
const follow = (motion: Motion, count: number) => {
  const moving = new ToneMotion(motion, place, (purpose) => Random.derive(1, purpose))
  return Array.from({ length: count }, () => {
    moving.next()
    return { angle: moving.angle, factor: moving.factor }
  })
}
/** In Hz, from one sample to the next. */
const deviations = (path: { angle: number }[]) =>
  path.slice(1).map(({ angle }, n) => ((angle - path[n].angle) * place.sampleRate) / (2 * Math.PI))

test('AM swings the factor between 1 - depth and 1 + depth, as often as it says', () => {
  const factors = follow({ am: { rateHz: 2, depth: 0.5 } }, 1000).map(({ factor }) => factor)
  expect([Math.min(...factors), Math.max(...factors)]).toEqual([expect.closeTo(0.5, 4), expect.closeTo(1.5, 4)])
  expect(factors[125]).toBeCloseTo(1.5, 4)
  expect(factors[625]).toBeCloseTo(1.5, 4)
})

test('FM swings the frequency by its deviation to both sides', () => {
  const hertz = deviations(follow({ fm: { rateHz: 2, deviationHz: 3 } }, 1001))
  expect([Math.min(...hertz), Math.max(...hertz)]).toEqual([expect.closeTo(-3, 2), expect.closeTo(3, 2)])
  hertz.forEach((value, n) => expect(value).toBeCloseTo(3 * Math.sin((2 * Math.PI * 2 * (n + 0.5)) / 1000), 3))
})

test('drift keeps the frequency within its walls and moves it', () => {
  const hertz = deviations(follow({ drift: { range: 0.05, perRootSecond: 0.05 } }, 20_000))
  expect(Math.max(...hertz.map(Math.abs))).toBeLessThanOrEqual(0.5 + 1e-6)
  expect(Math.max(...hertz) - Math.min(...hertz)).toBeGreaterThan(0.5)
})

test('steps multiply what AM gives', () => {
  const both = follow({ am: { rateHz: 2, depth: 0.5 }, steps: { meanSeconds: 0.1, low: 2, high: 2 } }, 5000)
  expect(both.at(-1)!.factor).toBeCloseTo(2 * (1 + 0.5 * Math.sin((2 * Math.PI * 2 * 4999) / 1000)), 9)
})

describe('what cannot be is refused', () => {
  test.each<[string, Motion, string]>([
    ['a depth above 1', { am: { rateHz: 1, depth: 1.5 } }, 'AM depth from 0 to 1. Received: 1.5.'],
    ['a rate of 0', { am: { rateHz: 0, depth: 0.5 } }, 'rate above 0'],
    ['a rate above the half', { fm: { rateHz: 500, deviationHz: 1 } }, '500 Hz. Received: 500 Hz'],
    ['a deviation below 0 Hz', { fm: { rateHz: 1, deviationHz: 10 } }, 'keep 10 Hz above 0'],
    ['NaN', { fm: { rateHz: 1, deviationHz: NaN } }, 'Received: NaN'],
    ['drift and FM together', { fm: { rateHz: 1, deviationHz: 6 }, drift: { range: 0.5, perRootSecond: 1 } }, '11 Hz']
  ])('%s', (_, motion, message) => expect(() => checkMotion(motion, place)).toThrow(message))
})
