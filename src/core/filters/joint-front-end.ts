/**
 * From samples to what a network reads of each wanted tone at each tick, and from its answer back to the tone's pair.
 *
 * All wanted tones are fitted at once, with memories of several lengths (joint-fit.ts), and followed (tone-tracker.ts), from
 * samples that can be true (sample-screen.ts). What the network reads is turned to the tracked phase and divided by the level of the
 * mix, so it need not learn that all phases and levels are alike. Its answer is a correction of the tracked pair. Lengths are in periods of the spacing. Knows nothing of tensors.
 */
import { JointFit } from './joint-fit'
import { SampleScreen } from './sample-screen'
import { ToneTracker } from './tone-tracker'
import type { StatePort } from '../state-port'

export interface JointFrontEndOptions {
  /** The wanted tones' angles from one sample to the next, in radians. */
  readonly turns: readonly number[]
  readonly samplesPerSpacing: number
  readonly ticksPerSpacing: number
}

/** Memories of the fits, in periods of the spacing. */
const memories = [0.2, 0.6, 2, 12] as const

/** The tracker expects a frequency so far from its nominal one, and to walk so far in a spacing, as shares of it. */
const driftDeviation = 0.015
const driftWalk = 0.007
/** And a pair to walk so far in a spacing, as a share of the level of a tone. */
const pairWalk = 0.05

/** Least variance of the noise, as a share of a tone's power. */
const leastNoiseByTone = 1e-3

/** At the start every moment counts: so many ticks are so many times shorter. */
const earlyTicks = 40
const earlyParts = 4

/** Each fit's pair and what is unsure of it; the tracker's size, turn and what is unsure; turn of the frame, noise, losses. */
export const jointFeatureCount = 3 * memories.length + 4 + 3

export class JointFrontEnd {
  /** Cosine and sine of each tone at the next sample. */
  readonly cosine: Float64Array
  readonly sine: Float64Array
  /** What the network reads at the newest tick. */
  readonly features: Float32Array // [tones, jointFeatureCount]
  /** At the newest tick: the unit that the network's view is turned by, times the level, and the tracked size in levels. */
  readonly frame: Float64Array // [tones, 3]
  readonly #turns: readonly number[]
  readonly #samplesPerTick: number
  readonly #samplesPerSpacing: number
  readonly #fit: JointFit
  readonly #tracker: ToneTracker
  readonly #screen: SampleScreen
  readonly #startCosine: Float64Array
  readonly #startSine: Float64Array
  readonly #sums: Float64Array // [parts]
  readonly #missing: Float64Array // [parts, parts], lower half
  readonly #parts: Float64Array // [parts]
  readonly #lastFrame: Float64Array // [tones, 2]
  #rejected = 0
  #tickSamples = 0
  #sample = 0
  #tick = 0
  #buffers: Buffers

  constructor({ turns, samplesPerSpacing, ticksPerSpacing }: JointFrontEndOptions) {
    const samplesPerTick = samplesPerSpacing / ticksPerSpacing
    if (!(samplesPerTick >= 1))
      throw new RangeError(`Expected at least one sample a tick. Received: ${samplesPerTick}.`)
    const make = () => new Float64Array(turns.length)
    this.#turns = turns
    this.#samplesPerTick = samplesPerTick
    this.#samplesPerSpacing = samplesPerSpacing
    this.#fit = new JointFit({ turns, memories: memories.map((length) => length * samplesPerSpacing) })
    this.#tracker = new ToneTracker({
      toneCount: turns.length,
      turnDeviations: turns.map((turn) => driftDeviation * turn),
      turnWalks: turns.map((turn) => (driftWalk * turn) / Math.sqrt(samplesPerSpacing)),
      pairWalk: pairWalk / Math.sqrt(samplesPerSpacing)
    })
    this.#screen = new SampleScreen({
      memory: samplesPerSpacing / 2,
      longestGap: samplesPerSpacing / 5,
      blockLength: Math.ceil(samplesPerTick) + 1
    })
    this.cosine = make().fill(1)
    this.sine = make()
    this.#startCosine = make().fill(1)
    this.#startSine = make()
    const partCount = 2 * turns.length + 1
    this.#sums = new Float64Array(partCount)
    this.#missing = new Float64Array(partCount * partCount)
    this.#parts = new Float64Array(partCount)
    this.features = new Float32Array(turns.length * jointFeatureCount)
    this.frame = new Float64Array(turns.length * 3)
    this.#lastFrame = new Float64Array(turns.length * 2)
    this.#buffers = buffersOf(turns.length, Math.ceil(samplesPerTick) + 1)
  }

  /** How many samples are missing to the end of the tick under way. */
  get samplesToTick(): number {
    return Math.max(1, Math.ceil(this.#tickEnd - 1e-9) - this.#sample)
  }

  get #tickEnd(): number {
    const early = Math.min(this.#tick + 1, earlyTicks)
    return (early / earlyParts + (this.#tick + 1 - early)) * this.#samplesPerTick
  }

  /**
   * Take samples[start] to samples[start + count - 1], at most `samplesToTick` of them, times `gain`; true if they
   * complete a tick. The carriers of these samples stand in `carriers` then.
   */
  push(samples: ArrayLike<number>, start: number, count: number, gain = 1): boolean {
    const { cosines, sines, values, forecast } = this.#buffers
    for (let index = 0; index < count; index += 1) values[index] = samples[start + index] * gain
    forecast.fill(0, 0, count)
    const toneCount = this.#turns.length
    for (let tone = 0; tone < toneCount; tone += 1) this.#turn(tone, cosines[tone], sines[tone], forecast, count)
    this.#takeOut(this.#screen.screen(values, forecast, count))
    let alone = 0
    for (let index = 0; index < count; index += 1) alone += values[index]
    this.#sums[2 * toneCount] += alone
    for (let tone = 0; tone < toneCount; tone += 1) {
      const cosine = cosines[tone]
      const sine = sines[tone]
      let withCosine = 0
      let withSine = 0
      for (let index = 0; index < count; index += 1) {
        withCosine += values[index] * cosine[index]
        withSine += values[index] * sine[index]
      }
      this.#sums[2 * tone] += withCosine
      this.#sums[2 * tone + 1] += withSine
    }
    this.#sample += count
    this.#tickSamples += count
    if (this.#sample < this.#tickEnd - 1e-9) return false
    this.#finishTick()
    return true
  }

  /** Cosine and sine of each tone at the samples of the last push. */
  get carriers(): { readonly cosines: readonly Float64Array[]; readonly sines: readonly Float64Array[] } {
    return this.#buffers
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    for (const part of [this.#fit, this.#tracker, this.#screen]) part.exchange(port)
    const { cosine, sine, features, frame } = this
    const inside = [this.#startCosine, this.#startSine, this.#sums, this.#missing, this.#lastFrame]
    for (const part of [cosine, sine, features, frame, ...inside]) port.array(part)
    this.#rejected = port.number(this.#rejected)
    this.#tickSamples = port.number(this.#tickSamples)
    this.#sample = port.number(this.#sample)
    this.#tick = port.number(this.#tick)
  }

  reset(): void {
    this.#fit.reset()
    this.#tracker.reset()
    this.#screen.reset()
    for (const ones of [this.cosine, this.#startCosine]) ones.fill(1)
    for (const zeros of [this.sine, this.#startSine, this.#sums, this.#missing, this.#lastFrame, this.frame])
      zeros.fill(0)
    this.features.fill(0)
    this.#rejected = 0
    this.#tickSamples = 0
    this.#sample = 0
    this.#tick = 0
  }

  /** One tone's carrier over the next samples, and its part of their forecast. */
  #turn(tone: number, cosines: Float64Array, sines: Float64Array, forecast: Float64Array, count: number): void {
    const inPhase = this.#tracker.inPhase[tone]
    const quadrature = this.#tracker.quadrature[tone]
    const turnCosine = Math.cos(this.#turns[tone])
    const turnSine = Math.sin(this.#turns[tone])
    let cosine = this.cosine[tone]
    let sine = this.sine[tone]
    for (let index = 0; index < count; index += 1) {
      cosines[index] = cosine
      sines[index] = sine
      forecast[index] += inPhase * cosine + quadrature * sine
      const turned = cosine * turnCosine - sine * turnSine
      sine = sine * turnCosine + cosine * turnSine
      cosine = turned
    }
    this.cosine[tone] = cosine
    this.sine[tone] = sine
  }

  /** The fit must not hold samples that were taken out for zeros: their parts are missing from its products. */
  #takeOut(count: number): void {
    const { cosines, sines } = this.#buffers
    const { rejected } = this.#screen
    const parts = this.#parts
    const partCount = parts.length
    for (let place = 0; place < count; place += 1) {
      for (let tone = 0; tone < this.#turns.length; tone += 1) {
        parts[2 * tone] = cosines[tone][rejected[place]]
        parts[2 * tone + 1] = sines[tone][rejected[place]]
      }
      parts[partCount - 1] = 1
      for (let row = 0; row < partCount; row += 1) {
        for (let column = 0; column <= row; column += 1) {
          this.#missing[row * partCount + column] += parts[row] * parts[column]
        }
      }
    }
    this.#rejected += count
  }

  #finishTick(): void {
    this.#tick += 1
    // Before that a fit would know neither the noise nor the level, and believe its first samples for too long.
    if (!this.#screen.isReady) return
    this.#fitTick()
    for (let tone = 0; tone < this.#turns.length; tone += 1) {
      // The product of turns drifts by rounding, about 1e-16 a sample: brought back to length one.
      const length = Math.hypot(this.cosine[tone], this.sine[tone])
      this.cosine[tone] /= length
      this.sine[tone] /= length
    }
    this.#startCosine.set(this.cosine)
    this.#startSine.set(this.sine)
    this.#sums.fill(0)
    if (this.#rejected > 0) this.#missing.fill(0)
    this.#rejected = 0
    this.#tickSamples = 0
  }

  #fitTick(): void {
    const toneCount = this.#turns.length
    const { noiseVariance, power } = this.#screen
    const tonePower = Math.max(power - noiseVariance, 0.3 * power) + 1e-9
    // No signal is believed to be cleaner than 30 dB: less would leave the fit without a prior, and the tracker with a
    // power of tones that follows the noise down and that a clean tone is far above.
    const noise = Math.max(noiseVariance, (leastNoiseByTone * tonePower) / toneCount)
    const noiseByTone = Math.min(1e3, (noise * toneCount) / tonePower)
    this.#fit.take(
      {
        sums: this.#sums,
        cosine: this.#startCosine,
        sine: this.#startSine,
        sampleCount: this.#tickSamples,
        missing: this.#rejected > 0 ? this.#missing : undefined
      },
      { noiseByTone, noiseByConstant: 20 * noiseByTone }
    )
    this.#tracker.take(this.#fit.products, this.#sums, {
      sampleCount: this.#tickSamples,
      noise,
      tonePower: noise / noiseByTone
    })
    const level = Math.sqrt(power) + 1e-9
    const noiseFeature = 0.25 * Math.log((noise + 1e-6 * power) / (power + 1e-12))
    for (let tone = 0; tone < toneCount; tone += 1) this.#describe(tone, level, noiseFeature)
  }

  #describe(tone: number, level: number, noiseFeature: number): void {
    const toneCount = this.#turns.length
    const fit = this.#fit
    const tracker = this.#tracker
    const size = Math.hypot(tracker.inPhase[tone], tracker.quadrature[tone])
    const unitI = size > 1e-12 ? tracker.inPhase[tone] / size : 1
    const unitQ = size > 1e-12 ? tracker.quadrature[tone] / size : 0
    let at = tone * jointFeatureCount
    const { features, frame } = this
    for (let memory = 0; memory < memories.length; memory += 1) {
      const from = memory * toneCount + tone
      const inPhase = fit.inPhase[from]
      const quadrature = fit.quadrature[from]
      features[at++] = limited((2 * (inPhase * unitI + quadrature * unitQ)) / level)
      features[at++] = limited((2 * (quadrature * unitI - inPhase * unitQ)) / level)
      features[at++] = Math.sqrt(fit.unsure[from])
    }
    features[at++] = limited((2 * size) / level)
    features[at++] = Math.sqrt(tracker.unsure[tone])
    features[at++] = limited(tracker.turn[tone] * this.#samplesPerSpacing)
    features[at++] = Math.sqrt(tracker.unsureTurn[tone])
    const last = this.#lastFrame
    features[at++] = 3 * (unitQ * last[2 * tone] - unitI * last[2 * tone + 1])
    features[at++] = noiseFeature
    features[at] = 4 * (this.#rejected / this.#tickSamples)
    last[2 * tone] = unitI
    last[2 * tone + 1] = unitQ
    frame[3 * tone] = unitI * level
    frame[3 * tone + 1] = unitQ * level
    frame[3 * tone + 2] = size / level
  }
}

/** What the network should answer for the pair (I, Q) that is true, seen from a tone's frame. */
export function pairToAnswer(
  frame: Float64Array,
  tone: number,
  inPhase: number,
  quadrature: number
): readonly [number, number] {
  const [frameI, frameQ, size] = frame.subarray(3 * tone, 3 * tone + 3)
  const square = frameI * frameI + frameQ * frameQ
  // Nothing but lost samples yet: no answer means anything.
  if (square < 1e-12) return [0, 0]
  return [
    limited((inPhase * frameI + quadrature * frameQ) / square - size),
    limited((quadrature * frameI - inPhase * frameQ) / square)
  ]
}

/** The pair (I, Q) that an answer means. */
export function answerToPair(
  frame: Float64Array,
  tone: number,
  along: number,
  across: number
): readonly [number, number] {
  const [frameI, frameQ, size] = frame.subarray(3 * tone, 3 * tone + 3)
  return [(along + size) * frameI - across * frameQ, across * frameI + (along + size) * frameQ]
}

/** The first samples can be far smaller than the tones: what is measured in their level must not flood a network. */
function limited(value: number): number {
  return Math.min(4, Math.max(-4, value))
}

interface Buffers {
  readonly cosines: readonly Float64Array[]
  readonly sines: readonly Float64Array[]
  readonly values: Float64Array
  readonly forecast: Float64Array
}

function buffersOf(toneCount: number, length: number): Buffers {
  const make = () => new Float64Array(length)
  const lanes = () => Array.from({ length: toneCount }, make)
  return { cosines: lanes(), sines: lanes(), values: make(), forecast: make() }
}
