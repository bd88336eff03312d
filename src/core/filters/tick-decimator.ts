/**
 * Bring a stream of samples down to the ticks of a network, sample by sample, for any ratio of rates.
 *
 * Each tick is the mean of the samples of the last two tick lengths under a Hann taper: zeros at every multiple of the
 * tick rate, side lobes below -31 dB, and a delay of one tick. Sample n stands for the time n + 0.5, tick k for the
 * time (k + 1) * samplesPerTick, so a tick is complete with the last sample before it.
 */
import type { StatePort } from '../state-port'

export class TickDecimator {
  /** The two ticks under way: the nearer one, and the one after it. */
  #nearer = 0
  #farther = 0
  #sample = 0
  #tick = 0
  readonly #samplesPerTick: number
  readonly #stepAngle: number

  constructor(samplesPerTick: number) {
    if (!(samplesPerTick >= 1))
      throw new RangeError(`Expected at least one sample a tick. Received: ${samplesPerTick}.`)
    this.#samplesPerTick = samplesPerTick
    this.#stepAngle = Math.PI / samplesPerTick
  }

  /** Take one sample; returns the tick that it completes, or NaN. */
  push(sample: number): number {
    // u in (0, 1) is the sample's distance to the nearer tick in ticks; the taper of the farther one is the complement.
    const remaining = (this.#tick + 1) * this.#samplesPerTick - (this.#sample + 0.5)
    const share = 0.5 * (1 - Math.cos(remaining * this.#stepAngle))
    this.#nearer += share * sample
    this.#farther += (1 - share) * sample
    this.#sample += 1
    if (this.#sample < (this.#tick + 1) * this.#samplesPerTick - 1e-9) return NaN
    const value = this.#nearer / this.#samplesPerTick
    this.#nearer = this.#farther
    this.#farther = 0
    this.#tick += 1
    return value
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    this.#nearer = port.number(this.#nearer)
    this.#farther = port.number(this.#farther)
    this.#sample = port.number(this.#sample)
    this.#tick = port.number(this.#tick)
  }

  reset(): void {
    this.#nearer = 0
    this.#farther = 0
    this.#sample = 0
    this.#tick = 0
  }
}

/** The place of a tick on the sample axis: tick k lies between samples, half a sample before its end. */
export function tickToSample(tick: number, samplesPerTick: number): number {
  return (tick + 1) * samplesPerTick - 0.5
}
