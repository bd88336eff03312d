/** The power goes at every moment of every way to write: what is found afterwards is the old content or the new. */
import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { leftoverName, sweepLeftovers } from '../main/leftovers'
import { loadEngine, type LoadedEngine } from './engine/tensorflow'
import { addRun } from './exports/run-archive'
import { addModel } from './library/add-model'
import { readModelFile } from './library/model-file'
import { RunFolder } from './library/run-folder'
import { RunStore } from './library/run-store'
import { cutOffRun, pointAt, recordOfRun, stateOfRun, takenUp, takeUp } from './cut-off-run.testing'
import { RunControl, trainRun, type RunHooks } from './training/train-run'
import { forEveryPowerLoss, recordOf } from './testing/power-loss'
import { modelOf, writePaths } from './write-paths.testing'

vi.mock('node:fs/promises', async (original) =>
  (await import('./testing/power-loss')).recordingFileSystem(await original())
)

let folder: string
let scratch: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-power-'))
  scratch = await mkdtemp(join(tmpdir(), 'signal-lab-power-'))
})
afterEach(() => Promise.all([folder, scratch].map((path) => rm(path, { recursive: true, force: true }))))

describe.each(writePaths)('$name', ({ name, write, read }) => {
  test('is old or new wherever the power goes, and new once it is said to be written', async () => {
    await write(join(folder, name), 1)
    const recording = await recordOf(folder, async (promised) => {
      await write(join(folder, name), 2)
      promised('new')
    })
    const found = new Set<number>()
    const count = await forEveryPowerLoss(recording, scratch, async ({ folder: disk, promised, story }) => {
      const version = await read(join(disk, name)).catch((error: Error) => error.message)
      expect(promised.length > 0 ? [2] : [1, 2], story).toContain(version)
      found.add(version as number)
      expect((await readdir(disk)).every((entry) => entry === name || leftoverName(entry))).toBe(true)
      await sweepLeftovers([disk], 0)
      expect(await readdir(disk), story).toEqual([name])
    })
    // Both happen, or nothing was tried.
    expect([...found].sort()).toEqual([1, 2])
    expect(count).toBeGreaterThan(5)
  })
})

test('what takes its name before it has reached the disk is found out', async () => {
  const path = join(folder, 'careless')
  await writeFile(path, 'old')
  const recording = await recordOf(folder, async () => {
    const file = await open(`${path}.tmp`, 'wx')
    await file.write(Buffer.from('new'), 0, 3)
    await file.close()
    await rename(`${path}.tmp`, path)
  })
  const found = new Set<string>()
  await forEveryPowerLoss(recording, scratch, async ({ folder: disk }) => {
    found.add(await readFile(join(disk, 'careless'), 'latin1'))
  })
  expect([...found].sort()).toEqual(['', '\0\0\0', 'n', 'new', 'old'])
})

describe('a training', () => {
  let engine: LoadedEngine
  beforeAll(() => {
    engine = loadEngine()
  })

  test('keeps what it has said: its record, its newest checkpoint, the history up to it, its epochs, its model', async () => {
    const run = new RunFolder(join(folder, 'first'))
    const recording = await recordOf(folder, async (promised) => {
      await run.create(recordOfRun())
      promised('record 0')
      const hooks = (pauseAfter: number, control: RunControl): RunHooks => ({
        onRecord: ({ step, status }) => promised(`record ${status === 'finished' ? 41 : step}`),
        onEpoch({ epoch, step }) {
          promised(`epoch ${epoch}`)
          promised(`checkpoint ${step}`)
          if (epoch === pauseAfter) control.ask('pause')
        }
      })
      for (const pauseAfter of [2, Infinity]) {
        const control = new RunControl()
        await trainRun(engine, run, control, hooks(pauseAfter, control))
      }
      promised('model 1')
    })
    expect(recording.steps).toContainEqual({ kind: 'promise', name: 'record 41' })
    const count = await forEveryPowerLoss(
      recording,
      scratch,
      async ({ folder: disk, promised, story }) => {
        const found = new RunFolder(join(disk, 'first'))
        const newest = (name: string) => {
          const told = promised
            .filter((promise) => promise.startsWith(`${name} `))
            .map((told) => Number(told.split(' ')[1]))
          return told[told.length - 1]
        }
        if (newest('record') === undefined) return
        const { step, status } = await found.readRecord()
        expect(status === 'finished' ? 41 : step, story).toBeGreaterThanOrEqual(newest('record'))
        if (status !== 'finished') {
          const checkpoint = await found.readCheckpoint()
          const at = Number(checkpoint?.name.split('.')[0] ?? 0)
          expect(at, story).toBeGreaterThanOrEqual(newest('checkpoint') ?? 0)
          expect(checkpoint?.problems ?? [], story).toEqual([])
          // As a resumed run does: the curve has no hole.
          await found.cutHistory(at)
          const steps = (await found.readHistory()).map((point) => point.step)
          expect(steps, story).toEqual(Array.from({ length: at }, (_, index) => index + 1))
        }
        const epochs = await found.epochs()
        for (const epoch of epochs)
          expect((await found.readEpoch(epoch)).manifest.summary, story).toContain(`Epoch ${epoch};`)
        expect(epochs.length, story).toBeGreaterThanOrEqual(newest('epoch') ?? 0)
        if (newest('model') || status === 'finished')
          expect((await found.readModel()).manifest.training.steps, story).toBe(40)
      },
      20
    )
    expect(count).toBeGreaterThan(100)
  })

  test('that takes up a run after a power cut costs nothing more by a second one', async () => {
    await cutOffRun(engine, join(folder, 'first'))
    const recording = await recordOf(folder, () => takeUp(engine, join(folder, 'first')))
    expect(await stateOfRun(join(folder, 'first'))).toBe(takenUp)
    const count = await forEveryPowerLoss(
      recording,
      scratch,
      async ({ folder: disk, story }) => {
        await takeUp(engine, join(disk, 'first'))
        expect(await stateOfRun(join(disk, 'first')), story).toBe(takenUp)
      },
      20
    )
    expect(count).toBeGreaterThan(10)
  })
})

test('a run is on the list, in the trash, or back, and never in pieces', async () => {
  const store = await RunStore.open(folder)
  await store.create(recordOfRun({}))
  await store.folder('first').writeModel(modelOf('result'))
  const recording = await recordOf(folder, async () => {
    await store.remove(['first'])
    await store.restore(['first'])
  })
  await forEveryPowerLoss(recording, scratch, async ({ folder: disk, story }) => {
    const found = await RunStore.open(disk)
    if (found.summaries().length === 0) expect(await found.restore(['first']), story).toEqual(['first'])
    expect((await found.existing('first').readModel()).manifest.title, story).toBe('result')
    expect(found.problems, story).toEqual([])
  })
})

test('a model and a run that are taken in are there whole once that is said, and not at all before', async () => {
  const model = modelOf('result')
  const run = { record: recordOfRun({ status: 'finished' }), history: [pointAt(5)] }
  const recording = await recordOf(folder, async (promised) => {
    await addModel(join(folder, 'models'), model, new Set())
    promised('model')
    await addRun(join(folder, 'runs'), { model, run } as Parameters<typeof addRun>[1])
    promised('run')
  })
  await forEveryPowerLoss(recording, scratch, async ({ folder: disk, promised, story }) => {
    const path = join(disk, 'models/tiny.safetensors')
    const title = await readModelFile(path).then(
      ({ manifest }) => manifest.title,
      (error: Error) => error.message
    )
    if (promised.includes('model')) expect(title, story).toBe('result')
    else expect(title, story).toMatch(/^result$|no such file/)
    const store = await RunStore.open(join(disk, 'runs'))
    expect(store.problems, story).toEqual([])
    if (promised.includes('run')) expect(store.summaries(), story).toHaveLength(1)
    for (const { id } of store.summaries()) {
      expect((await store.existing(id).readModel()).manifest.title, story).toBe('result')
      expect(await store.existing(id).readHistory(), story).toHaveLength(1)
    }
  })
})
