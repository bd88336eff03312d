import { describe, expect, test } from 'vitest'
import { Random } from '../random'
import {
  AmplitudeWalk,
  describeDegradations,
  DriftWalk,
  DropoutGate,
  ImpulseNoise,
  parseDegradations,
  standardDegradations
} from './degradations'

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('impulses hit their share of the samples, with their size and both signs alike', () => {
  const noise = new ImpulseNoise({ share: 0.01, size: 10 }, 4, new Random(1))
  const hits = draw(200_000, () => noise.next()).filter((value) => value !== 0)
  expect(hits.length / 200_000).toBeCloseTo(0.01, 3)
  expect(new Set(hits)).toEqual(new Set([2.5, -2.5]))
  expect(Math.abs(mean(hits))).toBeLessThan(0.15)
})

test.each([0.02, 0.001])('dropouts take their share of the samples in pieces of %s s on average', (meanSeconds) => {
  const gate = new DropoutGate({ share: 0.05, meanSeconds }, 1000, new Random(2))
  const lost = draw(500_000, () => gate.next())
  const starts = lost.filter((value, index) => value && !lost[index - 1]).length
  const count = lost.filter(Boolean).length
  expect(count / lost.length).toBeCloseTo(0.05, 2)
  // At one sample a piece two of them often touch.
  expect(count / starts / 1000 / meanSeconds).toBeCloseTo(1, 0)
})

test('drift stays between its walls, fills them, and gets as far in a second as it says', () => {
  const random = new Random(3)
  const moves = draw(2000, () => {
    const walk = new DriftWalk({ range: 1, perRootSecond: 0.002 }, 100, random)
    const places = draw(101, () => walk.next())
    return places[100] - places[0]
  })
  expect(Math.sqrt(mean(moves.map((move) => move ** 2)))).toBeCloseTo(0.002, 4)
  const walk = new DriftWalk(standardDegradations.drift, 10, random)
  const places = draw(50_000, () => walk.next())
  expect(Math.max(...places.map(Math.abs))).toBeLessThanOrEqual(0.03)
  // Uniform between the walls: its deviation is the range over the root of three.
  expect(Math.sqrt(mean(places.map((place) => place ** 2)))).toBeCloseTo(0.03 / Math.sqrt(3), 2)
})

test('amplitude steps come as often as they say, between their bounds', () => {
  const walk = new AmplitudeWalk({ meanSeconds: 2, low: 0.3, high: 1.7 }, 100, new Random(4))
  const factors = draw(100_000, () => walk.next())
  const changes = factors.filter((factor, index) => index > 0 && factor !== factors[index - 1]).length
  expect(factors[0]).toBe(1)
  expect(changes / 500).toBeCloseTo(1, 0)
  expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.3)
  expect(Math.max(...factors)).toBeLessThanOrEqual(1.7)
})

describe('as text', () => {
  test('a name alone is the standard strength, and numbers replace it', () => {
    expect(parseDegradations('impulses, drift')).toEqual({
      impulses: standardDegradations.impulses,
      drift: standardDegradations.drift
    })
    expect(parseDegradations('dropouts=0.1x0.05')).toEqual({ dropouts: { share: 0.1, meanSeconds: 0.05 } })
  })

  test('what is written is read back', () => {
    expect(parseDegradations(describeDegradations(standardDegradations))).toEqual(standardDegradations)
  })

  test.each([
    ['hum', 'Expected degradations of impulses, dropouts, drift, steps. Received: hum.'],
    ['', 'Received: none.'],
    ['impulses=0.1', 'Expected impulses=sharexsize. Received: impulses=0.1.'],
    ['impulses=2x10', 'Expected impulses with share from 0 to 1. Received: 2.'],
    ['drift=0.03xfast', 'Expected drift with perRootSecond from 0 to 1. Received: NaN.']
  ])('"%s" is refused with what was expected', (text, message) => {
    expect(() => parseDegradations(text)).toThrow(message)
  })
})
