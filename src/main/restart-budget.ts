/** At most three restarts in five minutes, so that something that dies at once does not start for ever. */

const allowed = 3
const periodMilliseconds = 5 * 60_000

export class RestartBudget {
  #times: number[] = []

  /** True if one more restart may happen now; it is counted. */
  take(now = performance.now()): boolean {
    this.#times = this.#times.filter((time) => now - time < periodMilliseconds)
    if (this.#times.length >= allowed) return false
    this.#times.push(now)
    return true
  }

  /** The user asked for another try. */
  reset(): void {
    this.#times = []
  }
}
