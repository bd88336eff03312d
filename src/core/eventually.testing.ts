/** Waiting in tests. */
import { vi } from 'vitest'

/**
 * Wait until `check` no longer throws, and fail with what it threw last. Half a minute: a busy machine is slow, and
 * what waits for something that comes does not wait longer for it.
 */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 30_000, interval: 10 })
