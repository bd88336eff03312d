/**
 * Take out samples that cannot be true: lost ones and impulses.
 *
 * A sample is lost if it is no number, or zero behind a zero or before all else, until so many are that silence is the
 * simpler explanation. It is an impulse if it is further from its forecast than the noise explains and than a good part of
 * the signal's own level, unless that happens so often that the forecast must be wrong. Knows nothing of tones.
 */
import type { StatePort } from '../state-port'

/** In standard deviations of the noise: Gaussian noise goes beyond it once in two thousand samples. */
const impulseThreshold = 3.5
/**
 * And at least so much of the signal's effective value. Where there is hardly any noise the forecast is what is wrong: by a
 * thousandth on a clean tone, which is many deviations of no noise at all.
 */
const leastImpulse = 0.5
/** More impulses than this, as a share of the recent samples, are the signal itself. */
const longestImpulseShare = 0.12
/** So many samples are looked at before any is called an impulse. */
const learningSamples = 8

export class SampleScreen {
  /** The places of the samples that the last call took out. */
  readonly rejected: Int32Array
  readonly #memory: number
  readonly #longestGap: number
  #noiseVariance = 0
  #power = 0
  #count = 0
  #impulseShare = 0
  #zeros = 0

  /** Noise is measured over about `memory` samples; a gap of more than `longestGap` is silence. */
  constructor(given: { memory: number; longestGap: number; blockLength: number }) {
    this.#memory = given.memory
    this.#longestGap = given.longestGap
    this.rejected = new Int32Array(given.blockLength)
  }

  /** Whether so many samples were believed that the figures below mean something. */
  get isReady(): boolean {
    return this.#count > learningSamples
  }

  /** Variance of the samples about their forecast, impulses left out. */
  get noiseVariance(): number {
    return this.#noiseVariance
  }

  /** Mean square of the samples that were believed. */
  get power(): number {
    return this.#power
  }

  /** Set to zero what should not be believed, and return how many that are; their places stand in `rejected`. */
  screen(samples: Float64Array, forecast: Float64Array, count: number): number {
    const { rejected } = this
    let rejectedCount = 0
    let zeros = this.#zeros
    let noiseVariance = this.#noiseVariance
    let power = this.#power
    let impulseShare = this.#impulseShare
    const impulseRate = 4 / this.#memory
    for (let index = 0; index < count; index += 1) {
      const sample = samples[index]
      zeros = sample === 0 ? zeros + 1 : 0
      const isGap = zeros > 0 && zeros <= this.#longestGap && (zeros > 1 || power === 0)
      if (!(Math.abs(sample) < Infinity) || isGap) {
        samples[index] = 0
        rejected[rejectedCount++] = index
        continue
      }
      this.#count += 1
      const share = this.#count < this.#memory ? 1 / this.#count : 1 / this.#memory
      const error = sample - forecast[index]
      const square = error * error
      const limit = impulseThreshold * impulseThreshold * noiseVariance
      const isFar = square > limit && square > leastImpulse * leastImpulse * power
      if (isFar && this.#count > learningSamples) {
        impulseShare += impulseRate * (1 - impulseShare)
        noiseVariance += share * (limit - noiseVariance)
        if (impulseShare < longestImpulseShare) {
          samples[index] = 0
          rejected[rejectedCount++] = index
          continue
        }
      } else {
        impulseShare -= impulseRate * impulseShare
        noiseVariance += share * (square - noiseVariance)
      }
      power += share * (sample * sample - power)
    }
    this.#zeros = zeros
    this.#noiseVariance = noiseVariance
    this.#power = power
    this.#impulseShare = impulseShare
    return rejectedCount
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    this.#noiseVariance = port.number(this.#noiseVariance)
    this.#power = port.number(this.#power)
    this.#count = port.number(this.#count)
    this.#impulseShare = port.number(this.#impulseShare)
    this.#zeros = port.number(this.#zeros)
  }

  reset(): void {
    this.#noiseVariance = 0
    this.#power = 0
    this.#count = 0
    this.#impulseShare = 0
    this.#zeros = 0
  }
}
