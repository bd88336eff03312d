/**
 * The files that main granted, by their tickets. Tickets and the calls that name them come by two ways, from main and
 * from the page: a call may be here before its ticket, and then waits for it.
 */

/** Milliseconds after which a ticket that is not there was never handed out. */
const patience = 2000

export class GrantedPaths {
  readonly #paths = new Map<string, string>()
  readonly #waiting = new Map<string, Set<(path: string) => void>>()

  add(ticket: string, path: string): void {
    this.#paths.set(ticket, path)
    for (const take of [...(this.#waiting.get(ticket) ?? [])]) take(path)
  }

  /** Resolves to undefined if main hands out no such ticket within two seconds. */
  async pathOf(ticket: string): Promise<string | undefined> {
    return this.#paths.get(ticket) ?? this.#awaited(ticket)
  }

  #awaited(ticket: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const takers = this.#waiting.get(ticket) ?? new Set()
      this.#waiting.set(ticket, takers)
      const take = (path?: string) => {
        clearTimeout(timer)
        takers.delete(take)
        if (takers.size === 0) this.#waiting.delete(ticket)
        resolve(path)
      }
      const timer = setTimeout(take, patience)
      takers.add(take)
    })
  }
}
