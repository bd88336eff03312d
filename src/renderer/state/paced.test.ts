import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Paced } from './paced'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const taking = (milliseconds: number) => () => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** How often the work was begun within a second in which it is asked for all the time. */
async function beginsInASecond(work: () => Promise<void>, leastMilliseconds: number): Promise<number> {
  const counted = vi.fn(work)
  const paced = new Paced(counted, { leastMilliseconds, mostShare: 0.25 })
  for (let time = 0; time < 1000; time += 10) {
    paced.request()
    await vi.advanceTimersByTimeAsync(10)
  }
  paced.stop()
  return counted.mock.calls.length
}

it('does quick work as often as it may', async () => {
  expect(await beginsInASecond(taking(1), 100)).toBeOneOf([10, 11])
})

it('does slow work less often, so that it takes its share of the time and no more', async () => {
  expect(await beginsInASecond(taking(50), 100)).toBeOneOf([5, 6])
})

it('does it once more after the last time it was asked for, and not again', async () => {
  const work = vi.fn(taking(20))
  const paced = new Paced(work, { leastMilliseconds: 100 })
  paced.request()
  await vi.advanceTimersByTimeAsync(10)
  paced.request()
  paced.request()
  await vi.advanceTimersByTimeAsync(1000)
  expect(work).toHaveBeenCalledTimes(2)
})

it('never twice at a time, also where it fails', async () => {
  let running = 0
  const work = async () => {
    running += 1
    expect(running).toBe(1)
    await taking(30)()
    running -= 1
  }
  expect(await beginsInASecond(work, 1)).toBeGreaterThan(3)
})
