import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forAtMost } from './waiting'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what has settled, well or not, leaves no timer', async () => {
  for (const call of [() => Promise.resolve(), () => Promise.reject(new Error('away'))]) {
    await forAtMost(5000, call())
    expect(vi.getTimerCount()).toBe(0)
  }
})

test('what never settles is waited for no longer than that', async () => {
  let isOver = false
  void forAtMost(5000, new Promise(() => {})).then(() => (isOver = true))
  await vi.advanceTimersByTimeAsync(4999)
  expect(isOver).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(isOver).toBe(true)
})
