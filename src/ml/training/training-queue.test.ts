/** The queue of trainings where something goes wrong around it: it goes on, and nothing is lost that can be kept. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '../../core/eventually.testing'
import type { TrainRequest } from '../../contract/train-request'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { startOf } from '../library/is-alive'
import { RunStore } from '../library/run-store'
import { inject } from '../testing/fault-fs'
import { markInterrupted, TrainingQueue } from './training-queue'
import { smallRequests } from './trainings.testing'

vi.mock('node:fs/promises', async (original) =>
  (await import('../testing/fault-fs')).faultyFileSystem(await original())
)

let engine: LoadedEngine
let path: string
let store: RunStore
let queue: TrainingQueue
beforeAll(() => {
  engine = loadEngine()
})
beforeEach(async () => {
  inject()
  path = await mkdtemp(join(tmpdir(), 'signal-lab-queue-'))
  await open()
})
afterEach(async () => {
  inject()
  await queue.close()
  await rm(path, { recursive: true, force: true })
})

async function open(): Promise<void> {
  store = await RunStore.open(path)
  await markInterrupted(store)
  queue = new TrainingQueue({ store, engine: () => engine, hooks: {} })
}

const [, streams] = smallRequests as [TrainRequest, Extract<TrainRequest, { steps: number }>]
const long = { ...streams, steps: 100_000, stepsPerEpoch: 50 }
const statusOf = (id: string) => store.summaries().find((run) => run.id === id)?.status
const until = (id: string, status: string) => eventually(() => expect(statusOf(id)).toBe(status))

test.each(['at once', 'after the next start'])(
  'a run that ended on a full disk goes on %s when there is room again',
  async (when) => {
    await queue.start('one', { ...long, steps: 150 })
    await until('one', 'running')
    inject({ at: 1, code: 'ENOSPC', forEver: true })
    await until('one', 'failed')
    await eventually(() => expect(queue.isBusyWith('one')).toBe(false))
    inject()
    if (when === 'after the next start') {
      await queue.close()
      await store.saveIndex()
      await open()
      expect(statusOf('one')).toBe('interrupted')
    }
    await queue.resume('one')
    await until('one', 'finished')
    expect((await store.folder('one').readRecord()).step).toBe(150)
  }
)

test('a run whose end could not be written can be stopped, and keeps what it had', async () => {
  await queue.start('one', long)
  await eventually(async () => expect((await store.folder('one').readRecord()).step).toBeGreaterThan(0))
  inject({ at: 1, code: 'ENOSPC', forEver: true })
  await until('one', 'failed')
  await eventually(() => expect(queue.isBusyWith('one')).toBe(false))
  inject()
  expect(await queue.stop('one')).toMatchObject({ status: 'stopped' })
  expect((await store.folder('one').readModel()).manifest.training.steps).toBeGreaterThan(0)
})

test('a run that vanishes while it waits holds up none behind it', async () => {
  await queue.start('one', long)
  await queue.start('gone', streams)
  await queue.start('three', streams)
  await until('one', 'running')
  await rm(join(path, 'gone'), { recursive: true })
  await queue.pause('one')
  await until('three', 'finished')
  expect(statusOf('gone')).toBe('failed')
  await store.takeInChanges()
  expect(statusOf('gone')).toBeUndefined()
})

test('a run that another process takes up while it waits is that one’s', async () => {
  const other = spawn('sleep', ['60'])
  try {
    await queue.start('one', long)
    await queue.start('theirs', streams)
    await queue.start('three', streams)
    await until('one', 'running')
    await store.folder('theirs').changeRecord((record) => ({ ...record, status: 'running', step: 7 }))
    await writeFile(join(path, 'theirs', 'owner.pid'), `${other.pid} ${startOf(other.pid!)}\n`)
    await expect(store.change('theirs', { title: 'Mine' })).rejects.toThrow('is being trained by process')
    await queue.pause('one')
    await until('three', 'finished')
    expect(await store.folder('theirs').readRecord()).toMatchObject({ status: 'running', step: 7 })
    expect(statusOf('theirs')).toBe('running')
  } finally {
    other.kill('SIGKILL')
  }
})

test('closing on a full disk ends, and the next start finds what waited and what trained', async () => {
  await queue.start('one', long)
  await queue.start('two', streams)
  await eventually(async () => expect((await store.folder('one').readRecord()).step).toBeGreaterThan(0))
  inject({ at: 1, code: 'ENOSPC', forEver: true })
  await queue.close()
  inject()
  await open()
  expect([statusOf('one'), statusOf('two')]).toEqual(['interrupted', 'paused'])
})
