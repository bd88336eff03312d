/**
 * Endless training streams for the universal filter: random tones, one of them wanted, as a lock-in bank delivers them.
 *
 * Everything is measured in the least spacing between wanted tones, called the spacing: with it all frequencies, rates
 * and times scale, so a network trained here serves signals of any rate. Knows nothing of networks.
 */
import { LockInBank } from '../filters/lock-in'
import type { Random } from '../random'
import { drawFrequencies } from './draw-frequencies'
import type { StreamBlock } from './tone-streams'

export interface LockInTask {
  /** Ticks of the network in the time of one period of the spacing. */
  readonly ticksPerSpacing: number
  readonly samplesPerTick: number
  readonly toneCount: number
  /** Range of the tones, in spacings. */
  readonly frequencies: readonly [low: number, high: number]
  readonly amplitude: readonly [low: number, high: number]
  /** How often a tone is missing, the wanted one too: the filter must answer silence then. */
  readonly absentShare: number
  /** White noise on the mix, as its standard deviation at a thousand samples in the time of a spacing. */
  readonly noise: readonly [low: number, high: number]
  /** How long a stream lives on average, in periods of the spacing. */
  readonly meanLife: number
  readonly inputScale: number
  readonly targetScale: number
}

interface Stream {
  bank: LockInBank
  readonly sine: Float64Array
  readonly cosine: Float64Array
  readonly turnSine: Float64Array
  readonly turnCosine: Float64Array
  noise: number
  inPhase: number
  quadrature: number
}

export const lockInFeatureCount = 2

export class LockInStreams {
  readonly featureCount = lockInFeatureCount
  readonly #task: LockInTask
  readonly #random: Random
  readonly #streams: Stream[]
  readonly #samplesPerSpacing: number
  #isFirst = true

  constructor(task: LockInTask, streamCount: number, random: Random) {
    this.#task = task
    this.#random = random
    this.#samplesPerSpacing = task.samplesPerTick * task.ticksPerSpacing
    const make = () => new Float64Array(task.toneCount)
    this.#streams = Array.from({ length: streamCount }, () => ({
      bank: new LockInBank({ turns: [0], samplesPerTick: task.samplesPerTick }),
      ...{ sine: make(), cosine: make(), turnSine: make(), turnCosine: make() },
      ...{ noise: 0, inPhase: 0, quadrature: 0 }
    }))
  }

  /** The next `tickCount` ticks of every stream: input [streams, ticks, 2], target [streams, ticks, 2]. */
  next(tickCount: number): StreamBlock {
    const streamCount = this.#streams.length
    const input = new Float32Array(streamCount * tickCount * 2)
    const target = new Float32Array(streamCount * tickCount * 2)
    const restarted = new Uint8Array(streamCount)
    const restartShare = tickCount / this.#task.ticksPerSpacing / this.#task.meanLife
    this.#streams.forEach((stream, index) => {
      if (this.#isFirst || this.#random.uniform() < restartShare) {
        this.#restart(stream)
        restarted[index] = 1
      }
      for (let tick = 0; tick < tickCount; tick += 1)
        this.#fillTick(stream, (index * tickCount + tick) * 2, input, target)
    })
    this.#isFirst = false
    return { input, target, restarted }
  }

  #restart(stream: Stream): void {
    const { amplitude, noise, toneCount, absentShare, targetScale, samplesPerTick } = this.#task
    const random = this.#random
    const [low, high] = this.#task.frequencies
    const frequencies = drawFrequencies(random, { low, high, count: toneCount, spacing: 1 })
    const wanted = random.integer(toneCount)
    for (let tone = 0; tone < toneCount; tone += 1) {
      const isAbsent = random.uniform() < absentShare
      const size = isAbsent ? 0 : random.uniform(amplitude[0], amplitude[1]) / toneCount
      const phase = random.uniform(0, 2 * Math.PI)
      const turn = (2 * Math.PI * frequencies[tone]) / this.#samplesPerSpacing
      stream.sine[tone] = size * Math.sin(phase)
      stream.cosine[tone] = size * Math.cos(phase)
      stream.turnSine[tone] = Math.sin(turn)
      stream.turnCosine[tone] = Math.cos(turn)
      if (tone !== wanted) continue
      stream.inPhase = size * Math.sin(phase) * targetScale
      stream.quadrature = size * Math.cos(phase) * targetScale
      stream.bank = new LockInBank({ turns: [turn], samplesPerTick })
    }
    stream.noise = random.uniform(noise[0], noise[1]) * Math.sqrt(this.#samplesPerSpacing / 1000)
  }

  #fillTick(stream: Stream, place: number, input: Float32Array, target: Float32Array): void {
    const { inputScale } = this.#task
    const { sine, cosine, turnSine, turnCosine, bank, noise } = stream
    let complete = false
    while (!complete) {
      let sample = noise * this.#random.normal()
      for (let tone = 0; tone < sine.length; tone += 1) {
        sample += sine[tone]
        const turned = sine[tone] * turnCosine[tone] + cosine[tone] * turnSine[tone]
        cosine[tone] = cosine[tone] * turnCosine[tone] - sine[tone] * turnSine[tone]
        sine[tone] = turned
      }
      complete = bank.push(sample)
    }
    input[place] = bank.inPhase[0] * inputScale
    input[place + 1] = bank.quadrature[0] * inputScale
    target[place] = stream.inPhase
    target[place + 1] = stream.quadrature
  }
}
