/**
 * What goes wrong with real signals, as seeded streams that are drawn sample by sample: impulses and dropouts on the mix,
 * slow frequency drift and amplitude steps of a tone. The generator, the training streams and the duel share them.
 *
 * Drift and steps belong to a tone, and its truth follows them. Impulses and dropouts belong to the mix, and the truth
 * knows nothing of them. Knows nothing of tones' frequencies or of files.
 */
import type { Random } from '../random'
import type { StatePort } from '../state-port'
import type { Hertz, Seconds } from '../units'
import { InputError } from './signal'

export interface Degradations {
  readonly impulses?: Impulses
  readonly dropouts?: Dropouts
  readonly drift?: FrequencyDrift
  readonly steps?: AmplitudeSteps
}

/** Single samples that are hit: a value of this size and of random sign is added. */
export interface Impulses {
  /** Of all samples. */
  readonly share: number
  /** In amplitudes of one tone as it stands in the mix, that is 1 / number of tones. */
  readonly size: number
}

/** Pieces of the mix that are lost: zero, noise and all. Their lengths are geometric. */
export interface Dropouts {
  /** Of all samples. */
  readonly share: number
  readonly meanSeconds: Seconds
}

/** Each tone's frequency walks at random between two walls that throw it back; it may start anywhere between them. */
export interface FrequencyDrift {
  /** Distance of the walls from the nominal frequency, as a share of it. */
  readonly range: number
  /** How far a walk without walls gets in one second, root mean square, as a share of the nominal frequency. */
  readonly perRootSecond: number
}

/** Now and then a tone's amplitude becomes another multiple of the one it was drawn with. */
export interface AmplitudeSteps {
  /** Between two steps of one tone; exponential. */
  readonly meanSeconds: Seconds
  readonly low: number
  readonly high: number
}

export type DegradationName = keyof Degradations

/** The strengths that figures are given for. */
export const standardDegradations = {
  impulses: { share: 0.01, size: 10 },
  dropouts: { share: 0.05, meanSeconds: 0.02 },
  drift: { range: 0.03, perRootSecond: 0.01 },
  steps: { meanSeconds: 3, low: 0.3, high: 1.7 }
} as const satisfies Degradations

/** The parts of each degradation in the order in which they are written as text, with what they may be. */
const parts = {
  impulses: { share: [0, 1], size: [0, 1e6] },
  dropouts: { share: [0, 0.95], meanSeconds: [0, 3600] },
  drift: { range: [0, 0.5], perRootSecond: [0, 1] },
  steps: { meanSeconds: [1e-6, 1e6], low: [0, 1e3], high: [0, 1e3] }
} as const satisfies { [K in DegradationName]: Record<string, readonly [number, number]> }

export const degradationNames = Object.keys(parts) as DegradationName[]

/**
 * "impulses,dropouts=0.1x0.05" -> the standard impulses, and a tenth of the samples lost in pieces of 50 ms. Throws
 * InputError for unknown names and for numbers that cannot be.
 */
export function parseDegradations(text: string): Degradations {
  const entries = text.split(',').map((word) => {
    const [name, values] = word.trim().split('=')
    const known = degradationNames.find((other) => other === name)
    if (known === undefined) {
      throw new InputError(`Expected degradations of ${degradationNames.join(', ')}. Received: ${name || 'none'}.`)
    }
    if (values === undefined) return [known, standardDegradations[known]] as const
    const names = Object.keys(parts[known])
    const numbers = values.split('x').map(Number)
    if (numbers.length !== names.length) {
      throw new InputError(`Expected ${known}=${names.join('x')}. Received: ${word.trim()}.`)
    }
    return [known, Object.fromEntries(names.map((part, index) => [part, numbers[index]]))] as const
  })
  const degradations = Object.fromEntries(entries) as Degradations
  checkDegradations(degradations)
  return degradations
}

/** As text that parseDegradations reads back. */
export function describeDegradations(degradations: Degradations): string {
  return degradationNames
    .filter((name) => degradations[name] !== undefined)
    .map(
      (name) =>
        `${name}=${Object.keys(parts[name])
          .map((part) => valueOf(degradations, name, part))
          .join('x')}`
    )
    .join(',')
}

/** Throws InputError naming the part that is out of its range. */
export function checkDegradations(degradations: Degradations): void {
  for (const name of degradationNames) {
    if (degradations[name] === undefined) continue
    for (const [part, [low, high]] of Object.entries(parts[name]) as [string, readonly [number, number]][]) {
      const value = valueOf(degradations, name, part)
      if (!(value >= low && value <= high)) {
        throw new InputError(`Expected ${name} with ${part} from ${low} to ${high}. Received: ${value}.`)
      }
    }
  }
}

/** What is added to the mix, a sample at a time. */
export class ImpulseNoise {
  constructor(
    readonly impulses: Impulses,
    readonly toneCount: number,
    readonly random: Random
  ) {}

  next(): number {
    const { share, size } = this.impulses
    const place = this.random.uniform()
    if (place >= share) return 0
    // The place within the share is a fair coin of its own.
    return (place < share / 2 ? -size : size) / this.toneCount
  }
}

/** Whether each sample is lost, a sample at a time. */
export class DropoutGate {
  readonly #enterShare: number
  readonly #leaveShare: number
  readonly #random: Random
  #isLost: boolean

  constructor({ share, meanSeconds }: Dropouts, sampleRate: Hertz, random: Random) {
    // A chain of two states is in the lost one for `share` of the time if it enters as often as it leaves.
    this.#leaveShare = Math.min(1, 1 / (meanSeconds * sampleRate))
    this.#enterShare = Math.min(1, (this.#leaveShare * share) / (1 - share))
    this.#random = random
    this.#isLost = random.uniform() < share
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    this.#isLost = port.boolean(this.#isLost)
  }

  next(): boolean {
    const isLost = this.#isLost
    const changes = this.#random.uniform() < (isLost ? this.#leaveShare : this.#enterShare)
    this.#isLost = isLost !== changes
    return isLost
  }
}

/** The deviation of a tone's frequency from its nominal one, as a share of it, step by step. */
export class DriftWalk {
  readonly #range: number
  readonly #stepSize: number
  readonly #random: Random
  #deviation: number

  /** `stepRate` is how often in a second `next` is called. */
  constructor({ range, perRootSecond }: FrequencyDrift, stepRate: Hertz, random: Random) {
    this.#range = range
    this.#stepSize = perRootSecond / Math.sqrt(stepRate)
    this.#random = random
    this.#deviation = range * random.uniform(-1, 1)
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    this.#deviation = port.number(this.#deviation)
  }

  next(): number {
    const deviation = this.#deviation
    this.#deviation = reflect(deviation + this.#stepSize * this.#random.normal(), this.#range)
    return deviation
  }
}

/** What a tone's amplitude is multiplied by, step by step. */
export class AmplitudeWalk {
  readonly #steps: AmplitudeSteps
  readonly #stepShare: number
  readonly #random: Random
  #factor = 1

  /** `stepRate` is how often in a second `next` is called. */
  constructor(steps: AmplitudeSteps, stepRate: Hertz, random: Random) {
    this.#steps = steps
    this.#stepShare = Math.min(1, 1 / (steps.meanSeconds * stepRate))
    this.#random = random
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    this.#factor = port.number(this.#factor)
  }

  next(): number {
    const factor = this.#factor
    if (this.#random.uniform() < this.#stepShare) this.#factor = this.#random.uniform(this.#steps.low, this.#steps.high)
    return factor
  }
}

/** Thrown back by the walls at -range and range, as often as needed. */
function reflect(value: number, range: number): number {
  if (range === 0) return 0
  const place = (((value + range) % (4 * range)) + 4 * range) % (4 * range)
  return (place <= 2 * range ? place : 4 * range - place) - range
}

function valueOf(degradations: Degradations, name: DegradationName, part: string): number {
  return (degradations[name] as unknown as Record<string, number>)[part]
}
