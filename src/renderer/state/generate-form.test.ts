import { describe, expect, it } from 'vitest'
import { GenerateForm, type FieldName } from './generate-form.svelte'

describe('the form of a new mix', () => {
  it('begins with a recipe that works', () => {
    expect(new GenerateForm().recipe).toEqual({
      frequenciesHz: [1, 3, 5, 7],
      sampleRate: 1000,
      durationSeconds: 10,
      noise: 0.3,
      phase: 'random',
      seed: 1
    })
  })

  it.each<[FieldName, string, string]>([
    ['frequencies', '', 'at least one frequency'],
    ['frequencies', '1, x', '"x" is not a frequency'],
    ['frequencies', '0', 'above 0 Hz'],
    ['frequencies', '1, 500', '500 Hz needs a sample rate above 1000 Hz.'],
    ['frequencies', '2 2', '2 Hz is there twice'],
    ['frequencies', Array.from({ length: 17 }, (_, index) => index + 1).join(' '), 'At most 16'],
    ['sampleRate', '0', 'Must be 1 to 1000000 Hz.'],
    ['sampleRate', 'fast', 'Expected a number'],
    ['duration', '0.001', 'Must be 0.01 to 3600 s.'],
    ['duration', '', 'Expected a number'],
    ['noise', '-1', 'Must be 0'],
    ['noise', 'Infinity', 'Expected a number'],
    ['seed', '1.5', 'whole number']
  ])('says what is wrong with %s "%s"', (field, text, sentence) => {
    const form = new GenerateForm()
    form[field] = text
    expect(form.problemOf(field)).toContain(sentence)
    expect(form.recipe).toBeNull()
  })

  it('refuses more samples than fit, and too few to filter', () => {
    const form = new GenerateForm()
    form.sampleRate = '1000000'
    form.duration = '3600'
    expect(form.problemOf('duration')).toContain('3600 million samples')
    form.sampleRate = '20'
    form.duration = '0.5'
    expect(form.problemOf('duration')).toContain('less than 16 samples')
  })
})
