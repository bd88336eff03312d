/** Does something with the newest value once a frame, however many values come before it. Knows nothing of drawing. */

export class NextFrame<T> {
  readonly #use: (newest: T) => void
  #request: number | undefined
  #newest: T | undefined

  constructor(use: (newest: T) => void) {
    this.#use = use
  }

  take(value: T): void {
    this.#newest = value
    this.#request ??= requestAnimationFrame(() => {
      const newest = this.#newest as T
      this.#request = this.#newest = undefined
      this.#use(newest)
    })
  }

  cancel(): void {
    if (this.#request !== undefined) cancelAnimationFrame(this.#request)
    this.#request = this.#newest = undefined
  }
}
