/** What a command prints for its reader, who may go before it ends: `siglab … | head`. */

/** What the shell tells of a tool that SIGPIPE ended: a script can see that not everything was read. */
export const brokenPipeCode = 141

export class Output {
  #failure: NodeJS.ErrnoException | undefined

  /** `onFailure` is called once, when nobody reads any more or the disk behind it is full. */
  constructor(
    readonly stream: NodeJS.WritableStream,
    readonly onFailure: () => void
  ) {
    // It stays: the error of the last line may be told after everything else has ended.
    stream.on('error', (error) => this.#fail(error))
  }

  /** Why there is nothing to print to any more. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure
  }

  /** Until the system has taken it, or refused it. */
  print(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.stream.write(text, (error) => {
        if (error) this.#fail(error)
        resolve()
      })
    })
  }

  #fail(error: Error): void {
    if (this.#failure) return
    this.#failure = error
    this.onFailure()
  }
}
