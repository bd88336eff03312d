/** The amplitude axis of a lane: grows at once so that nothing is cut, shrinks only after a while so that it is calm. */

const mantissas = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]
const headroom = 1.2
/** Less room than this above the curve is too little: the axis grows. */
const leastHeadroom = 1.06
const shrinkBelow = 0.6
const shrinkAfterMilliseconds = 1500

/** The least limit of the ladder that holds `peak` with room for the lane's name above the curve. */
export function limitFor(peak: number): number {
  if (!(peak > 0) || !Number.isFinite(peak)) return 1
  const wanted = peak * headroom
  const power = 10 ** Math.floor(Math.log10(wanted))
  const mantissa = mantissas.find((value) => value * power >= wanted * (1 - 1e-9)) ?? 10
  return Number((mantissa * power).toPrecision(3))
}

export class VerticalRange {
  limit = 1
  #started = false
  #smallSince: number | undefined

  /** The limit for a picture whose greatest absolute value is `peak`; axis runs from -limit to +limit. */
  update(peak: number, now: number): number {
    if (!(peak > 0)) return this.limit
    if (!this.#started || peak * leastHeadroom > this.limit) {
      this.#started = true
      this.#smallSince = undefined
      this.limit = limitFor(peak)
    } else if (limitFor(peak) >= this.limit * shrinkBelow) {
      this.#smallSince = undefined
    } else {
      this.#smallSince ??= now
      if (now - this.#smallSince >= shrinkAfterMilliseconds) {
        this.limit = limitFor(peak)
        this.#smallSince = undefined
      }
    }
    return this.limit
  }

  reset(): void {
    this.#started = false
    this.#smallSince = undefined
  }
}
