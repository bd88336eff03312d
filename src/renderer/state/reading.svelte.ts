/**
 * An answer of the laboratory that a view shows and that grows old: read again at a pace when something changed. What a
 * view showed last stays until there is something newer. Knows nothing of what is read.
 */
import { LabError } from '../../contract/define'
import { Paced, type Pace } from './paced'

export class Reading<T> {
  value = $state.raw<T>()
  /** Why it could not be read, as a sentence; null if it could. */
  problem = $state<string | null>(null)
  readonly #paced: Paced
  /** How often it was cleared: an answer to a question of before says nothing of now. */
  #clearings = 0

  /** `read` resolves to undefined where there is nothing to read now. */
  constructor(read: () => Promise<T | undefined>, pace: Pace) {
    this.#paced = new Paced(async () => {
      const clearings = this.#clearings
      try {
        const value = await read()
        if (clearings !== this.#clearings) return
        if (value !== undefined) this.value = value
        this.problem = null
      } catch (error) {
        if (clearings !== this.#clearings) return
        // A stream that was stopped meanwhile, a laboratory that ended: another one is on its way, or main says why not.
        const isOver = error instanceof LabError && (error.code === 'not-found' || error.code === 'ended')
        if (!isOver) this.problem = (error as Error).message
      }
    }, pace)
  }

  request(): void {
    this.#paced.request()
  }

  clear(): void {
    this.#paced.stop()
    this.#clearings += 1
    this.value = undefined
    this.problem = null
  }
}
