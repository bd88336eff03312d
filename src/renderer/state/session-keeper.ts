/** Keeps the newest session with main, at most twice a second. Knows nothing of what a session holds. */
import type { Session } from '../../contract/session'

const pauseMilliseconds = 500

export class SessionKeeper {
  readonly #save: (session: Session | null) => Promise<unknown>
  readonly #onFailure: (error: Error) => void
  #waiting: Session | null | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = ''

  constructor(save: (session: Session | null) => Promise<unknown>, onFailure: (error: Error) => void) {
    this.#save = save
    this.#onFailure = onFailure
  }

  /** The session is this now; the same one again costs nothing. */
  note(session: Session | null): void {
    this.#waiting = session
    this.#timer ??= setTimeout(() => this.flush(), pauseMilliseconds)
  }

  /** What waits is kept at once: the window closes. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const session = this.#waiting
    this.#waiting = undefined
    if (session === undefined) return
    const text = JSON.stringify(session)
    if (text === this.#last) return
    this.#last = text
    this.#save(session).catch((error: Error) => this.#onFailure(error))
  }
}
