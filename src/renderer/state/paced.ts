/**
 * Work that is asked for much more often than it can be done: done at most so often, never twice at a time, and once
 * more after the last time it was asked for. Knows nothing of what it does.
 */

export interface Pace {
  readonly leastMilliseconds: number
  /** Of the time, at most this share is spent waiting for an answer: a slow laboratory is asked less often. */
  readonly mostShare?: number
}

export class Paced {
  readonly #work: () => Promise<void>
  readonly #pace: Required<Pace>
  #stale = false
  #busy = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextAt = -Infinity

  constructor(work: () => Promise<void>, { leastMilliseconds, mostShare = 0.3 }: Pace) {
    this.#work = work
    this.#pace = { leastMilliseconds, mostShare }
  }

  /** Something changed that the work depends on. */
  request(): void {
    this.#stale = true
    if (this.#busy || this.#timer !== undefined) return
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, this.#nextAt - performance.now()))
  }

  /** Forget what was asked for. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#stale = false
  }

  async #run(): Promise<void> {
    this.#timer = undefined
    this.#stale = false
    this.#busy = true
    const started = performance.now()
    try {
      await this.#work()
    } finally {
      const now = performance.now()
      this.#busy = false
      this.#nextAt = Math.max(
        started + this.#pace.leastMilliseconds,
        now + (now - started) * (1 / this.#pace.mostShare - 1)
      )
      if (this.#stale) this.request()
    }
  }
}
