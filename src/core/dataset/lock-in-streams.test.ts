import { expect, test } from 'vitest'
import { Random } from '../random'
import { LockInStreams, type LockInTask } from './lock-in-streams'

const task: LockInTask = {
  ticksPerSpacing: 12.5,
  samplesPerTick: 20,
  toneCount: 4,
  frequencies: [0.5, 12],
  amplitude: [1, 1],
  absentShare: 0,
  noise: [0, 0],
  meanLife: Infinity,
  inputScale: 4,
  targetScale: 4
}

test('the target is the constant pair of the wanted tone, of its amplitude', () => {
  const { target } = new LockInStreams(task, 20, new Random(1)).next(40)
  for (let stream = 0; stream < 20; stream += 1) {
    const [inPhase, quadrature] = [target[stream * 80], target[stream * 80 + 1]]
    expect(Math.hypot(inPhase, quadrature)).toBeCloseTo(1, 5)
    for (let tick = 0; tick < 40; tick += 1) expect(target[stream * 80 + 2 * tick]).toBe(inPhase)
  }
})

test('a tone alone is its own input once the taper is full, but for its mirror image', () => {
  const alone = new LockInStreams({ ...task, toneCount: 1, frequencies: [6.25, 6.25] }, 5, new Random(2)).next(30)
  for (let stream = 0; stream < 5; stream += 1) {
    for (let tick = 2; tick < 30; tick += 1) {
      const at = (stream * 30 + tick) * 2
      // At 6.25 spacings the image lies on a zero of the taper.
      expect(alone.input[at]).toBeCloseTo(alone.target[at], 1)
      expect(alone.input[at + 1]).toBeCloseTo(alone.target[at + 1], 1)
    }
  }
})

test('an absent tone has silence as its target', () => {
  const { target } = new LockInStreams({ ...task, absentShare: 1 }, 4, new Random(3)).next(5)
  expect([...target].every((value) => Math.abs(value) === 0)).toBe(true)
})
