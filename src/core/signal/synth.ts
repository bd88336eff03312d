/**
 * Mixes of sinusoids with known truth: the tones that were put in come out beside the sum.
 *
 * Knows nothing of files, models or data sets. Chance comes from `Random` alone, in separate streams for the tones, the
 * noise and each jitter, so that two mixes can share their clean tones and differ in everything else.
 */
import { Random } from '../random'
import { secondsToSamples, type Hertz, type Radians, type Seconds } from '../units'
import { checkDegradations, type Degradations } from './degradations'
import { checkChain, passThrough, type MixChain } from './mix-chain'
import { InputError } from './signal'
import { toneAngle } from './tone-angle'
import { checkMotion, ToneMotion, type AmplitudeModulation, type FrequencyModulation } from './tone-motion'

export { toneAngle } from './tone-angle'

/** What is given of one tone; what is not given is drawn or usual. */
export interface ToneShape {
  /** Before the division by the number of tones. */
  readonly amplitude?: number
  readonly phaseRadians?: Radians
  readonly am?: AmplitudeModulation
  readonly fm?: FrequencyModulation
}

export interface MixRecipe extends MixChain {
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  readonly durationSeconds: Seconds
  /** Standard deviation of the white Gaussian noise on the mix, after the tones were divided by their number. */
  readonly noise: number
  /** random: amplitudes uniform in 0.8-1.2 and phases uniform in 0-2 pi; fixed: amplitude 1, phase 0. */
  readonly phase: 'fixed' | 'random'
  /** One for each frequency. Amplitudes and phases given here go before what `phase` says. */
  readonly tones?: readonly ToneShape[]
  /** j: inside the mix, each sample of each tone is multiplied by a number uniform in 1 - j to 1 + j. */
  readonly amplitudeJitter?: number
  /** j: inside the mix, each sample of each tone is off by a phase uniform in -j to +j of a cycle. */
  readonly phaseJitter?: number
  /** Drift and steps change the tones, and their truth with them; impulses and dropouts change the mix alone. */
  readonly degradations?: Degradations
  /** Decides amplitudes and phases; a whole number from 0 to 2^32 - 1. */
  readonly seed: number
  /** Decides noise and jitter; `seed` if absent. Two recipes that differ here only are training and test. */
  readonly noiseSeed?: number
}

export interface GeneratedMix {
  readonly mix: Float32Array
  /** The clean tones as they stand in the mix, that is divided by their number; modulated, but without noise, jitter and damage. */
  readonly tones: readonly Float32Array[]
  /** As drawn, before the division. */
  readonly amplitudes: readonly number[]
  readonly phasesRadians: readonly Radians[]
}

/** mix = sum of the tones / number of tones + noise, then its chain. Throws InputError where it cannot be mixed. */
export function generateMix(recipe: MixRecipe): GeneratedMix {
  checkRecipe(recipe)
  const { frequenciesHz, sampleRate, noise, seed, noiseSeed = seed, amplitudeJitter = 0, phaseJitter = 0 } = recipe
  const sampleCount = secondsToSamples(recipe.durationSeconds, sampleRate)
  const { amplitudes, phasesRadians } = drawTones(recipe)
  const randomAmplitude = Random.derive(noiseSeed, 'amplitude jitter')
  const randomPhase = Random.derive(noiseSeed, 'phase jitter')
  const randomNoise = Random.derive(noiseSeed, 'noise')

  const sum = new Float64Array(sampleCount)
  const tones = frequenciesHz.map((frequencyHz, index) => {
    const tone = new Float32Array(sampleCount)
    const motion = motionOf(recipe, index)
    let size = amplitudes[index] / frequenciesHz.length
    for (let n = 0; n < sampleCount; n += 1) {
      let angle = toneAngle({ frequencyHz, sampleRate, sample: n }) + phasesRadians[index]
      if (motion) {
        motion.next()
        angle += motion.angle
        size = (motion.factor * amplitudes[index]) / frequenciesHz.length
      }
      const clean = size * Math.sin(angle)
      tone[n] = clean
      let mixed = clean
      if (phaseJitter > 0) {
        mixed = size * Math.sin(angle + 2 * Math.PI * randomPhase.uniform(-phaseJitter, phaseJitter))
      }
      if (amplitudeJitter > 0) mixed *= randomAmplitude.uniform(1 - amplitudeJitter, 1 + amplitudeJitter)
      sum[n] += mixed
    }
    return tone
  })
  if (noise > 0) for (let n = 0; n < sampleCount; n += 1) sum[n] += noise * randomNoise.normal()
  passThrough(recipe, sum, { sampleRate, toneCount: frequenciesHz.length, seed: noiseSeed })
  return { mix: Float32Array.from(sum), tones, amplitudes, phasesRadians }
}

function motionOf({ tones, degradations = {}, frequenciesHz, sampleRate, seed }: MixRecipe, index: number) {
  const { drift, steps } = degradations
  const motion = { am: tones?.[index].am, fm: tones?.[index].fm, drift, steps }
  if (!ToneMotion.isNeeded(motion)) return undefined
  const place = { frequencyHz: frequenciesHz[index], sampleRate }
  return new ToneMotion(motion, place, (purpose) => Random.derive(seed, `${purpose} ${index}`))
}

function drawTones({ frequenciesHz, phase, tones, seed }: MixRecipe): {
  amplitudes: number[]
  phasesRadians: Radians[]
} {
  const random = Random.derive(seed, 'tones')
  const drawn = frequenciesHz.map(() => (phase === 'fixed' ? { amplitude: 1, phase: 0 } : drawTone(random)))
  return {
    amplitudes: drawn.map(({ amplitude }, index) => tones?.[index].amplitude ?? amplitude),
    phasesRadians: drawn.map((tone, index) => tones?.[index].phaseRadians ?? tone.phase)
  }
}

function drawTone(random: Random): { amplitude: number; phase: Radians } {
  const amplitude = random.uniform(0.8, 1.2)
  return { amplitude, phase: random.uniform(0, 2 * Math.PI) }
}

function checkRecipe(recipe: MixRecipe): void {
  const { frequenciesHz, sampleRate, durationSeconds, noise, seed, noiseSeed = seed } = recipe
  if (!(sampleRate > 0 && Number.isFinite(sampleRate))) {
    throw new InputError(`Expected a sample rate above 0 Hz. Received: ${sampleRate}. Give samples per second.`)
  }
  if (frequenciesHz.length === 0) throw new InputError('Expected at least one frequency. Received none.')
  for (const frequency of frequenciesHz) {
    if (!(frequency > 0 && frequency < sampleRate / 2)) {
      throw new InputError(
        `Expected frequencies above 0 and below half the sample rate, ${sampleRate / 2} Hz. Received: ${frequency} Hz. ` +
          'Lower the frequency or raise the sample rate.'
      )
    }
  }
  const sampleCount = secondsToSamples(durationSeconds, sampleRate)
  if (!(sampleCount >= 1 && sampleCount <= maxSampleCount)) {
    throw new InputError(
      `Expected a duration that holds 1 to ${maxSampleCount} samples. Received: ${durationSeconds} s at ${sampleRate} Hz.`
    )
  }
  checkDegradations(recipe.degradations ?? {})
  checkTones(recipe)
  checkChain(recipe)
  for (const [name, value] of [
    ['noise', noise],
    ['amplitude jitter', recipe.amplitudeJitter ?? 0],
    ['phase jitter', recipe.phaseJitter ?? 0]
  ] as const) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new InputError(`Expected a ${name} of 0 or more. Received: ${value}.`)
    }
  }
  for (const value of [seed, noiseSeed]) {
    if (!(Number.isInteger(value) && value >= 0 && value < 2 ** 32)) {
      throw new InputError(`Expected a seed that is a whole number from 0 to 4294967295. Received: ${value}.`)
    }
  }
}

function checkTones({ frequenciesHz, sampleRate, tones, degradations }: MixRecipe): void {
  if (tones !== undefined && tones.length !== frequenciesHz.length) {
    throw new InputError(
      `Expected one shape for each of the ${frequenciesHz.length} frequencies. Received: ${tones.length}.`
    )
  }
  frequenciesHz.forEach((frequencyHz, index) => {
    const { amplitude = 1, phaseRadians = 0, am, fm } = tones?.[index] ?? {}
    if (!(amplitude >= 0 && Number.isFinite(amplitude))) {
      throw new InputError(`Expected amplitudes of 0 or more. Received: ${amplitude} at ${frequencyHz} Hz.`)
    }
    if (!Number.isFinite(phaseRadians)) {
      throw new InputError(`Expected phases that are numbers. Received: ${phaseRadians} at ${frequencyHz} Hz.`)
    }
    checkMotion({ am, fm, drift: degradations?.drift }, { frequencyHz, sampleRate })
  })
}

/** An array of more would take 2 GiB. */
const maxSampleCount = 2 ** 29
