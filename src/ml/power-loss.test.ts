/** The power goes at every moment of every way to write: what is found afterwards is the old content or the new. */
import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { leftoverName, sweepLeftovers } from '../main/leftovers'
import { addRun } from './exports/run-archive'
import { addModel } from './library/add-model'
import { readModelFile } from './library/model-file'
import { RunFolder } from './library/run-folder'
import { RunStore } from './library/run-store'
import { checkpointAt, cutOffRun, pointAt, recordOfRun, stateOfRun, takenUp, takeUp } from './cut-off-run.testing'
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

test('a run keeps what it has said: its record, its newest checkpoint, the history up to it, its epochs, its model', async () => {
  const run = new RunFolder(join(folder, 'first'))
  const recording = await recordOf(folder, async (promised) => {
    await run.create(recordOfRun({}))
    promised('record 0')
    for (let step = 10; step <= 40; step += 10) {
      await run.appendHistory([pointAt(step - 5), pointAt(step)])
      await run.writeEpoch(step / 10, modelOf(`${step}`))
      promised(`epoch ${step / 10}`)
      await run.writeCheckpoint(step, checkpointAt(step))
      promised(`checkpoint ${step}`)
      await run.writeRecord(recordOfRun({ step, status: 'running' }))
      promised(`record ${step}`)
    }
    await run.writeModel(modelOf('result'))
    promised('model 1')
    await run.writeRecord(recordOfRun({ step: 40, status: 'finished' }))
    promised('record 41')
    await run.deleteCheckpoints()
    promised('checkpoint 0')
  })
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
        const at = (checkpoint?.checkpoint.json as { step: number } | undefined)?.step ?? 0
        expect(at, story).toBeGreaterThanOrEqual(newest('checkpoint') ?? 0)
        expect(checkpoint?.problems ?? [], story).toEqual([])
        // As a resumed run does: the curve has no hole.
        await found.cutHistory(at)
        const steps = (await found.readHistory()).map((point) => point.step)
        expect(steps, story).toEqual(Array.from({ length: at / 5 }, (_, index) => 5 * (index + 1)))
      }
      for (const epoch of await found.epochs()) {
        expect((await found.readEpoch(epoch)).manifest.title, story).toBe(`${10 * epoch}`)
      }
      expect((await found.epochs()).length, story).toBeGreaterThanOrEqual(newest('epoch') ?? 0)
      if (newest('model')) expect((await found.readModel()).manifest.title, story).toBe('result')
    },
    40
  )
  expect(count).toBeGreaterThan(100)
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

test('a second power cut while a run is taken up after the first costs nothing more', async () => {
  await cutOffRun(join(folder, 'first'))
  const recording = await recordOf(folder, () => takeUp(join(folder, 'first')))
  const count = await forEveryPowerLoss(
    recording,
    scratch,
    async ({ folder: disk, story }) => {
      await takeUp(join(disk, 'first'))
      expect(await stateOfRun(join(disk, 'first')), story).toBe(takenUp)
    },
    60
  )
  expect(count).toBeGreaterThan(10)
})
