import { expect, test } from 'vitest'
import { tickToSample } from '../filters/tick-decimator'
import { Random } from '../random'
import { ToneStreams, type StreamTask } from './tone-streams'

const task: StreamTask = {
  sampleRate: 1000,
  modelRate: 50,
  frequenciesHz: [1, 3, 5, 7],
  noise: [0, 0],
  amplitude: [1, 1],
  meanLife: Infinity,
  inputScale: 2,
  targetScale: 4
}

test('the target is the analytic tone at the place of its tick', () => {
  const { target, input, restarted } = new ToneStreams(task, 3, new Random(1)).next(100)
  expect([...restarted]).toEqual([1, 1, 1])
  for (let stream = 0; stream < 3; stream += 1) {
    const at = (tick: number) => (stream * 100 + tick) * 2
    const selector = [0, 1, 2, 3].find((index) => input[stream * 500 + 1 + index] === 1)!
    const turn = (2 * Math.PI * task.frequenciesHz[selector]) / 1000
    const phase = Math.atan2(target[at(0)], target[at(0) + 1]) - turn * tickToSample(0, 20)
    for (let tick = 0; tick < 100; tick += 1) {
      const angle = turn * tickToSample(tick, 20) + phase
      expect(target[at(tick)]).toBeCloseTo(Math.sin(angle), 5)
      expect(target[at(tick) + 1]).toBeCloseTo(Math.cos(angle), 5)
    }
  }
})

test('blocks continue one another: two of fifty ticks are one of a hundred', () => {
  const whole = new ToneStreams({ ...task, noise: [0.3, 0.3] }, 1, new Random(5)).next(100)
  const halves = new ToneStreams({ ...task, noise: [0.3, 0.3] }, 1, new Random(5))
  const [first, second] = [halves.next(50), halves.next(50)]
  expect([...first.input]).toEqual([...whole.input.slice(0, 250)])
  // The draw that decides on a restart stands between the two, so the noise differs; the tone does not.
  expect([...second.target].every((value, index) => Math.abs(value - whole.target[100 + index]) < 1e-5)).toBe(true)
})

test('streams restart as often as their mean life says', () => {
  const streams = new ToneStreams({ ...task, meanLife: 6 }, 16, new Random(2))
  streams.next(50)
  let restarts = 0
  for (let block = 0; block < 100; block += 1)
    restarts += streams.next(50).restarted.reduce((sum, flag) => sum + flag, 0)
  expect(restarts / 1600).toBeGreaterThan(0.13)
  expect(restarts / 1600).toBeLessThan(0.21)
})

test('rates that do not divide are refused with both', () => {
  expect(() => new ToneStreams({ ...task, modelRate: 30 }, 1, new Random(1))).toThrow('1000 and 30 Hz')
})
