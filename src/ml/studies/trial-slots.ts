/** Trials side by side: as many as their runner takes just now, one after another where it does not say. */
import type { TrialRunner } from './runner'

const askAgainMilliseconds = 1000

export class TrialSlots {
  readonly #running = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(readonly runner: TrialRunner) {}

  /** Resolves when there is room for one more. Rejects where one that was started did. */
  async room(): Promise<void> {
    for (;;) {
      if (this.#failure) await this.ended()
      const most = (await this.runner.concurrency?.()) ?? 1
      if (this.#running.size < most) return
      await this.#oneEnds()
    }
  }

  /** Counts it until it ends. */
  start(run: Promise<void>): void {
    const ends: Promise<void> = run
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => this.#running.delete(ends))
    this.#running.add(ends)
  }

  /** Resolves when all have ended. Rejects where one of them did. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
    if (this.#failure) throw this.#failure.error
  }

  /** Or time has passed: there may be more room by itself. */
  async #oneEnds(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const passes = new Promise<void>((resolve) => (timer = setTimeout(resolve, askAgainMilliseconds)))
    await Promise.race([...this.#running, ...(this.runner.concurrency ? [passes] : [])])
    clearTimeout(timer)
  }
}
