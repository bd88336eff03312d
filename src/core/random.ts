/**
 * The only source of chance: a seeded generator whose state can be saved and set.
 *
 * sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand and BigCrush, needs 32-bit integer
 * arithmetic only, so every machine draws the same numbers.
 */

import type { StatePort } from './state-port'

export type RandomState = readonly [number, number, number, number, number | null]

export class Random {
  #a: number
  #b: number
  #c: number
  #counter: number
  /** The second normal number of a pair, kept for the next call. */
  #spare: number | null = null

  constructor(seed: number | RandomState) {
    if (typeof seed !== 'number') {
      ;[this.#a, this.#b, this.#c, this.#counter, this.#spare] = seed
      return
    }
    this.#a = seed >>> 0
    this.#b = Math.floor(seed / 2 ** 32) >>> 0
    this.#c = 0x9e3779b9
    this.#counter = 1
    for (let i = 0; i < 15; i += 1) this.nextUint32()
  }

  /** An independent generator for a named purpose: adding one elsewhere does not change the others' numbers. */
  static derive(seed: number, purpose: string): Random {
    // FNV-1a of the purpose, mixed into the seed.
    let hash = 0x811c9dc5
    for (let i = 0; i < purpose.length; i += 1) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193)
    return new Random((seed >>> 0) + (hash >>> 0) * 2 ** 20)
  }

  get state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#counter, this.#spare]
  }

  /** Its state, for a break. */
  exchange(port: StatePort): void {
    this.#a = port.number(this.#a)
    this.#b = port.number(this.#b)
    this.#c = port.number(this.#c)
    this.#counter = port.number(this.#counter)
    const hasSpare = port.boolean(this.#spare !== null)
    const spare = port.number(this.#spare ?? 0)
    this.#spare = hasSpare ? spare : null
  }

  nextUint32(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0
    this.#counter = (this.#counter + 1) >>> 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) >>> 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) >>> 0
    this.#c = (this.#c + sum) >>> 0
    return sum
  }

  /** Uniform in [low, high), 53 bits. */
  uniform(low = 0, high = 1): number {
    const bits = (this.nextUint32() >>> 5) * 2 ** 26 + (this.nextUint32() >>> 6)
    return low + (high - low) * (bits / 2 ** 53)
  }

  /** A whole number in [0, count). */
  integer(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** Normal with mean 0 and standard deviation 1 (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    for (;;) {
      const x = this.nextUint32() * 2 ** -31 - 1
      const y = this.nextUint32() * 2 ** -31 - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      this.#spare = y * scale
      return x * scale
    }
  }

  /** Fisher-Yates, in place. */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i -= 1) {
      const j = this.integer(i + 1)
      const kept = items[i]
      items[i] = items[j]
      items[j] = kept
    }
    return items
  }
}
