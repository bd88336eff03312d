/**
 * The lease on a job: renewed three times within its length, lost when somebody says so. A queue that cannot be reached says
 * nothing: whether the lease was kept is known when it is back.
 */

export interface LeaseOptions {
  readonly milliseconds: number
  /** Resolves to false where it is no longer ours. */
  renew(): Promise<boolean>
  onLost(): void
}

export class Lease {
  readonly #timer: NodeJS.Timeout
  #isRenewing = false
  #hasEnded = false

  constructor(readonly options: LeaseOptions) {
    this.#timer = setInterval(() => void this.#renew(), options.milliseconds / 3)
  }

  /** Nothing is told from here on. */
  end(): void {
    this.#hasEnded = true
    clearInterval(this.#timer)
  }

  async #renew(): Promise<void> {
    // A call that waits for the queue to come back is not asked a second time.
    if (this.#isRenewing) return
    this.#isRenewing = true
    const isOurs = await this.options.renew().catch(() => true)
    this.#isRenewing = false
    if (isOurs || this.#hasEnded) return
    this.end()
    this.options.onLost()
  }
}
