/** Looking through a long record for its picture: silent while it is quick, then a job with a row of its own. */
import { CancelledError } from '../jobs'
import type { LabContext } from './context'

/** A record is looked through in silence for so long; then it gets a row among the jobs. */
const silentMilliseconds = 700

/** Can be cancelled: what was not seen stays a sparse look. */
export class LookThrough {
  readonly #stop = new AbortController()
  #started: number | undefined
  #advance: ((share: number) => void) | undefined

  constructor(
    readonly context: LabContext,
    readonly of: { readonly signalId: string; readonly name: string }
  ) {}

  get abort(): AbortSignal {
    return this.#stop.signal
  }

  advance(share: number): void {
    const now = performance.now()
    this.#started ??= now
    if (this.#advance) this.#advance(share)
    else if (share < 1 && now - this.#started > silentMilliseconds) this.#begin()
  }

  #begin(): void {
    const { jobs, signals } = this.context
    const { signalId, name } = this.of
    this.#advance = () => {}
    const { pictures } = signals.get(signalId)
    const job = jobs.run({ jobId: lookingJob(signalId), title: `Looking through ${name}` }, async (running) => {
      this.#advance = running.advance
      running.abort.addEventListener('abort', () => this.#stop.abort())
      await pictures.finished
      if (running.abort.aborted) throw new CancelledError()
    })
    // Its row says what went wrong.
    job.catch(() => undefined)
  }
}

export function lookingJob(signalId: string): string {
  return `look-${signalId}`
}
