import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Lease } from './lease'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('is renewed three times within its length, and not after its end', async () => {
  const renew = vi.fn(() => Promise.resolve(true))
  const lease = new Lease({ milliseconds: 3000, renew, onLost: () => expect.unreachable() })
  await vi.advanceTimersByTimeAsync(3000)
  expect(renew).toHaveBeenCalledTimes(3)
  lease.end()
  await vi.advanceTimersByTimeAsync(9000)
  expect(renew).toHaveBeenCalledTimes(3)
})

test('is lost once, when somebody says that it is another’s', async () => {
  const onLost = vi.fn()
  const renew = vi.fn(() => Promise.resolve(false))
  new Lease({ milliseconds: 3000, renew, onLost })
  await vi.advanceTimersByTimeAsync(9000)
  expect(onLost).toHaveBeenCalledTimes(1)
  expect(renew).toHaveBeenCalledTimes(1)
})

test('a queue that is away is asked once, and what it says when it is back counts', async () => {
  const onLost = vi.fn()
  let answer: (isOurs: boolean) => void = () => {}
  const renew = vi.fn(() => new Promise<boolean>((resolve) => (answer = resolve)))
  const lease = new Lease({ milliseconds: 3000, renew, onLost })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(renew).toHaveBeenCalledTimes(1)
  expect(onLost).not.toHaveBeenCalled()
  answer(true)
  await vi.advanceTimersByTimeAsync(1000)
  expect(renew).toHaveBeenCalledTimes(2)
  answer(false)
  await vi.advanceTimersByTimeAsync(0)
  expect(onLost).toHaveBeenCalledTimes(1)
  lease.end()
})

test('a call that fails says nothing', async () => {
  const onLost = vi.fn()
  const lease = new Lease({ milliseconds: 3000, renew: () => Promise.reject(new Error('away')), onLost })
  await vi.advanceTimersByTimeAsync(9000)
  expect(onLost).not.toHaveBeenCalled()
  lease.end()
})
