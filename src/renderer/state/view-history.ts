/**
 * Views to go back and forward through, as a browser does with pages. Moves that follow each other quickly, as the
 * turns of a wheel do, are one step. Apart from the undo of the document, which never moves the view.
 */

/** Moves within so many milliseconds of the one before belong to it. */
const oneMoveMilliseconds = 700
const longest = 100

export class ViewHistory<View> {
  #past: View[] = []
  #future: View[] = []
  #lastMove = -Infinity

  get canGoBack(): boolean {
    return this.#past.length > 0
  }

  get canGoForward(): boolean {
    return this.#future.length > 0
  }

  /** The view is about to change from `before`. */
  note(before: View, now: number): void {
    const continues = now - this.#lastMove < oneMoveMilliseconds && this.#past.length > 0 && this.#future.length === 0
    this.#lastMove = now
    if (continues) return
    this.#past = [...this.#past, before].slice(-longest)
    this.#future = []
  }

  /** What comes next is a move of its own, however soon it follows. */
  endMove(): void {
    this.#lastMove = -Infinity
  }

  back(current: View): View | undefined {
    const view = this.#past.pop()
    if (view !== undefined) this.#future.push(current)
    this.endMove()
    return view
  }

  forward(current: View): View | undefined {
    const view = this.#future.pop()
    if (view !== undefined) this.#past.push(current)
    this.endMove()
    return view
  }

  clear(): void {
    this.#past = []
    this.#future = []
    this.endMove()
  }
}
