import { describe, expect, test } from 'vitest'
import { eachRow, unifyLineEnds } from './csv-rows'
import type { Delimiter } from './import-choices'

const rows = (text: string, delimiter: Delimiter = ',') => {
  const found: (string | number)[][] = []
  eachRow(unifyLineEnds(text), delimiter, (cells, line) => void found.push([line, ...cells]))
  return found
}

// The cases of csv-spectrum (Max Ogden), as far as they tell rows from cells.
test.each<[string, string, (string | number)[][]]>([
  [
    'commas in quotes',
    'a,b\n1,"x, y"\n',
    [
      [1, 'a', 'b'],
      [2, '1', 'x, y']
    ]
  ],
  [
    'empty cells',
    'a,b\n1,""\n2,\n',
    [
      [1, 'a', 'b'],
      [2, '1', ''],
      [3, '2', '']
    ]
  ],
  [
    'empty cells with CRLF',
    'a,b\r\n1,""\r\n',
    [
      [1, 'a', 'b'],
      [2, '1', '']
    ]
  ],
  [
    'quotes in quotes',
    'a,b\n1,"ha ""ha"" ha"\n',
    [
      [1, 'a', 'b'],
      [2, '1', 'ha "ha" ha']
    ]
  ],
  [
    'quotes and newlines',
    'a,b\n1,"ha\n""ha""\nha"\n3,4\n',
    [
      [1, 'a', 'b'],
      [2, '1', 'ha\n"ha"\nha'],
      [5, '3', '4']
    ]
  ],
  [
    'newlines in quotes',
    'a,b,c\n1,2,3\n"Once\nupon",5,6\n7,8,9\n',
    [
      [1, 'a', 'b', 'c'],
      [2, '1', '2', '3'],
      [3, 'Once\nupon', '5', '6'],
      [5, '7', '8', '9']
    ]
  ],
  [
    'JSON in quotes',
    'k,v\n1,"{""type"": ""Point""}"\n',
    [
      [1, 'k', 'v'],
      [2, '1', '{"type": "Point"}']
    ]
  ],
  [
    'no last line feed',
    'a,b\n1,2',
    [
      [1, 'a', 'b'],
      [2, '1', '2']
    ]
  ],
  [
    'carriage returns only',
    'a,b\r1,2\r',
    [
      [1, 'a', 'b'],
      [2, '1', '2']
    ]
  ],
  [
    'mixed line ends',
    'a\r\nb\rc\nd',
    [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'd']
    ]
  ],
  [
    'blank lines',
    '1\n\n2\n',
    [
      [1, '1'],
      [2, ''],
      [3, '2']
    ]
  ],
  [
    'UTF-8 text',
    'a,ʤ\n1,2\n',
    [
      [1, 'a', 'ʤ'],
      [2, '1', '2']
    ]
  ]
])('%s', (_, text, expected) => {
  expect(rows(text)).toEqual(expected)
})

describe('patience', () => {
  test('a quote inside a cell is text', () => {
    expect(rows('5" pipe,2\n3,4')).toEqual([
      [1, '5" pipe', '2'],
      [2, '3', '4']
    ])
    expect(rows('"5" pipe",2')).toEqual([[1, '5" pipe', '2']])
  })

  test('blanks around quotes are passed over', () => {
    expect(rows(' "1,5" ; "2" ', ';')).toEqual([[1, '1,5', '2']])
  })

  test('several blanks are one delimiter', () => {
    expect(rows('  1   2 3  \n4 5 6', ' ')).toEqual([
      [1, '1', '2', '3'],
      [2, '4', '5', '6']
    ])
  })

  test('an open quote is refused with its line, in one pass', () => {
    expect(() => rows(`1,2\n3,"4\n${'5,6\n'.repeat(200_000)}`)).toThrow('Line 2 opens a quote')
  })
})

test('it stops when told to', () => {
  const seen: number[] = []
  eachRow('1\n2\n3', ',', (_, line) => (seen.push(line), line < 2))
  expect(seen).toEqual([1, 2])
})
