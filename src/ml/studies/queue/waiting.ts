/** Waiting that can be ended. */
import { TrialAborted } from '../runner'

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

/** Rejects with TrialAborted when it is aborted: a queue that does not answer is not waited for then. */
export function orAborted<T>(promise: Promise<T>, abort: AbortSignal): Promise<T> {
  promise.catch(() => undefined)
  if (abort.aborted) return Promise.reject(new TrialAborted('It was stopped.'))
  return new Promise((resolve, reject) => {
    const end = () => reject(new TrialAborted('It was stopped.'))
    abort.addEventListener('abort', end)
    void promise.then(resolve, reject).finally(() => abort.removeEventListener('abort', end))
  })
}
