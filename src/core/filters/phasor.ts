/**
 * From a network's ticks back to samples: the newest analytic value turned on at its frequency.
 *
 * A network that answers sine and cosine part of a tone at a tick says all about the samples until the next one:
 * s(n) = sine cos(w (n - tick)) + cosine sin(w (n - tick)). So the output needs no look-ahead. Each tick is blended in
 * over its own length, from what the one before foretold, so that the output has no steps.
 */

export class PhasorPlayer {
  readonly #samplesPerTick: number
  readonly #turn: number
  #older = { sine: 0, cosine: 0, place: -Infinity }
  #newer = { sine: 0, cosine: 0, place: -Infinity }

  /** `turn` is the tone's angle from one sample to the next, in radians. */
  constructor({ samplesPerTick, turn }: { samplesPerTick: number; turn: number }) {
    this.#samplesPerTick = samplesPerTick
    this.#turn = turn
  }

  /** A new tick at `place` on the sample axis. */
  take(sine: number, cosine: number, place: number): void {
    const recycled = this.#older
    this.#older = this.#newer
    recycled.sine = sine
    recycled.cosine = cosine
    recycled.place = place
    this.#newer = recycled
  }

  /** The output for sample `n`; zero before the first tick. */
  at(n: number): number {
    if (this.#newer.place === -Infinity) return 0
    const newer = this.#turned(this.#newer, n)
    // The first answer stands at once: there is nothing to blend it with, and waiting would cost a tick.
    if (this.#older.place === -Infinity) return newer
    const older = this.#turned(this.#older, n)
    const share = Math.min(1, (n - this.#newer.place + 0.5) / this.#samplesPerTick)
    return older + (newer - older) * share
  }

  reset(): void {
    this.#older.place = -Infinity
    this.#newer.place = -Infinity
  }

  #turned({ sine, cosine, place }: { sine: number; cosine: number; place: number }, n: number): number {
    const angle = this.#turn * (n - place)
    return sine * Math.cos(angle) + cosine * Math.sin(angle)
  }
}
