/** A run whose process died in the middle of a save, for tests of what comes next: its newest checkpoint is damaged. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { usualStreams } from '../contract/train-defaults'
import type { RunRecord } from '../contract/training'
import type { LoadedEngine } from './engine/tensorflow'
import { RunFolder } from './library/run-folder'
import { newRecord } from './training/run-record'
import { RunControl, trainRun } from './training/train-run'

/** Four epochs of ten steps, in a fraction of a second. */
const request = {
  ...usualStreams([1, 3, 5], 300),
  ...{ params: { layers: 1, units: 4, dropout: 0.2 }, batchSize: 4, ticksPerStep: 8, steps: 40, stepsPerEpoch: 10 }
}
/** No process has this number. */
const nobody = 2 ** 22 + 1

export const recordOfRun = (change: Partial<RunRecord> = {}): RunRecord => ({
  ...newRecord('first', request),
  ...change
})
export const pointAt = (step: number) => ({
  ...{ step, epoch: 1, loss: 1 / step, learningRate: 0.001, gradientNorm: 1, stepMilliseconds: 1 }
})

/** Checkpoints 10 and 20 are whole, 30 is cut off; points and an epoch are there from beyond the whole ones. */
export async function cutOffRun(engine: LoadedEngine, path: string): Promise<void> {
  const run = new RunFolder(path)
  await run.create(recordOfRun())
  const control = new RunControl()
  await trainRun(engine, run, control, { onEpoch: ({ epoch }) => epoch === 3 && control.ask('pause') })
  await run.changeRecord((record) => ({ ...record, status: 'running' }))
  await run.appendHistory([pointAt(35)])
  for (const [name, size] of [
    ['checkpoints/0000000030.ckpt', 100],
    [`.run.json.${nobody}.0123456789ab.tmp`, 0]
  ] as const) {
    const file = await open(join(path, name), name.startsWith('.') ? 'w' : 'r+')
    await file.truncate(size)
    await file.close()
  }
}

/** What a training does with such a folder before its first step, and no step. Throws what it told of. */
export async function takeUp(engine: LoadedEngine, path: string): Promise<void> {
  const control = new RunControl()
  control.ask('pause')
  const { status, message } = await trainRun(engine, new RunFolder(path), control)
  if (status === 'failed') throw new Error(message)
}

/** One line on what is there, to compare. */
export async function stateOfRun(path: string): Promise<string> {
  const run = new RunFolder(path)
  const { status, step, keptEpochs } = await run.readRecord()
  const steps = (await run.readHistory()).map((point) => point.step)
  const { name, problems } = (await run.readCheckpoint())!
  return `${status} at ${step}; ${name} and ${problems.length} damaged; points to ${steps.at(-1)}, ${new Set(steps).size} of ${steps.length}; epochs ${keptEpochs.join(' ')}`
}

export const takenUp = 'paused at 20; 0000000020.ckpt and 0 damaged; points to 20, 20 of 20; epochs 1 2'
