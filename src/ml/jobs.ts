/**
 * Long work that can be watched and cancelled: each piece has an id from its caller, an abort signal, and a share that
 * it reports as it goes. Knows nothing of what the work is.
 */
import { LabError, type EventOf } from '../contract/define'
import type { JobOutcome } from '../contract/jobs'
import type { LabContract } from '../contract/lab'

/** What the work itself sees. */
export interface Job {
  readonly abort: AbortSignal
  /** How much is done, 0 to 1. Cheap: called as often as the work likes. */
  advance(share: number): void
}

/** Thrown by work that found its abort signal set; anything else that is thrown is a failure. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('It was cancelled.')
  }
}

export interface JobsOptions {
  emit<N extends 'jobAdvanced' | 'jobEnded'>(name: N, event: EventOf<LabContract, N>): void
  /** Milliseconds of a clock that never goes back. */
  now?(): number
}

const mostJobs = 16
const reportEveryMilliseconds = 100
/** Before that a guess of the time left is worth nothing. */
const guessAfterMilliseconds = 500

export class Jobs {
  readonly #running = new Map<string, AbortController>()
  readonly #emit: JobsOptions['emit']
  readonly #now: () => number

  constructor({ emit, now = () => performance.now() }: JobsOptions) {
    this.#emit = emit
    this.#now = now
  }

  /**
   * Run `work` under its id and tell how it goes. Resolves or rejects as the work does. `messageOf` makes the sentence
   * that stands in the row when it is done.
   */
  async run<T>(
    { jobId, title }: { jobId: string; title: string },
    work: (job: Job) => Promise<T>,
    messageOf: (result: T) => string = () => ''
  ): Promise<T> {
    if (this.#running.has(jobId)) throw new LabError('bad-request', `There is a job "${jobId}" already.`)
    if (this.#running.size >= mostJobs)
      throw new LabError('busy', `${mostJobs} jobs are running; wait for one of them.`)
    const controller = new AbortController()
    this.#running.set(jobId, controller)
    const end = (outcome: JobOutcome) => {
      this.#running.delete(jobId)
      this.#emit('jobEnded', { jobId, title, outcome })
    }
    this.#emit('jobAdvanced', { jobId, title, share: null, secondsLeft: null })
    try {
      const result = await work({ abort: controller.signal, advance: this.#reporter(jobId, title) })
      end({ kind: 'done', message: messageOf(result) })
      return result
    } catch (error) {
      end(controller.signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', message: (error as Error).message })
      throw error
    }
  }

  cancel(jobId: string): void {
    this.#running.get(jobId)?.abort()
  }

  cancelAll(): void {
    for (const controller of this.#running.values()) controller.abort()
  }

  #reporter(jobId: string, title: string): (share: number) => void {
    const start = this.#now()
    let last = start
    /** Work that goes on begins with a share that took no time. */
    let first: { readonly share: number; readonly time: number } | undefined
    return (given) => {
      const now = this.#now()
      first ??= { share: given, time: now }
      if (now - last < reportEveryMilliseconds) return
      last = now
      const share = Math.min(1, Math.max(0, given))
      const canGuess = now - start >= guessAfterMilliseconds && share > first.share
      const secondsLeft = canGuess ? ((now - first.time) * (1 - share)) / (share - first.share) / 1000 : null
      this.#emit('jobAdvanced', { jobId, title, share, secondsLeft })
    }
  }
}
