/**
 * A Bode plot measured: any filter of tones asked by steady sines and by a sweep, and by what only a filter that is not
 * linear answers differently. Knows nothing of networks: a filter is a function from an input to its answers.
 */
import {
  amplitudeToDecibels,
  decibelsToAmplitude,
  radiansToDegrees,
  type Decibels,
  type Hertz,
  type Seconds
} from '../units'
import { sampledSpacingOf } from '../filters/rivals/define'
import { responseOf, type Section } from '../filters/sections'
import type { ToneTask } from '../filters/tone-filter'
import { analyseSine, analyseSweep, groupDelays, intermodulationDb, superpositionErrorDb } from './analyse'
import { bodeFrequencies, chirp, steadySine, steadyTones, twoParts } from './stimuli'

export interface BodePoint {
  readonly frequencyHz: Hertz
  readonly gainDb: Decibels
  readonly phaseDegrees: number
  readonly groupDelaySeconds: Seconds
}

export interface SteppedPoint extends BodePoint {
  /** Power of the harmonics over that of the sine. */
  readonly thdDb: Decibels
}

export interface LevelPoint {
  /** Against the level of everything else that is measured here. */
  readonly levelDb: Decibels
  readonly gainDb: Decibels
  readonly phaseDegrees: number
}

export interface SelectorBode {
  readonly frequencyHz: Hertz
  readonly stepped: readonly SteppedPoint[]
  readonly sweep: readonly BodePoint[]
  /** Harmonics at the selector's own tone. */
  readonly thdDb: Decibels
  /** Of its tone and one a third of the spacing above. */
  readonly intermodulationDb: Decibels
  /** The answer to a tone alone and to the rest alone, against the answer to both. */
  readonly superpositionErrorDb: Decibels
  /** At the selector's own tone. */
  readonly levels: readonly LevelPoint[]
}

/** Answers of all selectors to an input, from a cold start. */
export type Answer = (input: Float32Array) => Promise<readonly ArrayLike<number>[]>

/** Levels at which the gain is compared. */
const levelsDb = [-20, -10, 0, 10, 20]
/** Where the second tone of the intermodulation stands, in spacings: its products fall on no tone. */
const secondTone = 0.37

/** How many inputs `measureBode` asks for. */
export function bodeStepCount(task: ToneTask): number {
  const { length } = task.frequenciesHz
  return bodeFrequencies(task).length + 1 + length * (levelsDb.length + 1 + 3)
}

/** `amplitude` is that of a tone as it usually stands in the mix. */
export async function measureBode(task: ToneTask, amplitude: number, answer: Answer): Promise<SelectorBode[]> {
  const frequencies = bodeFrequencies(task)
  const steppedOf = await stepSines(task, amplitude, frequencies, answer)
  const sweepOf = await sweepOnce(task, amplitude, frequencies, answer)
  const selectors: SelectorBode[] = []
  for (const [selector, frequencyHz] of task.frequenciesHz.entries()) {
    const levels: LevelPoint[] = []
    let thdDb = NaN
    for (const levelDb of levelsDb) {
      const asked = { frequencyHz, amplitude: amplitude * decibelsToAmplitude(levelDb) }
      const stimulus = steadySine(task, frequencyHz, asked.amplitude)
      const found = analyseSine(task, asked, stimulus, (await answer(stimulus.samples))[selector])
      if (levelDb === 0) thdDb = found.thdDb
      const { gain, phaseRadians } = found
      levels.push({ levelDb, gainDb: amplitudeToDecibels(gain), phaseDegrees: radiansToDegrees(phaseRadians) })
    }
    selectors.push({
      ...{ frequencyHz, stepped: steppedOf[selector], sweep: sweepOf[selector], thdDb, levels },
      intermodulationDb: await askTwoTones(task, selector, amplitude, answer),
      superpositionErrorDb: await askParts(task, selector, amplitude, answer)
    })
  }
  return selectors
}

async function stepSines(
  task: ToneTask,
  amplitude: number,
  frequencies: readonly Hertz[],
  answer: Answer
): Promise<SteppedPoint[][]> {
  const found: ReturnType<typeof analyseSine>[][] = task.frequenciesHz.map(() => [])
  for (const frequencyHz of frequencies) {
    const stimulus = steadySine(task, frequencyHz, amplitude)
    const answers = await answer(stimulus.samples)
    answers.forEach((output, selector) =>
      found[selector].push(analyseSine(task, { frequencyHz, amplitude }, stimulus, output))
    )
  }
  return found.map((responses) => {
    const delays = groupDelays(responses)
    return responses.map(({ frequencyHz, gain, phaseRadians, thdDb }, index) => ({
      ...{ frequencyHz, gainDb: amplitudeToDecibels(gain), phaseDegrees: radiansToDegrees(phaseRadians) },
      ...{ groupDelaySeconds: delays[index], thdDb }
    }))
  })
}

async function sweepOnce(
  task: ToneTask,
  amplitude: number,
  frequencies: readonly Hertz[],
  answer: Answer
): Promise<BodePoint[][]> {
  // Wider than what is read, so that the rounded ends stand outside.
  const highHz = Math.min(frequencies[frequencies.length - 1] * 1.5, 0.49 * task.sampleRate)
  const input = chirp(task, { lowHz: frequencies[0] / 1.5, highHz, amplitude })
  const answers = await answer(input)
  return answers.map((output) =>
    frequencies.map((frequency) => {
      const { gain, phaseRadians, groupDelaySeconds } = analyseSweep(task, frequency, input, output)
      return {
        ...{ frequencyHz: frequency, gainDb: amplitudeToDecibels(gain) },
        ...{ phaseDegrees: radiansToDegrees(phaseRadians), groupDelaySeconds }
      }
    })
  )
}

async function askTwoTones(task: ToneTask, selector: number, amplitude: number, answer: Answer): Promise<Decibels> {
  const firstHz = task.frequenciesHz[selector]
  const secondHz = firstHz + secondTone * sampledSpacingOf(task)
  const tones = [firstHz, secondHz].map((frequencyHz) => ({ frequencyHz, amplitude }))
  const stimulus = steadyTones(task, tones)
  return intermodulationDb(task, { firstHz, secondHz }, stimulus, (await answer(stimulus.samples))[selector])
}

async function askParts(task: ToneTask, selector: number, amplitude: number, answer: Answer): Promise<Decibels> {
  const [first, second] = twoParts(task, selector, amplitude)
  const whole = first.map((value, n) => value + second[n])
  const answers: ArrayLike<number>[] = []
  for (const input of [whole, first, second]) answers.push((await answer(input))[selector])
  return superpositionErrorDb(answers[0], answers[1], answers[2])
}

/** The plot of a linear filter in closed form. */
export function closedForm(
  sections: readonly Section[],
  sampleRate: Hertz,
  frequencies: readonly Hertz[]
): BodePoint[] {
  const phaseAt = (frequency: Hertz) => {
    const { re, im } = responseOf(sections, (2 * Math.PI * frequency) / sampleRate)
    return { gain: Math.hypot(re, im), phase: Math.atan2(im, re) }
  }
  return frequencies.map((frequencyHz) => {
    const { gain, phase } = phaseAt(frequencyHz)
    const step = 1e-5 * frequencyHz
    const turned = phaseAt(frequencyHz - step).phase - phaseAt(frequencyHz + step).phase
    const whole = turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI))
    return {
      ...{ frequencyHz, gainDb: amplitudeToDecibels(gain), phaseDegrees: radiansToDegrees(phase) },
      groupDelaySeconds: whole / (4 * Math.PI * step)
    }
  })
}
