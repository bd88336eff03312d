/** Threads that are counted, for tests: `vi.mock('node:worker_threads', countedThreads)`. */
import type { Worker } from 'node:worker_threads'

export const threads = { started: 0, running: new Set<Worker>() }

/** Throws instead of starting one while it is set. */
export const refusal: { message?: string } = {}

export async function countedThreads(original: () => Promise<unknown>) {
  const real = (await original()) as typeof import('node:worker_threads')
  class CountedWorker extends real.Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      if (refusal.message !== undefined) throw new Error(refusal.message)
      super(...given)
      threads.started += 1
      threads.running.add(this)
      this.once('exit', () => threads.running.delete(this))
    }
  }
  return { ...real, Worker: CountedWorker }
}
