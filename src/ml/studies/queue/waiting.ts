/** Waiting that can be ended. */
import { RunnerUnusable, TrialAborted } from '../runner'

/** Resolves after the time, or at once when it is aborted. */
export function pause(milliseconds: number, abort?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (abort?.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      abort?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    abort?.addEventListener('abort', end)
  })
}

/** Resolves when the promise has settled, and after the time in any case. A timer that were left would hold the process. */
export async function forAtMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const settled = new AbortController()
  const end = () => settled.abort()
  promise.then(end, end)
  await pause(milliseconds, settled.signal)
}

/**
 * Rejects when it is aborted: a queue that does not answer is not waited for then. With RunnerUnusable where that is the reason,
 * and with TrialAborted for any other.
 */
export function orAborted<T>(promise: Promise<T>, abort: AbortSignal): Promise<T> {
  promise.catch(() => undefined)
  const reason = () => (abort.reason instanceof RunnerUnusable ? abort.reason : new TrialAborted('It was stopped.'))
  if (abort.aborted) return Promise.reject(reason())
  return new Promise((resolve, reject) => {
    const end = () => reject(reason())
    abort.addEventListener('abort', end)
    void promise.then(resolve, reject).finally(() => abort.removeEventListener('abort', end))
  })
}
