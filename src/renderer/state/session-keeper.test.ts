import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Session } from '../../contract/session'
import { SessionKeeper } from './session-keeper'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const sessionAt = (channel: number) => ({ channel }) as Session

it('keeps the newest of many changes, once', async () => {
  const saved: number[] = []
  const keeper = new SessionKeeper(async (session) => saved.push(session!.channel), vi.fn())
  for (const channel of [1, 2, 3]) keeper.note(sessionAt(channel))
  await vi.advanceTimersByTimeAsync(500)
  keeper.note(sessionAt(3))
  await vi.advanceTimersByTimeAsync(5000)
  expect(saved).toEqual([3])
})

it('keeps what waits when the window closes', () => {
  const saved: number[] = []
  const keeper = new SessionKeeper(async (session) => saved.push(session!.channel), vi.fn())
  keeper.note(sessionAt(7))
  keeper.flush()
  keeper.flush()
  expect(saved).toEqual([7])
})

it('tells of a session that could not be kept', async () => {
  const failures: string[] = []
  const keeper = new SessionKeeper(
    () => Promise.reject(new Error('disk full')),
    ({ message }) => failures.push(message)
  )
  keeper.note(sessionAt(1))
  await vi.advanceTimersByTimeAsync(500)
  expect(failures).toEqual(['disk full'])
})
