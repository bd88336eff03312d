/** Which lines of a table gave trouble, and which line a sample came from. */

/** Lines of trouble that are named one by one. */
const namedLines = 20

/** Which line a sample came from, kept only where a line was left out. */
export class LineNumbers {
  readonly #samples: number[] = []
  readonly #lines: number[] = []

  add(sample: number, line: number): void {
    const last = this.#samples.length - 1
    if (last >= 0 && line - sample === this.#lines[last] - this.#samples[last]) return
    this.#samples.push(sample)
    this.#lines.push(line)
  }

  lineOf(sample: number): number {
    let low = 0
    let high = this.#samples.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.#samples[middle] <= sample) low = middle
      else high = middle
    }
    return this.#lines[low] + sample - this.#samples[low]
  }
}

/** Lines with one kind of trouble: how many, and the first of them. */
export class TroubledLines {
  #count = 0
  readonly #first: number[] = []

  add(line: number): void {
    this.#count += 1
    if (this.#first.length < namedLines) this.#first.push(line)
  }

  tell(sentence: (count: number, where: string) => string): string[] {
    if (this.#count === 0) return []
    const [first, ...others] = this.#first
    const more = this.#count > this.#first.length ? ', …' : ''
    const where = others.length === 0 ? `in line ${first}` : `in lines ${this.#first.join(', ')}${more}`
    return [sentence(this.#count, where)]
  }
}
