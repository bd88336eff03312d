/** A task that is asked for again and again, and never runs twice at once: what was asked meanwhile is one more run. */
export class RepeatingTask {
  #running: Promise<void> | undefined
  #isAsked = false

  /** What goes wrong in a run is made good by the next. */
  constructor(readonly run: () => Promise<void>) {}

  ask(): void {
    this.#isAsked = true
    this.#running ??= this.#runAll()
  }

  /** Resolves when nothing runs and nothing is asked. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #runAll(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false
      await this.run().catch(() => undefined)
    }
    this.#running = undefined
  }
}
