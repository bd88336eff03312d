import { expect, test } from 'vitest'
import { Random } from '../random'
import { drawFrequencies } from './draw-frequencies'

test('draws stay in their range and keep their distance', () => {
  const random = new Random(1)
  for (let trial = 0; trial < 1000; trial += 1) {
    const drawn = drawFrequencies(random, { low: 0.5, high: 12, count: 4, spacing: 1 })
    expect(drawn[0]).toBeGreaterThanOrEqual(0.5)
    expect(drawn[3]).toBeLessThanOrEqual(12)
    for (let index = 1; index < 4; index += 1) expect(drawn[index] - drawn[index - 1]).toBeGreaterThanOrEqual(1 - 1e-12)
  }
})

test('what cannot fit is refused with the numbers', () => {
  expect(() => drawFrequencies(new Random(1), { low: 1, high: 3, count: 4, spacing: 1 })).toThrow(
    '4 frequencies 1 apart'
  )
})
