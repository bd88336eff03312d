import { describe, expect, it } from 'vitest'
import { editableFrequency, nudgedTone, parseFrequency, problemOfTone } from './tone-limits'

const limits = { sampleRate: 1000, durationSeconds: 10 }

describe('what is typed', () => {
  it.each([
    ['440', 440],
    [' 0,5 Hz', 0.5],
    ['.25', 0.25],
    ['1.2 kHz', 1200],
    ['3k', 3000],
    ['50 mHz', 0.05],
    ['2 MHz', 2e6],
    ['1e3', 1000]
  ])('%j is %d Hz', (text, hertz) => expect(parseFrequency(text)).toBeCloseTo(hertz, 9))

  it.each(['', 'loud', '-3', '1.2.3', '5 m', '5 s', '1,000,000'])('%j is no frequency', (text) =>
    expect(parseFrequency(text)).toBeUndefined()
  )
})

describe('what a selector can take', () => {
  it('is a tone of one period or more that the sample rate can hold', () => {
    expect(problemOfTone(0.1, [], limits)).toBeUndefined()
    expect(problemOfTone(499.9, [], limits)).toBeUndefined()
    for (const hertz of [0.09, 500, 0, -1, NaN, Infinity]) expect(problemOfTone(hertz, [], limits)).toMatch(/^Must be/)
  })

  it('is one that the recording can tell from the others', () => {
    expect(problemOfTone(5.1, [5], limits)).toBeUndefined()
    expect(problemOfTone(5.05, [5], limits)).toMatch(/^Too close to 5.00 Hz/)
    expect(problemOfTone(5, [5], limits)).toBe('5.00 Hz has a selector already.')
  })
})

it('steps by a hundredth of the decade, on its grid, over the decades', () => {
  expect(nudgedTone(5.034, 1)).toBe(5.04)
  expect(nudgedTone(440, -1)).toBe(439)
  expect(nudgedTone(0.5, 10)).toBe(0.51)
  expect(nudgedTone(9.99, 1)).toBe(10)
  expect(editableFrequency(1234.56789)).toBe('1234.57')
})
