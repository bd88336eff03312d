import { expect, test, vi } from 'vitest'
import { Random } from '../../core/random'
import { optimiserIds } from '../../core/training/optimisers'
import { loadEngine } from '../engine/tensorflow'
import { expectSameBits, smallRequests, steps, useTrainer } from './trainings.testing'
import { eventually } from '../../core/eventually.testing'

const { countedThreads, threads } = await vi.hoisted(() => import('./data/threads.testing'))
vi.mock('node:worker_threads', countedThreads)

const [sequences, ...onStreams] = smallRequests

test.each(optimiserIds)('sequences with %s, broken off in an epoch, end with the same bits', async (id) => {
  expect(sequences.kind).toBe('sequences')
  await expectSameBits(loadEngine(), { ...sequences, optimiser: { id, params: {} } })
})

test('fifty trainings with a thread for their data, each stopped after a random step, leave no thread and no tensor', async () => {
  vi.stubEnv('SIGNAL_LAB_DATA_THREAD', 'on')
  const engine = loadEngine()
  const random = new Random(3)
  const tensors = engine.tf.memory().numTensors
  threads.started = 0
  for (let cycle = 0; cycle < 50; cycle += 1) {
    await useTrainer(engine, onStreams[cycle % onStreams.length], (trainer) => steps(trainer, 1 + random.integer(12)))
    await eventually(() => expect(threads.running.size).toBe(0))
    expect(engine.tf.memory().numTensors, `after cycle ${cycle}`).toBe(tensors)
  }
  expect(threads.started).toBe(50)
  vi.unstubAllEnvs()
})
