/**
 * Undo and redo of what the user made: tones, markers, the model. Never of the view: an undo that moved the picture
 * would lose the place that the user is looking at. Knows nothing of what it undoes.
 */

export interface Change {
  /** "Set tone 2 to 3.50 Hz": what the command "Undo" says that it will undo. */
  readonly title: string
  undo(): void
  redo(): void
  /** Changes of one gesture (a drag, a held key) carry one key and become one step. */
  readonly mergeKey?: string
}

const mostChanges = 200
/** Changes with the same key that come later than this after each other are steps of their own. */
const mergeMilliseconds = 1000

export class History {
  #done = $state.raw<readonly Change[]>([])
  #undone = $state.raw<readonly Change[]>([])
  #lastAt = -Infinity

  readonly undoTitle = $derived(this.#done[this.#done.length - 1]?.title)
  readonly redoTitle = $derived(this.#undone[this.#undone.length - 1]?.title)

  /** Remember a change that was made just now. */
  add(change: Change, now = performance.now()): void {
    const last = this.#done[this.#done.length - 1]
    const merges =
      change.mergeKey !== undefined && last?.mergeKey === change.mergeKey && now - this.#lastAt < mergeMilliseconds
    const step = merges ? { ...change, undo: last.undo } : change
    this.#done = [...(merges ? this.#done.slice(0, -1) : this.#done), step].slice(-mostChanges)
    this.#undone = []
    this.#lastAt = now
  }

  /** A change that could not be made after all. */
  forget(change: Change): void {
    this.#done = this.#done.filter((step) => step !== change)
  }

  undo(): void {
    const change = this.#done[this.#done.length - 1]
    if (!change) return
    this.#done = this.#done.slice(0, -1)
    this.#undone = [...this.#undone, change]
    this.#lastAt = -Infinity
    change.undo()
  }

  redo(): void {
    const change = this.#undone[this.#undone.length - 1]
    if (!change) return
    this.#undone = this.#undone.slice(0, -1)
    this.#done = [...this.#done, change]
    this.#lastAt = -Infinity
    change.redo()
  }

  /** Another document: its past is not this one's. */
  clear(): void {
    this.#done = []
    this.#undone = []
  }
}
