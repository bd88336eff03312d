/**
 * Second-order sections in a row: the form in which recursive filters are designed here and run.
 *
 * Each section is b0 + b1 z^-1 + b2 z^-2 over 1 + a1 z^-1 + a2 z^-2, run in transposed direct form II. Knows nothing of
 * tones.
 */
import { finite } from './tone-filter'

export interface Section {
  readonly b0: number
  readonly b1: number
  readonly b2: number
  readonly a1: number
  readonly a2: number
}

/** A cascade with its state. */
export class SectionCascade {
  readonly #sections: readonly Section[]
  /** Two values a section. */
  readonly #state: Float64Array

  constructor(sections: readonly Section[]) {
    this.#sections = sections
    this.#state = new Float64Array(2 * sections.length)
  }

  process(block: ArrayLike<number>): Float64Array {
    const output = new Float64Array(block.length)
    for (let n = 0; n < block.length; n += 1) output[n] = finite(block[n])
    const state = this.#state
    this.#sections.forEach(({ b0, b1, b2, a1, a2 }, index) => {
      let first = state[2 * index]
      let second = state[2 * index + 1]
      for (let n = 0; n < output.length; n += 1) {
        const x = output[n]
        const y = b0 * x + first
        first = b1 * x - a1 * y + second
        second = b2 * x - a2 * y
        output[n] = y
      }
      state[2 * index] = first
      state[2 * index + 1] = second
    })
    return output
  }

  /** The state that a constant input of this value would have left, from its first sample on. */
  settle(value: number): void {
    let input = value
    this.#sections.forEach(({ b0, b1, b2, a1, a2 }, index) => {
      const output = (input * (b0 + b1 + b2)) / (1 + a1 + a2)
      this.#state[2 * index] = (b1 + b2) * input - (a1 + a2) * output
      this.#state[2 * index + 1] = b2 * input - a2 * output
      input = output
    })
  }

  reset(): void {
    this.#state.fill(0)
  }
}

/** The response of a cascade at an angle of so many radians a sample, as a complex number. */
export function responseOf(sections: readonly Section[], turn: number): { re: number; im: number } {
  const [c1, s1, c2, s2] = [Math.cos(turn), -Math.sin(turn), Math.cos(2 * turn), -Math.sin(2 * turn)]
  let re = 1
  let im = 0
  for (const { b0, b1, b2, a1, a2 } of sections) {
    const above = { re: b0 + b1 * c1 + b2 * c2, im: b1 * s1 + b2 * s2 }
    const below = { re: 1 + a1 * c1 + a2 * c2, im: a1 * s1 + a2 * s2 }
    const power = below.re * below.re + below.im * below.im
    const ratio = {
      re: (above.re * below.re + above.im * below.im) / power,
      im: (above.im * below.re - above.re * below.im) / power
    }
    ;[re, im] = [re * ratio.re - im * ratio.im, re * ratio.im + im * ratio.re]
  }
  return { re, im }
}
