import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { TrainRequest } from '../../contract/train-request'
import { optimiserIds } from '../../core/training/optimisers'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { runTrainer } from './progress'
import { expectSameBits, smallRequests, steps, useTrainer } from './trainings.testing'
import { TrainingDiverged, type Trainer } from './trainer'
import { eventually } from '../../core/eventually.testing'

const { countedThreads, threads } = await vi.hoisted(() => import('./data/threads.testing'))
vi.mock('node:worker_threads', countedThreads)
afterEach(() => {
  vi.unstubAllEnvs()
})

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const withTraining = <T>(request: TrainRequest, use: (trainer: Trainer) => Promise<T>) =>
  useTrainer(engine, request, use)

const kinds = smallRequests.map((request) => [`${request.kind} of ${describeTones(request)}`, request] as const)

function describeTones(request: TrainRequest): string {
  return request.kind === 'sequences' ? request.preset : request.frequenciesHz.join(', ') || 'any tones'
}

// The other optimisers on sequences take their time: they stand in trainer.slow.test.ts.
const cases = kinds.flatMap(([name, kind]) =>
  optimiserIds.filter((id) => kind.kind !== 'sequences' || id === 'adam').map((id) => [name, id, kind] as const)
)

test.each(cases)('%s with %s, broken off in an epoch, ends with the same bits', async (_, id, kind) => {
  await expectSameBits(engine, { ...kind, optimiser: { id, params: {} } })
})

test.each(kinds.slice(1))(
  '%s with the next block made in a thread, broken off with one in the making, ends with the bits of one without',
  async (_, request) => {
    const whole = async (trainer: Trainer) => {
      await runTrainer(trainer)
      return trainer.state()
    }
    threads.started = 0
    vi.stubEnv('SIGNAL_LAB_DATA_THREAD', 'off')
    const alone = await withTraining(request, whole)
    expect(threads.started).toBe(0)
    vi.stubEnv('SIGNAL_LAB_DATA_THREAD', 'on')
    expect(await withTraining(request, whole)).toEqual(alone)
    const broken = await withTraining(request, async (trainer) => {
      await steps(trainer, 15)
      expect(threads.running.size).toBeGreaterThan(0)
      return trainer.state()
    })
    const resumed = await withTraining(request, (trainer) => {
      trainer.restore(broken)
      return whole(trainer)
    })
    expect(resumed).toEqual(alone)
    expect(threads.started).toBe(3)
    await eventually(() => expect(threads.running.size).toBe(0))
  }
)

test('R² behind a joint fit is that of the tone: without any correction it is the fit that is measured', async () => {
  const joint = smallRequests[3] as Extract<TrainRequest, { kind: 'joint' }>
  await withTraining({ ...joint, noise: [0.1, 0.1], degradations: [], ticksPerStep: 64 }, async (trainer) => {
    const { tf } = engine
    trainer.network.assign(tf.zeros([trainer.network.parameterCount]))
    const { loss, r2 } = await trainer.data.validate()
    expect(loss).toBeGreaterThan(0)
    expect(r2).toBeGreaterThan(0.8)
    expect(r2).toBeLessThan(1)
  })
})

test('no tensor is left behind by a break', async () => {
  const before = engine.tf.memory().numTensors
  for (const request of smallRequests) {
    await withTraining(request, async (trainer) => {
      await steps(trainer, 3)
      trainer.restore(await trainer.state())
      await steps(trainer, 3)
    })
  }
  expect(engine.tf.memory().numTensors).toBe(before)
})

test('it stops early where the validation loss gets no better, and goes back to the best epoch', async () => {
  const request = {
    ...(smallRequests[1] as Extract<TrainRequest, { kind: 'streams' }>),
    ...{ steps: 300, stepsPerEpoch: 5, earlyStopping: { patience: 2 }, keep: 'best' as const },
    // Far too fast: it is best early and bad afterwards.
    learningRate: 0.5
  }
  await withTraining(request, async (trainer) => {
    const losses: number[] = []
    expect(await runTrainer(trainer, { onEpoch: ({ figures }) => void losses.push(figures.validationLoss) })).toBe(true)
    const best = losses.indexOf(Math.min(...losses))
    expect(losses).toHaveLength(best + 3)
    expect(losses.length).toBeLessThan(60)
    expect(trainer.progress.best).toMatchObject({ epoch: best + 1, validationLoss: losses[best] })
    trainer.finish()
    expect((await trainer.data.validate()).loss).toBe(losses[best])
  })
})

test('a loss that is no number ends it with a sentence, and the best epoch is still there', async () => {
  const request = smallRequests[1]
  await withTraining(request, async (trainer) => {
    await steps(trainer, 10)
    const best = await trainer.network.weights()
    const { tf } = engine
    trainer.network.assign(tf.fill([trainer.network.parameterCount], NaN))
    await expect(trainer.advance()).rejects.toThrow(TrainingDiverged)
    await expect(trainer.advance()).rejects.toThrow(/The loss became NaN in step 11 .* Lower the learning rate/)
    expect(trainer.restoreBest()).toBe(true)
    expect(await trainer.network.weights()).toEqual(best)
  })
})

test('a state of another training is refused', async () => {
  const state = await withTraining(smallRequests[1], (trainer) => trainer.state())
  for (const other of [smallRequests[0], { ...smallRequests[1], optimiser: { id: 'sgd', params: {} } } as TrainRequest])
    await withTraining(other, async (trainer) => expect(() => trainer.restore(state)).toThrow('Expected'))
})
