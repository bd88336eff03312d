/** siglab generate */
import { degradationNames, parseDegradations } from '../../core/signal/degradations'
import { generatorPresetNames, generatorPresets, type GeneratorPreset } from '../../core/signal/generator-presets'
import { generateMix, type MixRecipe, type ToneShape } from '../../core/signal/synth'
import { writeSignalFile } from '../../ml/signals/read-signal-file'
import { defineCommand, UsageError } from '../command'
import { refuseSameFile } from '../different-files'
import { degreesToRadians } from '../../core/units'
import { parseChoice, parseFrequencies, parseNumber, required, seedRange } from '../flags'

export default defineCommand({
  name: 'generate',
  summary: `Make a noisy mix of tones, and with --truth the clean tones as they stand in it, one channel each.
The same options and seed give the same file. With --preset, options that are given replace the preset's.`,
  options: {
    preset: { type: 'string', value: 'NAME', description: `a recipe: ${generatorPresetNames.join(', ')}` },
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
    amplitudes: { type: 'string', value: 'A,A,…', description: 'of each tone, before the division by their number' },
    phases: { type: 'string', value: 'DEG,DEG,…', description: 'of each tone, in degrees' },
    am: {
      type: 'string',
      value: 'RATExDEPTH,…',
      description: 'amplitude modulation of each tone: Hz and 0 to 1; - for none'
    },
    fm: { type: 'string', value: 'RATExHZ,…', description: 'frequency modulation of each tone: Hz and Hz; - for none' },
    'amplitude-jitter': { type: 'string', value: 'J', description: 'each sample of a tone times 1 - J to 1 + J' },
    'phase-jitter': { type: 'string', value: 'J', description: 'each sample of a tone off by up to J of a cycle' },
    pink: { type: 'string', value: 'RMS', description: 'pink noise, 10 dB less each decade' },
    brown: { type: 'string', value: 'RMS', description: 'brown noise, 20 dB less each decade' },
    degradations: {
      type: 'string',
      value: 'NAME,…',
      description: `what goes wrong: ${degradationNames.join(', ')}; NAME=NUMBERxNUMBER for another strength, none for nothing`
    },
    offset: { type: 'string', value: 'X', description: 'a constant on the mix' },
    trend: { type: 'string', value: 'X', description: 'a slope on the mix, per second' },
    clip: { type: 'string', value: 'LEVEL', description: 'cut the mix off beyond plus or minus this' },
    seed: { type: 'string', value: 'N', description: 'decides amplitudes, phases and noise', default: '1' },
    'noise-seed': { type: 'string', value: 'N', description: "decides all but the tones (default: the seed's number)" },
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
    await refuseSameFile({ name: '--truth', path: truth }, { name: '--out', path: out })
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

type RecipeOptions = Readonly<
  Record<
    | 'preset'
    | 'frequencies'
    | 'sample-rate'
    | 'duration'
    | 'noise'
    | 'phase'
    | 'amplitudes'
    | 'phases'
    | 'am'
    | 'fm'
    | 'amplitude-jitter'
    | 'phase-jitter'
    | 'pink'
    | 'brown'
    | 'degradations'
    | 'offset'
    | 'trend'
    | 'clip'
    | 'noise-seed',
    string | undefined
  >
> & { readonly seed: string }

/** What a preset does not say and the user does not give. */
const usual = { sampleRate: 1000, durationSeconds: 10, noise: 0.3, phase: 'random' } as const

/** The preset or the usual values, with what was given in their place. Throws UsageError. */
function recipeOf(options: RecipeOptions): MixRecipe {
  const preset: GeneratorPreset['recipe'] | undefined =
    options.preset === undefined
      ? undefined
      : generatorPresets[parseChoice('preset', options.preset, generatorPresetNames)].recipe
  if (preset === undefined && options.frequencies === undefined)
    throw new UsageError('--frequencies or --preset is needed')
  const number = (name: keyof RecipeOptions, low: number, high: number) => {
    const text = options[name]
    return text === undefined ? undefined : parseNumber(name, text, { low, high })
  }
  const { phase, frequencies } = options
  const base = preset ?? usual
  const frequenciesHz =
    frequencies === undefined ? (preset?.frequenciesHz ?? []) : parseFrequencies('frequencies', frequencies)
  return {
    ...preset,
    frequenciesHz,
    // The shapes of a preset belong to its own frequencies.
    tones: tonesOf(options, frequenciesHz.length, frequencies === undefined ? preset?.tones : undefined),
    sampleRate: number('sample-rate', 1, 1e6) ?? base.sampleRate,
    durationSeconds: number('duration', 1e-6, 36_000) ?? base.durationSeconds,
    noise: number('noise', 0, 1000) ?? base.noise,
    phase: phase === undefined ? base.phase : parseChoice('phase', phase, ['random', 'fixed']),
    amplitudeJitter: number('amplitude-jitter', 0, 10) ?? preset?.amplitudeJitter,
    phaseJitter: number('phase-jitter', 0, 10) ?? preset?.phaseJitter,
    colours: coloursOf(number('pink', 0, 1000), number('brown', 0, 1000), preset?.colours),
    degradations: degradationsOf(options.degradations) ?? preset?.degradations,
    offset: number('offset', -1e6, 1e6) ?? preset?.offset,
    trendPerSecond: number('trend', -1e6, 1e6) ?? preset?.trendPerSecond,
    clipLevel: number('clip', 1e-6, 1e6) ?? preset?.clipLevel,
    seed: parseNumber('seed', options.seed, seedRange),
    noiseSeed:
      options['noise-seed'] === undefined ? undefined : parseNumber('noise-seed', options['noise-seed'], seedRange)
  }
}

function coloursOf(pink: number | undefined, brown: number | undefined, preset: MixRecipe['colours']) {
  const colours = { ...preset, ...(pink !== undefined && { pink }), ...(brown !== undefined && { brown }) }
  return Object.keys(colours).length > 0 ? colours : undefined
}

function degradationsOf(text: string | undefined) {
  if (text === undefined) return undefined
  return text === 'none' ? {} : parseDegradations(text)
}

/** One shape a tone from the lists that were given; undefined where nothing is said of any. Throws UsageError. */
function tonesOf(
  { amplitudes, phases, am, fm }: RecipeOptions,
  count: number,
  preset: readonly ToneShape[] | undefined
): ToneShape[] | undefined {
  if ([amplitudes, phases, am, fm].every((text) => text === undefined)) return preset && [...preset]
  const list = (name: string, text: string | undefined) => {
    const parts = text?.split(',')
    if (parts && parts.length !== count)
      throw new UsageError(`--${name}: expected ${count} values, one for each tone. Received: ${parts.length}`)
    return parts
  }
  const numbers = (name: string, text: string | undefined, range: { low: number; high: number }) =>
    list(name, text)?.map((part) => parseNumber(name, part, range))
  const amplitude = numbers('amplitudes', amplitudes, { low: 0, high: 1000 })
  const degrees = numbers('phases', phases, { low: -36_000, high: 36_000 })
  const amOf = list('am', am)?.map((part) => parsePair('am', part))
  const fmOf = list('fm', fm)?.map((part) => parsePair('fm', part))
  return Array.from({ length: count }, (_, index) => ({
    ...preset?.[index],
    ...(amplitude && { amplitude: amplitude[index] }),
    ...(degrees && { phaseRadians: degreesToRadians(degrees[index]) }),
    ...(amOf && { am: amOf[index] && { rateHz: amOf[index][0], depth: amOf[index][1] } }),
    ...(fmOf && { fm: fmOf[index] && { rateHz: fmOf[index][0], deviationHz: fmOf[index][1] } })
  }))
}

/** "2x0.5" -> [2, 0.5]; "-" -> undefined. Throws UsageError. */
function parsePair(name: string, text: string): [number, number] | undefined {
  if (text.trim() === '-') return undefined
  const parts = text.split('x')
  if (parts.length !== 2) throw new UsageError(`--${name}: expected two numbers as 2x0.5, or -. Received: ${text}`)
  return [parseNumber(name, parts[0], { low: 1e-6, high: 1e6 }), parseNumber(name, parts[1], { low: 0, high: 1e6 })]
}
