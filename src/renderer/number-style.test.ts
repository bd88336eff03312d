import { afterEach, describe, expect, it } from 'vitest'
import { formatAmplitude, formatCount, formatDecibels, formatFrequency, formatTime } from './format'
import { readNumber, useNumberStyle } from './number-style.svelte'

afterEach(() => useNumberStyle('point'))

describe('the style of numbers', () => {
  it('writes a decimal comma where it is wanted', () => {
    useNumberStyle('comma')
    expect([formatFrequency(3.5), formatDecibels(-3.25), formatTime(0.5, 0.1), formatCount(1234567)]).toEqual([
      '3,50 Hz',
      '−3,3 dB',
      '0,5',
      '1.234.567'
    ])
    expect(formatAmplitude(2e-5)).toBe('2,0e−5')
  })

  it('follows the language of the system', () => {
    useNumberStyle('system', 'de-DE')
    expect(formatFrequency(3.5)).toBe('3,50 Hz')
    useNumberStyle('system', 'en-GB')
    expect(formatFrequency(3.5)).toBe('3.50 Hz')
    useNumberStyle('system', 'en-US')
    expect(formatCount(1234)).toBe('1,234')
  })
})

describe('a number that was typed', () => {
  it.each([
    ['3.5', 3.5],
    ['3,5', 3.5],
    [' −2 ', -2],
    ['1e3', 1000],
    ['.5', 0.5],
    ['12 000', 12_000],
    ['1,234.5', 1234.5],
    ['', undefined],
    ['3 Hz', undefined],
    ['1,2,3', undefined],
    ['Infinity', undefined],
    ['0x10', undefined]
  ])('"%s" is %s', (text, value) => expect(readNumber(text)).toBe(value))

  it('comes back from the screen in either style', () => {
    useNumberStyle('comma')
    expect(readNumber(formatCount(1234567))).toBeUndefined()
    expect(readNumber('1.234,5')).toBe(1234.5)
  })
})
