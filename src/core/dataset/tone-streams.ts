/**
 * Endless training streams: noisy mixes at the signal's rate, brought down to the network's ticks, with random restarts.
 *
 * Knows nothing of networks. Each stream is one mix with one wanted tone; the target is that tone as an analytic
 * signal (sine and cosine part) at the place of the tick, so that the front end's delay is the network's to undo.
 */
import { TickDecimator } from '../filters/tick-decimator'
import type { Random } from '../random'
import { restoreState, saveState, type StatePort } from '../state-port'
import type { Hertz, Seconds } from '../units'

export interface StreamTask {
  readonly sampleRate: Hertz
  readonly modelRate: Hertz
  readonly frequenciesHz: readonly Hertz[]
  /** Standard deviation of the white noise on the mix; drawn between the two for each stream. */
  readonly noise: readonly [low: number, high: number]
  readonly amplitude: readonly [low: number, high: number]
  /** How long a stream lives on average before it starts anew with other tones. */
  readonly meanLife: Seconds
  readonly inputScale: number
  readonly targetScale: number
}

export interface StreamBlock {
  readonly input: Float32Array // [streams, ticks, 1 + tones]
  readonly target: Float32Array // [streams, ticks, 2]
  /** Streams that start anew with this block: their carried state must be zero. */
  readonly restarted: Uint8Array // [streams]
  /** Of targets that are a correction: what they mean in the mix. Absent where a target is the tone itself. */
  readonly tone?: {
    /** Size in the mix of an answer of 1. */
    readonly scale: Float32Array // [streams, ticks]
    /** Squared size of the true tone. */
    readonly power: Float32Array // [streams, ticks]
  }
}

/** All streams in the middle of their lives: what each was drawn to be, as JSON, and their numbers. */
export interface StreamsState {
  readonly recipes: readonly unknown[]
  readonly numbers: Float64Array
}

interface Stream {
  /** Sine and cosine part of each tone as it stands in the mix, at the next sample. */
  readonly sine: Float64Array
  readonly cosine: Float64Array
  readonly decimator: TickDecimator
  noise: number
  selector: number
}

export class ToneStreams {
  readonly featureCount: number
  readonly #task: StreamTask
  readonly #random: Random
  readonly #streams: Stream[]
  readonly #turnSine: number[]
  readonly #turnCosine: number[]
  readonly #samplesPerTick: number
  #isFirst = true

  constructor(task: StreamTask, streamCount: number, random: Random) {
    this.#task = task
    this.#random = random
    this.#samplesPerTick = task.sampleRate / task.modelRate
    if (!Number.isInteger(this.#samplesPerTick)) {
      throw new RangeError(
        `Training needs a sample rate that is a multiple of the model rate. Received: ${task.sampleRate} and ${task.modelRate} Hz.`
      )
    }
    this.featureCount = 1 + task.frequenciesHz.length
    const turns = task.frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / task.sampleRate)
    this.#turnSine = turns.map(Math.sin)
    this.#turnCosine = turns.map(Math.cos)
    const toneCount = turns.length
    this.#streams = Array.from({ length: streamCount }, () => ({
      sine: new Float64Array(toneCount),
      cosine: new Float64Array(toneCount),
      decimator: new TickDecimator(this.#samplesPerTick),
      noise: 0,
      selector: 0
    }))
  }

  /** The next `tickCount` ticks of every stream. */
  next(tickCount: number): StreamBlock {
    const { meanLife, modelRate } = this.#task
    const streamCount = this.#streams.length
    const input = new Float32Array(streamCount * tickCount * this.featureCount)
    const target = new Float32Array(streamCount * tickCount * 2)
    const restarted = new Uint8Array(streamCount)
    const restartShare = tickCount / modelRate / meanLife
    this.#streams.forEach((stream, index) => {
      if (this.#isFirst || this.#random.uniform() < restartShare) {
        this.#restart(stream)
        restarted[index] = 1
      }
      for (let tick = 0; tick < tickCount; tick += 1) this.#fillTick(stream, index * tickCount + tick, input, target)
    })
    this.#isFirst = false
    return { input, target, restarted }
  }

  /** Everything that `next` depends on, for a break. */
  get state(): StreamsState {
    return { recipes: [], numbers: saveState(this) }
  }

  /** Go on where a state was taken. Throws RangeError if it is of other streams. */
  restore({ numbers }: StreamsState): void {
    restoreState(numbers, this)
  }

  exchange(port: StatePort): void {
    this.#random.exchange(port)
    this.#isFirst = port.boolean(this.#isFirst)
    for (const stream of this.#streams) {
      port.array(stream.sine)
      port.array(stream.cosine)
      stream.decimator.exchange(port)
      stream.noise = port.number(stream.noise)
      stream.selector = port.number(stream.selector)
    }
  }

  #restart(stream: Stream): void {
    const { amplitude, noise, frequenciesHz } = this.#task
    const random = this.#random
    stream.decimator.reset()
    stream.noise = random.uniform(noise[0], noise[1])
    stream.selector = random.integer(frequenciesHz.length)
    for (let tone = 0; tone < frequenciesHz.length; tone += 1) {
      const size = random.uniform(amplitude[0], amplitude[1]) / frequenciesHz.length
      const phase = random.uniform(0, 2 * Math.PI)
      stream.sine[tone] = size * Math.sin(phase)
      stream.cosine[tone] = size * Math.cos(phase)
    }
  }

  #fillTick(stream: Stream, place: number, input: Float32Array, target: Float32Array): void {
    const { inputScale, targetScale } = this.#task
    const { sine, cosine, decimator, noise, selector } = stream
    const random = this.#random
    let tick = NaN
    for (let count = 0; count < this.#samplesPerTick; count += 1) {
      let sample = noise * random.normal()
      for (let tone = 0; tone < sine.length; tone += 1) {
        sample += sine[tone]
        const turned = sine[tone] * this.#turnCosine[tone] + cosine[tone] * this.#turnSine[tone]
        cosine[tone] = cosine[tone] * this.#turnCosine[tone] - sine[tone] * this.#turnSine[tone]
        sine[tone] = turned
      }
      tick = decimator.push(sample)
    }
    input[place * this.featureCount] = tick * inputScale
    input[place * this.featureCount + 1 + selector] = 1
    // The tones stand at the sample after the tick, which lies half a sample back: tickToSample.
    const back = -Math.PI * (this.#task.frequenciesHz[selector] / this.#task.sampleRate)
    target[place * 2] = (sine[selector] * Math.cos(back) + cosine[selector] * Math.sin(back)) * targetScale
    target[place * 2 + 1] = (cosine[selector] * Math.cos(back) - sine[selector] * Math.sin(back)) * targetScale
  }
}
