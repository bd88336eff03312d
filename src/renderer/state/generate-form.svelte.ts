/**
 * The form of the generator: every number as it stands, NaN where a field cannot be used, and the recipe once all can.
 * Knows nothing of markup or of the laboratory.
 */
import type { GenerateRecipe } from '../../contract/lab'
import {
  generatorPresetNames,
  generatorPresets,
  type GeneratorPreset,
  type GeneratorPresetName
} from '../../core/signal/generator-presets'
import { InputError } from '../../core/signal/signal'
import { generateMix, type MixRecipe } from '../../core/signal/synth'
import { degreesToRadians, radiansToDegrees } from '../../core/units'

export type Recipe = GenerateRecipe

export interface ToneForm {
  /** For lists on the screen: stays with the tone when others go. */
  readonly key: number
  frequencyHz: number
  amplitude: number
  phaseDegrees: number
  amRateHz: number
  amDepth: number
  fmRateHz: number
  fmDeviationHz: number
}

export const mostTones = 16
const mostSamples = 50e6
/** The preview shows so much of the beginning. */
const previewSamples = 8000

/** The numbers that stand for themselves, as they are when nothing is wrong with the mix. */
const quiet = {
  noise: 0,
  pink: 0,
  brown: 0,
  amplitudeJitter: 0,
  phaseJitter: 0,
  driftPercent: 0,
  driftPerRootSecondPercent: 1,
  impulsePercent: 0,
  impulseSize: 10,
  dropoutPercent: 0,
  dropoutMilliseconds: 20,
  offset: 0,
  trendPerSecond: 0,
  clipLevel: 0
}
type Numbers = typeof quiet

export class GenerateForm {
  preset = $state<GeneratorPresetName | undefined>()
  tones = $state<ToneForm[]>([])
  sampleRate = $state(1000)
  durationSeconds = $state(10)
  /** drawn: amplitudes and phases come from the seed; set: from the sliders. */
  phase = $state<'drawn' | 'set'>('drawn')
  numbers = $state<Numbers>({ ...quiet })
  seed = $state(1)
  #nextKey = 0

  constructor() {
    for (const frequencyHz of [1, 3, 5, 7]) this.#add(frequencyHz)
    this.numbers.noise = 0.3
  }

  /** The first thing that is wrong, as a sentence; undefined if the mix can be made. */
  readonly problem = $derived.by<string | undefined>(() => this.#problem())

  /** Undefined while there is a problem. */
  readonly recipe = $derived.by<Recipe | undefined>(() => (this.problem === undefined ? this.#recipe() : undefined))

  /** The beginning of the mix and of the sum of its clean tones. */
  readonly preview = $derived.by<{ mix: Float32Array; clean: Float32Array; seconds: number } | undefined>(() => {
    if (!this.recipe) return undefined
    const seconds = Math.min(this.recipe.durationSeconds, previewSamples / this.recipe.sampleRate)
    const { mix, tones } = generateMix({ ...this.recipe, durationSeconds: seconds })
    const clean = tones[0].map((_, n) => tones.reduce((sum, tone) => sum + tone[n], 0))
    return { mix, clean, seconds }
  })

  /** Everything as the preset says; what it does not say is quiet. */
  usePreset(name: GeneratorPresetName): void {
    const { recipe } = generatorPresets[name] as GeneratorPreset
    this.preset = name
    this.tones = []
    recipe.frequenciesHz.forEach((frequencyHz, index) => {
      const { amplitude = 1, phaseRadians = 0, am, fm } = recipe.tones?.[index] ?? {}
      this.#add(frequencyHz, {
        ...{ amplitude, phaseDegrees: Math.round(radiansToDegrees(phaseRadians)) },
        ...(am && { amRateHz: am.rateHz, amDepth: am.depth }),
        ...(fm && { fmRateHz: fm.rateHz, fmDeviationHz: fm.deviationHz })
      })
    })
    const { degradations: { impulses, dropouts, drift } = {}, colours } = recipe
    this.sampleRate = recipe.sampleRate
    this.durationSeconds = recipe.durationSeconds
    this.phase = recipe.phase === 'random' ? 'drawn' : 'set'
    this.numbers = {
      noise: recipe.noise,
      pink: colours?.pink ?? 0,
      brown: colours?.brown ?? 0,
      amplitudeJitter: recipe.amplitudeJitter ?? 0,
      phaseJitter: recipe.phaseJitter ?? 0,
      driftPercent: percent(drift?.range ?? 0),
      driftPerRootSecondPercent: percent(drift?.perRootSecond ?? 0.01),
      impulsePercent: percent(impulses?.share ?? 0),
      impulseSize: impulses?.size ?? quiet.impulseSize,
      dropoutPercent: percent(dropouts?.share ?? 0),
      dropoutMilliseconds: 1000 * (dropouts?.meanSeconds ?? 0.02),
      offset: recipe.offset ?? 0,
      trendPerSecond: recipe.trendPerSecond ?? 0,
      clipLevel: recipe.clipLevel ?? 0
    }
  }

  addTone(): void {
    if (this.tones.length >= mostTones) return
    const highest = Math.max(0, ...this.tones.map(({ frequencyHz }) => frequencyHz || 0))
    this.#add(Math.min(highest + 2, 0.45 * (this.sampleRate || 1000)))
  }

  removeTone(key: number): void {
    if (this.tones.length > 1) this.tones = this.tones.filter((tone) => tone.key !== key)
  }

  #add(frequencyHz: number, part: Partial<ToneForm> = {}): void {
    this.#nextKey += 1
    const usual = { amplitude: 1, phaseDegrees: 0, amRateHz: 0.5, amDepth: 0, fmRateHz: 0.5, fmDeviationHz: 0 }
    this.tones.push({ key: this.#nextKey, frequencyHz, ...usual, ...part })
  }

  #problem(): string | undefined {
    const all = [this.sampleRate, this.durationSeconds, this.seed, ...Object.values(this.numbers)]
    if ([...all, ...this.tones.flatMap((tone) => Object.values(tone))].some(Number.isNaN))
      return 'Correct the marked fields.'
    const samples = this.durationSeconds * this.sampleRate
    if (samples > mostSamples) return `That is ${Math.round(samples / 1e6)} million samples; the most is 50 million.`
    if (samples < 16) return 'That is less than 16 samples.'
    const frequencies = this.tones.map(({ frequencyHz }) => frequencyHz)
    const twice = frequencies.find((frequency, index) => frequencies.indexOf(frequency) !== index)
    if (twice !== undefined) return `${twice} Hz is there twice.`
    try {
      // What the mix itself refuses, at the cost of a few samples.
      generateMix({ ...this.#recipe(), durationSeconds: 2 / this.sampleRate })
      return undefined
    } catch (error) {
      if (error instanceof InputError) return error.message
      throw error
    }
  }

  /** Parts that do nothing are left out, so that the same mix has the same recipe. */
  #recipe(): Recipe {
    const { noise, pink, brown, amplitudeJitter, phaseJitter, offset, trendPerSecond, clipLevel } = this.numbers
    const isSet = this.phase === 'set'
    const tones = this.tones.map((tone) => ({
      ...(isSet && { amplitude: tone.amplitude, phaseRadians: degreesToRadians(tone.phaseDegrees) }),
      ...(tone.amDepth > 0 && { am: { rateHz: tone.amRateHz, depth: tone.amDepth } }),
      ...(tone.fmDeviationHz > 0 && { fm: { rateHz: tone.fmRateHz, deviationHz: tone.fmDeviationHz } })
    }))
    const degradations = this.#degradations()
    return {
      frequenciesHz: this.tones.map(({ frequencyHz }) => frequencyHz),
      ...(tones.some((tone) => Object.keys(tone).length > 0) && { tones }),
      sampleRate: this.sampleRate,
      durationSeconds: this.durationSeconds,
      noise,
      ...((pink > 0 || brown > 0) && { colours: { pink, brown } }),
      phase: isSet ? 'fixed' : 'random',
      ...(amplitudeJitter > 0 && { amplitudeJitter }),
      ...(phaseJitter > 0 && { phaseJitter }),
      ...(degradations && { degradations }),
      ...(offset !== 0 && { offset }),
      ...(trendPerSecond !== 0 && { trendPerSecond }),
      ...(clipLevel > 0 && { clipLevel }),
      seed: this.seed
    }
  }

  #degradations(): MixRecipe['degradations'] {
    const { driftPercent, driftPerRootSecondPercent, impulsePercent, impulseSize } = this.numbers
    const { dropoutPercent, dropoutMilliseconds } = this.numbers
    if (driftPercent === 0 && impulsePercent === 0 && dropoutPercent === 0) return undefined
    return {
      ...(driftPercent > 0 && {
        drift: { range: driftPercent / 100, perRootSecond: driftPerRootSecondPercent / 100 }
      }),
      ...(impulsePercent > 0 && { impulses: { share: impulsePercent / 100, size: impulseSize } }),
      ...(dropoutPercent > 0 && {
        dropouts: { share: dropoutPercent / 100, meanSeconds: dropoutMilliseconds / 1000 }
      })
    }
  }
}

export const presetOptions = generatorPresetNames.map((name) => ({
  value: name,
  text: generatorPresets[name].title,
  detail: generatorPresets[name].summary
}))

function percent(share: number): number {
  return Number((100 * share).toPrecision(6))
}
