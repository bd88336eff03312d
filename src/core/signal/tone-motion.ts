/**
 * How a tone moves around its nominal frequency and amplitude: modulated on purpose (AM, FM), or wandering by chance
 * (drift, amplitude steps). A clean tone moves with it: this is the tone, not a fault of the mix.
 *
 * Knows nothing of sines: it gives an angle to add and a factor to multiply by, sample by sample.
 */
import type { Random } from '../random'
import type { Hertz, Radians } from '../units'
import { AmplitudeWalk, DriftWalk, type AmplitudeSteps, type FrequencyDrift } from './degradations'
import { InputError } from './signal'
import { toneAngle } from './tone-angle'

/** The amplitude swings by this share of itself, this often. */
export interface AmplitudeModulation {
  readonly rateHz: Hertz
  /** 0 to 1. */
  readonly depth: number
}

/** The frequency swings by this much to both sides, this often. */
export interface FrequencyModulation {
  readonly rateHz: Hertz
  readonly deviationHz: Hertz
}

export interface Motion {
  readonly am?: AmplitudeModulation
  readonly fm?: FrequencyModulation
  readonly drift?: FrequencyDrift
  readonly steps?: AmplitudeSteps
}

export class ToneMotion {
  /** To be added to the angle, and to multiply the amplitude by, at the present sample. */
  angle: Radians = 0
  factor = 1
  readonly #motion: Motion
  readonly #frequencyHz: Hertz
  readonly #sampleRate: Hertz
  readonly #drift: DriftWalk | undefined
  readonly #steps: AmplitudeWalk | undefined
  #drifted: Radians = 0
  #sample = 0

  /** `random` makes the tone's own stream for a purpose; asked only for what the motion has. */
  constructor(
    motion: Motion,
    { frequencyHz, sampleRate }: { frequencyHz: Hertz; sampleRate: Hertz },
    random: (purpose: string) => Random
  ) {
    this.#motion = motion
    this.#frequencyHz = frequencyHz
    this.#sampleRate = sampleRate
    this.#drift = motion.drift && new DriftWalk(motion.drift, sampleRate, random('drift'))
    this.#steps = motion.steps && new AmplitudeWalk(motion.steps, sampleRate, random('steps'))
  }

  /** Whether there is anything to move. */
  static isNeeded({ am, fm, drift, steps }: Motion): boolean {
    return am !== undefined || fm !== undefined || drift !== undefined || steps !== undefined
  }

  /** Go to the next sample; the first call is for sample 0. */
  next(): void {
    const { am, fm } = this.#motion
    const swing = (rateHz: Hertz) =>
      toneAngle({ frequencyHz: rateHz, sampleRate: this.#sampleRate, sample: this.#sample })
    // The integral of a frequency that swings as a sine, from 0.
    const modulated = fm ? (fm.deviationHz / fm.rateHz) * (1 - Math.cos(swing(fm.rateHz))) : 0
    this.angle = modulated + this.#drifted
    this.factor = (am ? 1 + am.depth * Math.sin(swing(am.rateHz)) : 1) * (this.#steps?.next() ?? 1)
    if (this.#drift) {
      this.#drifted += (2 * Math.PI * this.#frequencyHz * this.#drift.next()) / this.#sampleRate
    }
    this.#sample += 1
  }
}

/** Throws InputError where a tone would leave 0 to half the sample rate, or its amplitude turn over. */
export function checkMotion({ am, fm, drift }: Motion, given: { frequencyHz: Hertz; sampleRate: Hertz }): void {
  const { frequencyHz, sampleRate } = given
  for (const { rateHz } of [am, fm].filter((part) => part !== undefined)) {
    if (!(rateHz > 0 && rateHz < sampleRate / 2)) {
      throw new InputError(
        `Expected a modulation rate above 0 and below half the sample rate, ${sampleRate / 2} Hz. Received: ${rateHz} Hz.`
      )
    }
  }
  if (am && !(am.depth >= 0 && am.depth <= 1)) {
    throw new InputError(`Expected an AM depth from 0 to 1. Received: ${am.depth}.`)
  }
  const swingHz = (fm?.deviationHz ?? 0) + frequencyHz * (drift?.range ?? 0)
  if (!(swingHz >= 0 && frequencyHz - swingHz > 0 && frequencyHz + swingHz < sampleRate / 2)) {
    throw new InputError(
      `Expected FM and drift that keep ${frequencyHz} Hz above 0 and below half the sample rate, ` +
        `${sampleRate / 2} Hz. Received: ${swingHz} Hz to both sides.`
    )
  }
}
