/** A run whose process died in the middle of a save, for tests of what comes next: its newest checkpoint is damaged. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { usualStreams } from '../contract/train-defaults'
import type { RunRecord } from '../contract/training'
import { RunFolder } from './library/run-folder'
import { newRecord } from './training/run-record'
import { modelOf } from './write-paths.testing'

const request = { ...usualStreams([1, 3], 1000), steps: 1000 }
export const recordOfRun = (change: Partial<RunRecord> = {}): RunRecord => ({
  ...newRecord('first', request),
  ...change
})
export const pointAt = (step: number) => ({
  ...{ step, epoch: 1, loss: 1 / step, learningRate: 0.001, gradientNorm: 1, stepMilliseconds: 1 }
})
export const checkpointAt = (step: number) => ({
  json: { step },
  arrays: { weights: new Float32Array(500).fill(step) }
})

/** Checkpoints 10 and 20 are whole, 30 is cut off; points and an epoch are there from beyond the whole ones. */
export async function cutOffRun(path: string): Promise<void> {
  const run = new RunFolder(path)
  await run.create(recordOfRun({ status: 'running', step: 30 }))
  for (const step of [10, 20, 30]) {
    await run.appendHistory([pointAt(step - 5), pointAt(step)])
    await run.writeEpoch(step / 10, modelOf(`${step}`))
    await run.writeCheckpoint(step, checkpointAt(step))
  }
  await run.appendHistory([pointAt(35)])
  for (const [name, size] of [
    ['checkpoints/0000000030.ckpt', 100],
    ['.run.json.1.0123456789ab.tmp', 0]
  ] as const) {
    const file = await open(join(path, name), name.startsWith('.') ? 'w' : 'r+')
    await file.truncate(size)
    await file.close()
  }
}

/** What a training does with such a folder before its first step. */
export async function takeUp(path: string): Promise<void> {
  const run = new RunFolder(path)
  const release = await run.claim()
  try {
    const found = (await run.readCheckpoint())!
    const { step } = found.checkpoint.json as { step: number }
    await run.cutHistory(step)
    await run.deleteEpochs((await run.epochs()).filter((epoch) => epoch > step / 10))
    await run.changeRecord((record) => ({ ...record, status: 'running', step, message: found.problems.join(' ') }))
  } finally {
    await release()
  }
}

/** One line on what is there, to compare. */
export async function stateOfRun(path: string): Promise<string> {
  const run = new RunFolder(path)
  const { status, step, message } = await run.readRecord()
  const steps = (await run.readHistory()).map((point) => point.step)
  const checkpoint = (await run.readCheckpoint())!.checkpoint.json as { step: number }
  const told = message.includes('Checkpoint 30 could not be read') ? 'told' : 'untold'
  return `${status} at ${step}, ${told}; checkpoint ${checkpoint.step}; points ${steps.join(' ')}; epochs ${(await run.epochs()).join(' ')}`
}

export const takenUp = 'running at 20, told; checkpoint 20; points 5 10 15 20; epochs 1 2'
