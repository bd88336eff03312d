import { describe, expect, test } from 'vitest'
import { guardedCell, quotedCell } from './export-format'

describe('a heading that a spreadsheet would run', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =cmd|calc'])('%j gets an apostrophe', (text) =>
    expect(guardedCell(text)).toBe(`'${text}`)
  )
  test.each(['voltage (V)', '1 Hz', 'a=b', ''])('%j stays', (text) => expect(guardedCell(text)).toBe(text))
})

test('cells are quoted where they must be', () => {
  expect(quotedCell('a,b', ',')).toBe('"a,b"')
  expect(quotedCell('say "a"', ';')).toBe('"say ""a"""')
  expect(quotedCell('=1;2', ';')).toBe('"\'=1;2"')
  expect(quotedCell('plain', ',')).toBe('plain')
})
