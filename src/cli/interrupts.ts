/** What asks a command to stop: Ctrl-C, SIGTERM, or an output that nobody reads any more. */

/** One Ctrl-C may arrive twice: from the terminal and from the process that waits for us. */
const oneInterruptMilliseconds = 500

/**
 * A command that takes the abort signal is asked by the first Ctrl-C to stop and save, and ended by the second one. Any
 * other is ended by the first, as by default: it would not hear of it.
 */
export class Interrupts {
  readonly #controller = new AbortController()
  #first: number | undefined
  #isListening = false

  get aborted(): boolean {
    return this.#controller.signal.aborted
  }

  /** From now on a signal of the system is an abort. */
  take(): AbortSignal {
    if (!this.#isListening) {
      this.#isListening = true
      process.on('SIGINT', this.#onInterrupt)
      process.on('SIGTERM', this.#onInterrupt)
    }
    return this.#controller.signal
  }

  abort(): void {
    this.#controller.abort()
  }

  release(): void {
    process.off('SIGINT', this.#onInterrupt)
    process.off('SIGTERM', this.#onInterrupt)
  }

  readonly #onInterrupt = () => {
    this.#first ??= performance.now()
    if (performance.now() - this.#first > oneInterruptMilliseconds) process.exit(130)
    this.abort()
  }
}
