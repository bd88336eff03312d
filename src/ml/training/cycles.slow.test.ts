/** Fifty trainings that are stopped at random: nothing is left of them. SIGNAL_LAB_SOAK scales how many. */
import { beforeAll, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { smallRequests, steps, useTrainer } from './trainings.testing'

const cycles = Math.ceil(50 * Number(process.env.SIGNAL_LAB_SOAK ?? 1))
let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

test(`${cycles} trainings, each stopped after a random step, leave no tensor and no growing memory`, async () => {
  const random = new Random(3)
  // Sequences of a whole record take their time; the streams are what users stop.
  const requests = smallRequests.filter(({ kind }) => kind === 'streams')
  const cycle = (number: number) =>
    useTrainer(engine, requests[number % requests.length], async (trainer) => {
      await steps(trainer, 1 + random.integer(12))
      if (number % 3 === 0) trainer.restore(await trainer.state())
    })
  const warmUp = Math.min(10, cycles)
  for (let number = 0; number < warmUp; number += 1) await cycle(number)
  const tensors = engine.tf.memory().numTensors
  const kilobytes = process.memoryUsage().rss / 1024
  for (let number = 0; number < cycles; number += 1) {
    await cycle(number)
    expect(engine.tf.memory().numTensors, `after cycle ${number}`).toBe(tensors)
  }
  expect(process.memoryUsage().rss / 1024 / kilobytes).toBeLessThan(1.05)
})
