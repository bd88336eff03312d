import { expect, test } from 'vitest'
import type { TrialRunner } from './runner'
import { TrialSlots } from './trial-slots'

/** Runs that end when they are told to. */
function openRuns() {
  const ends: (() => void)[] = []
  return { ends, run: () => new Promise<void>((resolve) => ends.push(resolve)) }
}
const runnerOf = (concurrency?: number): TrialRunner => ({
  run: () => Promise.reject(new Error('not asked')),
  ...(concurrency !== undefined && { concurrency: () => Promise.resolve(concurrency) })
})

test('a runner that says nothing has one trial at a time, another as many as it says', async () => {
  for (const most of [undefined, 1, 3]) {
    const slots = new TrialSlots(runnerOf(most))
    const { ends, run } = openRuns()
    for (let index = 0; index < (most ?? 1); index += 1) {
      await slots.room()
      slots.start(run())
    }
    let hasRoom = false
    const room = slots.room().then(() => (hasRoom = true))
    await Promise.resolve()
    expect(hasRoom).toBe(false)
    ends[0]()
    await room
    ends.forEach((end) => end())
    await slots.ended()
  }
})

test('what a trial rejects with is told when the others have ended', async () => {
  const slots = new TrialSlots(runnerOf(2))
  const { ends, run } = openRuns()
  slots.start(run())
  slots.start(Promise.reject(new Error('stopped')))
  const room = slots.room()
  ends[0]()
  await expect(room).rejects.toThrow('stopped')
  await expect(slots.ended()).rejects.toThrow('stopped')
})
