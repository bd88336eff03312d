import { expect, test } from 'vitest'
import { PhasorPlayer } from './phasor'

const turn = (2 * Math.PI * 7) / 1000

test('exact ticks give the exact tone between them, however far apart they are', () => {
  const player = new PhasorPlayer({ samplesPerTick: 20, turn })
  for (let n = 0; n < 200; n += 1) {
    if (n % 20 === 19) player.take(Math.sin(turn * (n + 0.5)), Math.cos(turn * (n + 0.5)), n + 0.5)
    if (n >= 40) expect(player.at(n)).toBeCloseTo(Math.sin(turn * n), 12)
  }
})

test('a tick that contradicts the one before is blended in without a step', () => {
  const player = new PhasorPlayer({ samplesPerTick: 20, turn: 0 })
  const values: number[] = []
  for (let n = 0; n < 60; n += 1) {
    if (n % 20 === 0) player.take(n === 40 ? 1 : 0, 0, n - 0.5)
    values.push(player.at(n))
  }
  const steps = values.slice(1).map((value, index) => Math.abs(value - values[index]))
  expect(Math.max(...steps)).toBeCloseTo(1 / 20, 6)
  expect(values[59]).toBeCloseTo(1, 6)
})

test('before the first tick there is nothing', () => {
  expect(new PhasorPlayer({ samplesPerTick: 20, turn }).at(5)).toBe(0)
})
