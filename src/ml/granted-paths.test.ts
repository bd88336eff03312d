import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GrantedPaths } from './granted-paths'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('gives the path of a ticket that is there', async () => {
  const granted = new GrantedPaths()
  granted.add('ticket', '/of/the/user.wav')
  expect(await granted.pathOf('ticket')).toBe('/of/the/user.wav')
})

test('calls that come before their ticket wait for it', async () => {
  const granted = new GrantedPaths()
  const both = Promise.all([granted.pathOf('ticket'), granted.pathOf('ticket')])
  await vi.advanceTimersByTimeAsync(1900)
  granted.add('ticket', '/of/the/user.wav')
  expect(await both).toEqual(['/of/the/user.wav', '/of/the/user.wav'])
  expect(vi.getTimerCount()).toBe(0)
})

test('a ticket that nobody handed out is unknown after two seconds, to each that asked when its own are over', async () => {
  const granted = new GrantedPaths()
  const first = granted.pathOf('made-up')
  await vi.advanceTimersByTimeAsync(1500)
  const second = granted.pathOf('made-up')
  await vi.advanceTimersByTimeAsync(500)
  expect(await first).toBeUndefined()
  granted.add('made-up', '/late.wav')
  expect(await second).toBe('/late.wav')
})
