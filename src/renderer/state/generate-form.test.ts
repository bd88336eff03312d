import { describe, expect, it } from 'vitest'
import { generatorPresetNames, generatorPresets } from '../../core/signal/generator-presets'
import { generateMix, type MixRecipe } from '../../core/signal/synth'
import { GenerateForm, mostTones } from './generate-form.svelte'

describe('the form of a new mix', () => {
  it('begins with a recipe that works, without the parts that do nothing', () => {
    expect(new GenerateForm().recipe).toEqual({
      frequenciesHz: [1, 3, 5, 7],
      sampleRate: 1000,
      durationSeconds: 10,
      noise: 0.3,
      phase: 'random',
      seed: 1
    })
  })

  it.each<[string, (form: GenerateForm) => void, string]>([
    ['a field without a number', (form) => (form.tones[1].frequencyHz = NaN), 'Correct the marked fields.'],
    ['a frequency from half the rate on', (form) => (form.tones[1].frequencyHz = 500), 'below half the sample rate'],
    ['a frequency twice', (form) => (form.tones[1].frequencyHz = 1), '1 Hz is there twice.'],
    ['too much to hold', (form) => (form.sampleRate = form.durationSeconds = 1e5), '10000 million samples'],
    ['too little to filter', (form) => (form.durationSeconds = 0.01), 'less than 16 samples'],
    ['FM below 0 Hz', (form) => Object.assign(form.tones[0], { fmDeviationHz: 2, fmRateHz: 0.1 }), 'keep 1 Hz above 0']
  ])('says what is wrong: %s', (_, change, sentence) => {
    const form = new GenerateForm()
    change(form)
    expect(form.problem).toContain(sentence)
    expect(form.recipe).toBeUndefined()
    expect(form.preview).toBeUndefined()
  })

  it.each(generatorPresetNames)('the preset %s gives the mix that it names', (name) => {
    const form = new GenerateForm()
    form.usePreset(name)
    const recipe: MixRecipe = { ...generatorPresets[name].recipe, durationSeconds: 1, seed: 1 }
    const made = generateMix({ ...form.recipe!, durationSeconds: 1 })
    const wanted = generateMix(recipe)
    // Phases are whole degrees in the form.
    made.mix.forEach((value, n) => expect(Math.abs(value - wanted.mix[n])).toBeLessThan(0.02))
    expect(form.recipe!.frequenciesHz).toEqual(wanted && recipe.frequenciesHz)
  })

  it('a preset leaves nothing of the one before', () => {
    const form = new GenerateForm()
    form.usePreset('bench')
    form.usePreset('seed')
    expect(form.recipe!.degradations).toBeUndefined()
    expect(form.recipe!.clipLevel).toBeUndefined()
    expect(form.recipe).toMatchObject({ noise: 0.34, amplitudeJitter: 0.2, phaseJitter: 0.1, phase: 'fixed' })
  })

  it('adds tones up to sixteen and keeps one', () => {
    const form = new GenerateForm()
    for (let count = 0; count < 20; count += 1) form.addTone()
    expect(form.tones).toHaveLength(mostTones)
    expect(form.problem).toBeUndefined()
    for (const { key } of [...form.tones]) form.removeTone(key)
    expect(form.tones).toHaveLength(1)
  })

  it('shows the beginning of what will be made', () => {
    const form = new GenerateForm()
    form.numbers.noise = 0
    const { mix, clean, seconds } = form.preview!
    expect(seconds).toBe(8)
    expect(mix).toHaveLength(8000)
    mix.forEach((value, n) => expect(Math.abs(value - clean[n])).toBeLessThan(1e-6))
  })
})
