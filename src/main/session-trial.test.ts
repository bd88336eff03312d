import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { JsonStore } from './json-store'
import { SessionTrial, sessionTrialFile } from './session-trial'
import { eventually } from '../core/eventually.testing'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'signal-lab-trial-'))))
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true })
})

/** As the next start finds it. */
const start = async () => new SessionTrial(await JsonStore.load(join(folder, 'trial.json'), sessionTrialFile))

test('what the program ended over twice is left out once, and then has its chances again', async () => {
  const answers: boolean[] = []
  for (let number = 0; number < 6; number += 1) answers.push(await (await start()).begin())
  expect(answers).toEqual([true, true, false, true, true, false])
})

test('an end as it should be proves it, however often the program is started', async () => {
  for (let number = 0; number < 5; number += 1) {
    const trial = await start()
    expect(await trial.begin()).toBe(true)
    await trial.prove()
  }
})

test('so does a page that stands for a while, and not one that goes before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const trial = await start()
  await trial.begin()
  trial.watch()
  vi.advanceTimersByTime(5000)
  trial.doubt()
  vi.advanceTimersByTime(60_000)
  expect(await trial.begin()).toBe(true)
  trial.watch()
  vi.advanceTimersByTime(10_000)
  vi.useRealTimers()
  await eventually(async () =>
    expect((await JsonStore.load(join(folder, 'trial.json'), sessionTrialFile)).current).toBe(0)
  )
})
