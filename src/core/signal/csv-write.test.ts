import { describe, expect, test } from 'vitest'
import { csvHead, usualCsvStyle } from './csv-write'

const headingOf = (name: string, delimiter: ',' | ';' = ',') => {
  const style = { ...usualCsvStyle, delimiter, timeColumn: false }
  const head = csvHead({ sampleRate: 1, channelNames: [name] }, style, 'float32')
  return head.slice(head.indexOf('\n', head.indexOf('\n') + 1) + 1, -1)
}

describe('a heading that a spreadsheet would run', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =cmd|calc'])('%j gets an apostrophe', (name) =>
    expect(headingOf(name)).toBe(`'${name}`)
  )
  test.each(['voltage (V)', '1 Hz', 'a=b'])('%j stays', (name) => expect(headingOf(name)).toBe(name))
})

test('headings are quoted where they must be', () => {
  expect(headingOf('a,b')).toBe('"a,b"')
  expect(headingOf('say "a"', ';')).toBe('"say ""a"""')
  expect(headingOf('=1;2', ';')).toBe('"\'=1;2"')
})
