import { describe, expect, it } from 'vitest'
import { chooseModel } from './choose-model'
import type { Tone } from './tones.svelte'

describe('which model runs', () => {
  const fixed = { id: 'fixed', selects: 'fixed', frequenciesHz: [1, 3, 5, 7], isDefault: true, modelRate: 50 } as never
  const any = { id: 'any', selects: 'any', frequenciesHz: [], isDefault: false } as never
  const tones = (origin: Tone['origin'], ...hertz: number[]) => hertz.map((frequencyHz) => ({ frequencyHz, origin }))

  it('is the one that was trained for exactly these tones, else one for any, and the wanted one if it answers them', () => {
    expect(chooseModel([any, fixed], undefined, tones('mixed', 1, 3, 5, 7), 1000)).toBe(fixed)
    expect(chooseModel([any, fixed], undefined, tones('found', 1.02, 3, 5, 7), 1000)).toBe(fixed)
    expect(chooseModel([fixed, any], undefined, tones('found', 2, 3, 5, 7), 1000)).toBe(any)
    expect(chooseModel([fixed, any], undefined, tones('mixed', 1, 3, 5), 1000)).toBe(any)
    expect(chooseModel([fixed, any], 'any', tones('mixed', 1, 3, 5, 7), 1000)).toBe(any)
    expect(chooseModel([fixed, any], 'fixed', tones('found', 2, 4, 6, 9), 1000)).toBe(any)
    expect(chooseModel([fixed], undefined, tones('found', 2, 4), 1000)).toBe(fixed)
    expect(chooseModel([], undefined, tones('found', 2, 4), 1000)).toBeUndefined()
  })

  it('takes a typed frequency as it is typed, and needs the rate of the model', () => {
    expect(chooseModel([fixed, any], undefined, tones('typed', 1.02, 3, 5, 7), 1000)).toBe(any)
    expect(chooseModel([fixed, any], undefined, tones('mixed', 1, 3, 5, 7), 20)).toBe(any)
  })
})
