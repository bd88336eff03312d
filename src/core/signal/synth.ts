/**
 * Mixes of sinusoids with known truth: the tones that were put in come out beside the sum.
 *
 * Knows nothing of files, models or data sets. Chance comes from `Random` alone, in separate streams for the tones, the
 * noise and each jitter, so that two mixes can share their clean tones and differ in everything else.
 */
import { Random } from '../random'
import { secondsToSamples, type Hertz, type Radians, type Samples, type Seconds } from '../units'
import {
  AmplitudeWalk,
  checkDegradations,
  DriftWalk,
  DropoutGate,
  ImpulseNoise,
  type Degradations
} from './degradations'
import { InputError } from './signal'

export interface MixRecipe {
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  readonly durationSeconds: Seconds
  /** Standard deviation of the white Gaussian noise on the mix, after the tones were divided by their number. */
  readonly noise: number
  /** random: amplitudes uniform in 0.8-1.2 and phases uniform in 0-2 pi; fixed: amplitude 1, phase 0. */
  readonly phase: 'fixed' | 'random'
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
  /** The clean tones as they stand in the mix, that is divided by their number, without noise, jitter and damage. */
  readonly tones: readonly Float32Array[]
  /** As drawn, before the division. */
  readonly amplitudes: readonly number[]
  readonly phasesRadians: readonly Radians[]
}

/** mix = sum of the tones / number of tones + noise, then damaged. Throws InputError where the recipe cannot be mixed. */
export function generateMix(recipe: MixRecipe): GeneratedMix {
  checkRecipe(recipe)
  const { frequenciesHz, sampleRate, noise, seed, noiseSeed = seed, amplitudeJitter = 0, phaseJitter = 0 } = recipe
  const { drift, steps } = recipe.degradations ?? {}
  const sampleCount = secondsToSamples(recipe.durationSeconds, sampleRate)
  const { amplitudes, phasesRadians } = drawTones(recipe)
  const randomAmplitude = Random.derive(noiseSeed, 'amplitude jitter')
  const randomPhase = Random.derive(noiseSeed, 'phase jitter')
  const randomNoise = Random.derive(noiseSeed, 'noise')

  const sum = new Float64Array(sampleCount)
  const tones = frequenciesHz.map((frequencyHz, index) => {
    const tone = new Float32Array(sampleCount)
    const frequencyWalk = drift && new DriftWalk(drift, sampleRate, Random.derive(seed, `drift ${index}`))
    const amplitudeWalk = steps && new AmplitudeWalk(steps, sampleRate, Random.derive(seed, `steps ${index}`))
    let size = amplitudes[index] / frequenciesHz.length
    let drifted = 0
    for (let n = 0; n < sampleCount; n += 1) {
      const angle = toneAngle({ frequencyHz, sampleRate, sample: n }) + phasesRadians[index] + drifted
      if (frequencyWalk) drifted += (2 * Math.PI * frequencyHz * frequencyWalk.next()) / sampleRate
      if (amplitudeWalk) size = (amplitudeWalk.next() * amplitudes[index]) / frequenciesHz.length
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
  damage(sum, recipe)
  return { mix: Float32Array.from(sum), tones, amplitudes, phasesRadians }
}

/**
 * The angle of a tone of phase 0, within one turn. Whole turns are taken off before the multiplication by 2 pi, so after
 * an hour at 48 kHz the error is below 1e-7 radians, less than the rounding of a 32-bit float.
 */
export function toneAngle(given: { frequencyHz: Hertz; sampleRate: Hertz; sample: Samples }): Radians {
  const cycles = (given.frequencyHz * given.sample) / given.sampleRate
  return 2 * Math.PI * (cycles - Math.floor(cycles))
}

function damage(
  mix: Float64Array,
  { degradations = {}, frequenciesHz, sampleRate, seed, noiseSeed = seed }: MixRecipe
): void {
  const { impulses, dropouts } = degradations
  if (impulses) {
    const noise = new ImpulseNoise(impulses, frequenciesHz.length, Random.derive(noiseSeed, 'impulses'))
    for (let n = 0; n < mix.length; n += 1) mix[n] += noise.next()
  }
  if (dropouts) {
    const gate = new DropoutGate(dropouts, sampleRate, Random.derive(noiseSeed, 'dropouts'))
    for (let n = 0; n < mix.length; n += 1) if (gate.next()) mix[n] = 0
  }
}

function drawTones({ frequenciesHz, phase, seed }: MixRecipe): { amplitudes: number[]; phasesRadians: Radians[] } {
  const random = Random.derive(seed, 'tones')
  const drawn = frequenciesHz.map(() => (phase === 'fixed' ? { amplitude: 1, phase: 0 } : drawTone(random)))
  return { amplitudes: drawn.map((tone) => tone.amplitude), phasesRadians: drawn.map((tone) => tone.phase) }
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

/** An array of more would take 2 GiB. */
const maxSampleCount = 2 ** 29
