/**
 * Endless training streams for a network behind the joint fit: random tones with what goes wrong with real signals.
 *
 * Each stream is one mix whose wanted tones give a row of the batch each. Everything is measured in the least spacing
 * between wanted tones, called the spacing: with it all frequencies, rates and times scale, so that a network trained
 * here serves signals of any rate. Knows nothing of networks.
 */
import { JointFrontEnd, jointFeatureCount, pairToAnswer } from '../filters/joint-front-end'
import type { Random } from '../random'
import { restoreState, saveState, type StatePort } from '../state-port'
import { AmplitudeWalk, DriftWalk, DropoutGate, ImpulseNoise, type Degradations } from '../signal/degradations'
import { drawFrequencies } from './draw-frequencies'
import type { StreamBlock, StreamsState } from './tone-streams'

type Range = readonly [low: number, high: number]

/** Tones of a mix for a network that takes any frequencies. */
export const drawnToneCount = 4

/** How often a degradation is in a stream, and how strong; times in periods of the spacing. */
export interface DegradationOdds {
  readonly impulses: { readonly odds: number; readonly share: Range; readonly size: Range }
  readonly dropouts: { readonly odds: number; readonly share: Range; readonly meanLength: Range }
  readonly drift: { readonly odds: number; readonly range: Range; readonly perRootLength: Range }
  readonly steps: { readonly odds: number; readonly meanLength: Range; readonly factor: Range }
}

export interface JointTask {
  readonly samplesPerSpacing: number
  readonly ticksPerSpacing: number
  readonly toneCount: number
  /** In spacings: these, or drawn from the range for each stream, at least one apart. */
  readonly frequencies:
    { readonly kind: 'fixed'; readonly values: readonly number[] } | { readonly kind: 'drawn'; readonly range: Range }
  readonly amplitude: Range
  /** How often a tone is missing, a wanted one too: the filter must answer silence then. */
  readonly absentShare: number
  /** How often there is one more tone that nobody wants. Of drawn frequencies only. */
  readonly strangerShare: number
  /** White noise on the mix, as its standard deviation at a thousand samples in the time of a spacing. */
  readonly noise: Range
  readonly degradations?: DegradationOdds
  /** How long a stream lives on average, in periods of the spacing. */
  readonly meanLife: number
}

interface Tone {
  /** The wanted tone's row, or -1 for one that nobody wants. */
  readonly row: number
  readonly turn: number
  readonly size: number
  phase: number
  readonly drift?: DriftWalk
  readonly steps?: AmplitudeWalk
}

/** What a stream was drawn to be; all else of it is its running state. */
interface StreamRecipe {
  readonly tones: readonly Pick<Tone, 'row' | 'turn' | 'size'>[]
  readonly degradations: Degradations
  readonly noise: number
}

interface Stream {
  recipe: StreamRecipe
  frontEnd: JointFrontEnd
  tones: Tone[]
  noise: number
  impulses?: ImpulseNoise
  dropouts?: DropoutGate
  sample: number
}

export class JointStreams {
  readonly featureCount = jointFeatureCount
  readonly #task: JointTask
  readonly #random: Random
  readonly #streams: Stream[]
  #isFirst = true
  #samples = new Float64Array(64)

  /** `rowCount` is a multiple of the number of tones. */
  constructor(task: JointTask, rowCount: number, random: Random) {
    if (rowCount % task.toneCount !== 0) {
      throw new RangeError(`Expected a batch that is a multiple of ${task.toneCount} tones. Received: ${rowCount}.`)
    }
    this.#task = task
    this.#random = random
    this.#streams = Array.from({ length: rowCount / task.toneCount }, () => this.#makeStream())
  }

  /** The next `tickCount` ticks of every row: input [rows, ticks, features], target [rows, ticks, 2]. */
  next(tickCount: number): StreamBlock {
    const { toneCount, ticksPerSpacing, meanLife } = this.#task
    const rowCount = this.#streams.length * toneCount
    const input = new Float32Array(rowCount * tickCount * jointFeatureCount)
    const target = new Float32Array(rowCount * tickCount * 2)
    const tone = { scale: new Float32Array(rowCount * tickCount), power: new Float32Array(rowCount * tickCount) }
    const restarted = new Uint8Array(rowCount)
    const restartShare = tickCount / ticksPerSpacing / meanLife
    this.#streams.forEach((stream, index) => {
      const row = index * toneCount
      if (this.#isFirst || this.#random.uniform() < restartShare) {
        if (!this.#isFirst) Object.assign(stream, this.#makeStream())
        restarted.fill(1, row, row + toneCount)
      }
      for (let tick = 0; tick < tickCount; tick += 1) {
        this.#fillTick(stream, { row, tick, tickCount }, { input, target, tone })
      }
    })
    this.#isFirst = false
    return { input, target, restarted, tone }
  }

  /** Everything that `next` depends on, for a break. */
  get state(): StreamsState {
    return { recipes: this.#streams.map(({ recipe }) => recipe), numbers: saveState(this.#progress()) }
  }

  /** Go on where a state was taken. Throws RangeError if it is of other streams. */
  restore({ recipes: saved, numbers }: StreamsState): void {
    const recipes = saved as readonly StreamRecipe[]
    if (recipes.length !== this.#streams.length)
      throw new RangeError(`Expected ${this.#streams.length} saved streams. Received: ${recipes.length}.`)
    // Making them draws from the generator; its own state comes back with the numbers.
    recipes.forEach(({ tones, degradations, noise }, index) => {
      const made = tones.map((tone) => this.#makeTone({ ...tone, phase: 0 }, degradations))
      Object.assign(this.#streams[index], this.#assemble(made, degradations, noise))
    })
    restoreState(numbers, this.#progress())
  }

  #progress() {
    const exchange = (port: StatePort) => {
      this.#random.exchange(port)
      this.#isFirst = port.boolean(this.#isFirst)
      for (const stream of this.#streams) {
        stream.frontEnd.exchange(port)
        for (const tone of stream.tones) {
          tone.phase = port.number(tone.phase)
          tone.drift?.exchange(port)
          tone.steps?.exchange(port)
        }
        stream.dropouts?.exchange(port)
        stream.sample = port.number(stream.sample)
      }
    }
    return { exchange }
  }

  #makeStream(): Stream {
    const { toneCount, samplesPerSpacing, amplitude, noise, absentShare } = this.#task
    const random = this.#random
    const wanted = this.#drawTones()
    const degradations = this.#drawDegradations()
    const tones = wanted.map(({ frequency, row }) => {
      const isAbsent = random.uniform() < absentShare
      const size = isAbsent ? 0 : random.uniform(amplitude[0], amplitude[1]) / toneCount
      const phase = random.uniform(0, 2 * Math.PI)
      return this.#makeTone({ row, turn: (2 * Math.PI * frequency) / samplesPerSpacing, size, phase }, degradations)
    })
    return this.#assemble(tones, degradations, random.uniform(noise[0], noise[1]) * Math.sqrt(samplesPerSpacing / 1000))
  }

  #makeTone(given: Pick<Tone, 'row' | 'turn' | 'size' | 'phase'>, { drift, steps }: Degradations): Tone {
    const { ticksPerSpacing } = this.#task
    return {
      ...given,
      drift: drift && new DriftWalk(drift, ticksPerSpacing, this.#random),
      steps: steps && new AmplitudeWalk(steps, ticksPerSpacing, this.#random)
    }
  }

  #assemble(tones: Tone[], degradations: Degradations, noise: number): Stream {
    const { toneCount, samplesPerSpacing, ticksPerSpacing } = this.#task
    const random = this.#random
    const turns = tones.filter(({ row }) => row >= 0).map(({ turn }) => turn)
    return {
      recipe: { tones: tones.map(({ row, turn, size }) => ({ row, turn, size })), degradations, noise },
      frontEnd: new JointFrontEnd({ turns, samplesPerSpacing, ticksPerSpacing }),
      tones,
      noise,
      impulses: degradations.impulses && new ImpulseNoise(degradations.impulses, toneCount, random),
      dropouts: degradations.dropouts && new DropoutGate(degradations.dropouts, samplesPerSpacing, random),
      sample: 0
    }
  }

  #drawTones(): { frequency: number; row: number }[] {
    const { frequencies, toneCount, strangerShare } = this.#task
    if (frequencies.kind === 'fixed') return frequencies.values.map((frequency, row) => ({ frequency, row }))
    const random = this.#random
    const [low, high] = frequencies.range
    const hasStranger = random.uniform() < strangerShare
    const drawn = drawFrequencies(random, { low, high, count: toneCount + (hasStranger ? 1 : 0), spacing: 1 })
    const stranger = hasStranger ? random.integer(drawn.length) : -1
    let row = 0
    return [...drawn].map((frequency, index) => ({ frequency, row: index === stranger ? -1 : row++ }))
  }

  /** What is wrong with one stream; lengths in spacings take the place of seconds. */
  #drawDegradations(): Degradations {
    const { degradations } = this.#task
    if (!degradations) return {}
    const random = this.#random
    const { impulses, dropouts, drift, steps } = degradations
    const draw = ([low, high]: Range) => random.uniform(low, high)
    return {
      ...(random.uniform() < impulses.odds && { impulses: { share: draw(impulses.share), size: draw(impulses.size) } }),
      ...(random.uniform() < dropouts.odds && {
        dropouts: { share: draw(dropouts.share), meanSeconds: draw(dropouts.meanLength) }
      }),
      ...(random.uniform() < drift.odds && {
        drift: { range: draw(drift.range), perRootSecond: draw(drift.perRootLength) }
      }),
      ...(random.uniform() < steps.odds && {
        steps: { meanSeconds: draw(steps.meanLength), low: steps.factor[0], high: steps.factor[1] }
      })
    }
  }

  #fillTick(
    stream: Stream,
    place: { row: number; tick: number; tickCount: number },
    { input, target, tone }: Required<Omit<StreamBlock, 'restarted'>>
  ): void {
    const { frontEnd, tones } = stream
    const count = frontEnd.samplesToTick
    if (this.#samples.length < count) this.#samples = new Float64Array(count)
    const samples = this.#samples
    for (let index = 0; index < count; index += 1) samples[index] = stream.noise * this.#random.normal()
    const pairs = tones.map((tone) => addTone(tone, samples, count, stream.sample))
    if (stream.impulses) for (let index = 0; index < count; index += 1) samples[index] += stream.impulses.next()
    if (stream.dropouts) for (let index = 0; index < count; index += 1) if (stream.dropouts.next()) samples[index] = 0
    frontEnd.push(samples, 0, count)
    stream.sample += count
    tones.forEach(({ row }, index) => {
      if (row < 0) return
      const at = (place.row + row) * place.tickCount + place.tick
      const [along, across] = pairToAnswer(frontEnd.frame, row, pairs[index].inPhase, pairs[index].quadrature)
      target[2 * at] = along
      target[2 * at + 1] = across
      const { inPhase, quadrature } = pairs[index]
      tone.power[at] = inPhase * inPhase + quadrature * quadrature
      tone.scale[at] = Math.hypot(frontEnd.frame[3 * row], frontEnd.frame[3 * row + 1])
      const features = frontEnd.features.subarray(row * jointFeatureCount, (row + 1) * jointFeatureCount)
      input.set(features, at * jointFeatureCount)
    })
  }
}

/** Adds a tone to one tick of samples; returns its pair (I, Q) in the middle of the tick to come, relative to its nominal carrier. */
function addTone(
  tone: Tone,
  samples: Float64Array,
  count: number,
  sample: number
): { inPhase: number; quadrature: number } {
  const size = tone.size * (tone.steps?.next() ?? 1)
  const drift = tone.turn * (tone.drift?.next() ?? 0)
  const cycles = (tone.turn * sample) / (2 * Math.PI)
  const start = 2 * Math.PI * (cycles - Math.floor(cycles)) + tone.phase
  const [turnSine, turnCosine] = [Math.sin(tone.turn + drift), Math.cos(tone.turn + drift)]
  let sine = size * Math.sin(start)
  let cosine = size * Math.cos(start)
  for (let index = 0; index < count; index += 1) {
    samples[index] += sine
    const turned = sine * turnCosine + cosine * turnSine
    cosine = cosine * turnCosine - sine * turnSine
    sine = turned
  }
  tone.phase += drift * count
  const middle = tone.phase + (drift * count) / 2
  return { inPhase: size * Math.sin(middle), quadrature: size * Math.cos(middle) }
}
