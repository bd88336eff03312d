/** siglab generate */
import { resolve } from 'node:path'
import { degradationNames, parseDegradations } from '../../core/signal/degradations'
import { presets, type DatasetPreset, type PresetName } from '../../core/signal/presets'
import { generateMix, type MixRecipe } from '../../core/signal/synth'
import { writeSignalFile } from '../../ml/signals/read-signal-file'
import { defineCommand, UsageError } from '../command'
import { parseChoice, parseFrequencies, parseNumber, required, seedRange } from '../flags'

export default defineCommand({
  name: 'generate',
  summary: `Make a noisy mix of tones, and with --truth the clean tones as they stand in it, one channel each.
The same options and seed give the same file. With --preset, options that are given replace the preset's.`,
  options: {
    preset: { type: 'string', value: 'NAME', description: `a recipe: ${Object.keys(presets).join(', ')}` },
    frequencies: { type: 'string', value: 'HZ,HZ,…', description: 'the tones' },
    'sample-rate': { type: 'string', value: 'HZ', description: "samples per second (default 1000, or the preset's)" },
    duration: { type: 'string', value: 'S', description: "length in seconds (default 10, or the preset's)" },
    noise: {
      type: 'string',
      value: 'X',
      description: "standard deviation of the white noise (default 0.3, or the preset's)"
    },
    phase: {
      type: 'string',
      value: 'KIND',
      description: "random amplitudes and phases, or fixed (default random, or the preset's)"
    },
    degradations: {
      type: 'string',
      value: 'NAME,…',
      description: `what goes wrong: ${degradationNames.join(', ')}; NAME=NUMBERxNUMBER for another strength`
    },
    seed: { type: 'string', value: 'N', description: 'decides amplitudes, phases and noise', default: '1' },
    out: { type: 'string', value: 'FILE', description: 'where to write the mix, .wav or .csv' },
    truth: { type: 'string', value: 'FILE', description: 'where to write the clean tones, .wav or .csv' }
  },
  examples: [
    'siglab generate --frequencies 1,3,5,7 --noise 0.3 --seed 7 --out mix.wav --truth truth.wav',
    'siglab generate --preset seed --seed 2 --out test.csv',
    'siglab generate --frequencies 50,100 --sample-rate 8000 --degradations impulses=0.02x5,drift --out rough.wav'
  ],
  async run({ options }) {
    const out = required('out', options.out)
    const { truth } = options
    if (truth !== undefined && resolve(truth) === resolve(out)) {
      throw new UsageError('--truth: expected another file than --out')
    }
    const recipe = recipeOf(options)
    const { mix, tones, amplitudes, phasesRadians } = generateMix(recipe)
    const { frequenciesHz, sampleRate, noise, phase, seed, degradations } = recipe
    await writeSignalFile(out, { sampleRate, channels: [mix], channelNames: ['mix'] })
    const names = frequenciesHz.map((frequency) => `${frequency} Hz`)
    if (truth !== undefined) await writeSignalFile(truth, { sampleRate, channels: tones, channelNames: names })

    const durationSeconds = mix.length / sampleRate
    const json = {
      ...{ out, truth: truth ?? null, sampleRate, sampleCount: mix.length, durationSeconds },
      ...{ frequenciesHz, amplitudes, phasesRadians, noise, phase, seed, ...(degradations && { degradations }) }
    }
    const written = truth === undefined ? out : `${out} and ${truth}`
    return {
      json,
      text: `${written}: ${names.join(', ')} for ${durationSeconds} s at ${sampleRate} Hz, noise ${noise}, seed ${seed}\n`
    }
  }
})

interface RecipeOptions {
  readonly preset: string | undefined
  readonly frequencies: string | undefined
  readonly 'sample-rate': string | undefined
  readonly duration: string | undefined
  readonly noise: string | undefined
  readonly phase: string | undefined
  readonly degradations: string | undefined
  readonly seed: string
}

/** What a preset does not say and the user does not give. */
const usual = { sampleRate: 1000, durationSeconds: 10, noise: 0.3, phase: 'random' } as const

/** The preset or the usual values, with what was given in their place. Throws UsageError. */
function recipeOf(options: RecipeOptions): MixRecipe {
  const preset: DatasetPreset | undefined =
    options.preset === undefined
      ? undefined
      : presets[parseChoice('preset', options.preset, Object.keys(presets) as PresetName[])]
  const base = preset ?? usual
  const { 'sample-rate': sampleRate, duration, noise, phase } = options
  if (preset === undefined && options.frequencies === undefined)
    throw new UsageError('--frequencies or --preset is needed')
  return {
    frequenciesHz:
      options.frequencies === undefined
        ? (preset?.frequenciesHz ?? [])
        : parseFrequencies('frequencies', options.frequencies),
    sampleRate:
      sampleRate === undefined ? base.sampleRate : parseNumber('sample-rate', sampleRate, { low: 1, high: 1e6 }),
    durationSeconds:
      duration === undefined ? base.durationSeconds : parseNumber('duration', duration, { low: 1e-6, high: 36_000 }),
    noise: noise === undefined ? base.noise : parseNumber('noise', noise, { low: 0, high: 1000 }),
    phase: phase === undefined ? base.phase : parseChoice('phase', phase, ['random', 'fixed']),
    amplitudeJitter: preset?.amplitudeJitter,
    phaseJitter: preset?.phaseJitter,
    degradations: options.degradations === undefined ? undefined : parseDegradations(options.degradations),
    seed: parseNumber('seed', options.seed, seedRange)
  }
}
