import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { TrainRequest } from '../../contract/train-request'
import type { EpochEnded } from '../../contract/training'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { RunFolder } from '../library/run-folder'
import { newRecord } from './run-record'
import { RunControl, trainRun, type RunHooks } from './train-run'
import { smallRequests } from './trainings.testing'

let engine: LoadedEngine
let base: string
beforeAll(() => {
  engine = loadEngine()
})
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'signal-lab-run-'))
})
afterEach(() => rm(base, { recursive: true }))

const [, streams, joint] = smallRequests as [TrainRequest, ...Extract<TrainRequest, { steps: number }>[]]

async function folderOf(id: string, request: TrainRequest): Promise<RunFolder> {
  const folder = new RunFolder(join(base, id))
  await folder.create(newRecord(id, request))
  return folder
}

/** Break it off behind the first report of a step that is not the last of an epoch. */
async function trainHalf(folder: RunFolder, wish: 'pause' | 'stop'): Promise<void> {
  const control = new RunControl()
  const record = await trainRun(engine, folder, control, { onAdvanced: () => control.ask(wish) })
  expect(record.step).toBeGreaterThan(0)
  expect(record.step).toBeLessThan(record.stepCount)
}

const weightsOf = async (folder: RunFolder) => (await folder.readModel()).weights
/** Figures without the time that they took. */
const historyOf = async (folder: RunFolder) =>
  (await folder.readHistory()).map(({ stepMilliseconds: _, ...point }) => point)

// Steps of some milliseconds: the first report, after a tenth of a second, comes somewhere in an early epoch.
const longer = { steps: 240, stepsPerEpoch: 80, batchSize: 24, keep: 'best' as const }

test.each([
  ['streams', { ...streams, ...longer, ticksPerStep: 64 }],
  ['joint', { ...joint, ...longer }]
] as const)('%s: paused twice in an epoch, it ends with the same bits, history and files', async (_, request) => {
  const whole = await folderOf('whole', request)
  const record = await trainRun(engine, whole, new RunControl())
  expect(record).toMatchObject({ status: 'finished', step: 240, epoch: 3, keptEpochs: [1, 2, 3], message: '' })
  expect(record.best?.validationR2).toBeLessThan(1)
  const broken = await folderOf('broken', request)
  await trainHalf(broken, 'pause')
  expect(await broken.readRecord()).toMatchObject({ status: 'paused' })
  await trainHalf(broken, 'pause')
  const resumed = await trainRun(engine, broken, new RunControl())
  expect(resumed.status).toBe('finished')
  expect(resumed.message).toMatch(/^It went on at step \d+\.$/)
  expect(await weightsOf(broken)).toEqual(await weightsOf(whole))
  expect(await historyOf(broken)).toEqual(await historyOf(whole))
  expect((await historyOf(whole)).filter(({ validationLoss }) => validationLoss !== undefined)).toHaveLength(3)
  expect((await broken.readEpoch(2)).weights).toEqual((await whole.readEpoch(2)).weights)
  // What is finished needs no checkpoints any more.
  expect(await readdir(join(broken.path, 'checkpoints'))).toEqual([])
  expect(await readdir(whole.path)).not.toContain('owner.pid')
})

test('a damaged checkpoint falls back to the one before it, and says so', async () => {
  const request = { ...streams, steps: 60, stepsPerEpoch: 10, keep: 'last' as const }
  const whole = await folderOf('whole', request)
  await trainRun(engine, whole, new RunControl())
  const broken = await folderOf('broken', request)
  const control = new RunControl()
  await trainRun(engine, broken, control, { onEpoch: ({ epoch }) => epoch === 5 && control.ask('pause') } as RunHooks)
  const checkpoints = join(broken.path, 'checkpoints')
  const names = (await readdir(checkpoints)).sort()
  expect(names).toEqual(['0000000030.ckpt', '0000000040.ckpt', '0000000050.ckpt'])
  await truncate(join(checkpoints, names[2]), 1000)
  const resumed = await trainRun(engine, broken, new RunControl())
  expect(resumed.message).toContain('Checkpoint 50 could not be read: Its SHA-256 does not fit')
  expect(resumed.message).toContain('It went on at step 40.')
  expect(await weightsOf(broken)).toEqual(await weightsOf(whole))
  expect(await historyOf(broken)).toEqual(await historyOf(whole))
})

test('taken up under other settings of TensorFlow, it says that its last bits may differ, and why', async () => {
  const folder = await folderOf('elsewhere', { ...streams, ...longer, ticksPerStep: 64 })
  await trainHalf(folder, 'pause')
  vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0')
  const resumed = await trainRun(engine, folder, new RunControl())
  vi.unstubAllEnvs()
  expect(resumed.message).toMatch(/may differ in the last bits .*: oneDNN setting none, now 0\.$/)
})

test('without one whole checkpoint it fails with a sentence and touches nothing', async () => {
  const broken = await folderOf('broken', streams)
  await trainHalf(broken, 'pause').catch(() => {})
  const checkpoints = join(broken.path, 'checkpoints')
  for (const name of await readdir(checkpoints)) await writeFile(join(checkpoints, name), 'nonsense')
  await writeFile(join(checkpoints, '0000000001.ckpt'), 'nonsense')
  const history = await readFile(broken.historyPath, 'utf8').catch(() => '')
  const record = await trainRun(engine, broken, new RunControl())
  expect(record).toMatchObject({ status: 'failed' })
  expect(record.message).toMatch(/^No checkpoint of this run can be read\. .*It is not a checkpoint/)
  expect(await readFile(broken.historyPath, 'utf8').catch(() => '')).toBe(history)
})

test('stopped, it has a model of what there was, and can still go on', async () => {
  const folder = await folderOf('stopped', { ...streams, ...longer, ticksPerStep: 64 })
  await trainHalf(folder, 'stop')
  const record = await folder.readRecord()
  expect(record).toMatchObject({ status: 'stopped' })
  expect(record.metrics.r2).not.toBeNull()
  expect((await folder.readModel()).manifest.training.steps).toBe(record.step)
  expect(await trainRun(engine, folder, new RunControl())).toMatchObject({ status: 'finished', step: 240 })
})

test('a training that diverges fails with a sentence and keeps its best epoch as the model', async () => {
  const folder = await folderOf('diverging', { ...streams, steps: 40, stepsPerEpoch: 10, keep: 'best' })
  const epochs: EpochEnded[] = []
  // A gradient of this length at this rate throws the weights beyond what a float can hold.
  const request = { ...streams, steps: 400, stepsPerEpoch: 10, optimiser: { id: 'sgd' as const, params: {} } }
  const wild = await folderOf('wild', { ...request, learningRate: 10, clipNorm: 1e6, weightDecay: 1, keep: 'best' })
  const record = await trainRun(engine, wild, new RunControl(), { onEpoch: (event) => void epochs.push(event) })
  expect(record.status).toBe('failed')
  expect(record.message).toMatch(/^The loss became (NaN|Infinity) in step \d+ .* The best epoch was kept\.$/)
  const best = epochs.filter(({ isBest }) => isBest).at(-1)!
  expect(await weightsOf(wild)).toEqual((await wild.readEpoch(best.epoch)).weights)
  expect((await trainRun(engine, folder, new RunControl())).status).toBe('finished')
})

test('a run that cannot be trained fails with the reason, and its record says it', async () => {
  const folder = await folderOf('odd', { ...joint, batchSize: 7 })
  const record = await trainRun(engine, folder, new RunControl())
  expect(record).toMatchObject({ status: 'failed' })
  expect(record.message).toContain('multiple of 4 tones. Received: 7')
  expect(await folder.readRecord()).toEqual(record)
})

test('notes written while it trains stay', async () => {
  const folder = await folderOf('noted', streams)
  const hooks: RunHooks = {
    onEpoch: ({ epoch }) =>
      void (epoch === 1 && folder.changeRecord((record) => ({ ...record, notes: 'Looks good.', tags: ['a'] })))
  }
  await trainRun(engine, folder, new RunControl(), hooks)
  expect(await folder.readRecord()).toMatchObject({ notes: 'Looks good.', tags: ['a'], status: 'finished' })
})

test('a clock that is set, on and back, while it trains changes no duration and no step', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const folder = await folderOf('set', { ...streams, ...longer, ticksPerStep: 64 })
    const told: { seconds: number; secondsLeft: number }[] = []
    const dates = ['2036-01-01', '2025-12-31', '2026-03-29T00:59:59Z', '1971-01-01']
    const record = await trainRun(engine, folder, new RunControl(), {
      onAdvanced({ seconds, secondsLeft }) {
        told.push({ seconds, secondsLeft })
        vi.setSystemTime(new Date(dates[told.length % dates.length]))
      }
    })
    expect(record.status).toBe('finished')
    expect(told.length).toBeGreaterThan(1)
    told.reduce((before, now) => {
      expect(now.seconds).toBeGreaterThanOrEqual(before.seconds)
      return now
    })
    for (const { seconds, secondsLeft } of told) {
      expect(seconds).toBeLessThan(300)
      expect(secondsLeft).toBeGreaterThanOrEqual(0)
      expect(secondsLeft).toBeLessThan(300)
    }
    const steps = (await folder.readHistory()).map(({ step }) => step)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
  } finally {
    vi.useRealTimers()
  }
})

const canMount = process.getuid?.() === 0 && process.platform === 'linux'

test.runIf(canMount)(
  'a disk that fills up while it trains ends it with a sentence, and it goes on to the same bits',
  async () => {
    const request = { ...streams, ...longer, ticksPerStep: 64 }
    const whole = await folderOf('whole', request)
    await trainRun(engine, whole, new RunControl())
    const disk = join(base, 'disk')
    await mkdir(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
    } catch {
      return // Root without the right to mount, as in some containers.
    }
    try {
      const folder = new RunFolder(join(disk, 'full'))
      await folder.create(newRecord('full', request))
      const filling = join(disk, 'filling')
      const failed = await trainRun(engine, folder, new RunControl(), {
        // Behind the first epoch nothing more fits.
        onEpoch: () => void spawnSync('dd', ['if=/dev/zero', `of=${filling}`, 'bs=4k'])
      })
      expect(failed).toMatchObject({ status: 'failed', message: expect.stringContaining('the disk is full') as string })
      expect((await folder.readCheckpoint())?.problems).toEqual([])
      await rm(filling)
      const resumed = await trainRun(engine, folder, new RunControl())
      expect(resumed.status).toBe('finished')
      expect(resumed.message).toMatch(/^It went on at step \d+\.$/)
      expect(await weightsOf(folder)).toEqual(await weightsOf(whole))
      expect(await historyOf(folder)).toEqual(await historyOf(whole))
    } finally {
      execFileSync('umount', [disk])
    }
  }
)
