import { expect, test } from 'vitest'
import { Random } from '../random'
import { float32ToText, isMissing, numberLikeness, parseCell } from './csv-numbers'

test.each([
  ['1', '.', 1],
  [' -1.5e-3 ', '.', -0.0015],
  ['.5', '.', 0.5],
  ['5.', '.', 5],
  ['+7', '.', 7],
  ['1,5', ',', 1.5],
  ['-,5', ',', -0.5],
  ['1,5E3', ',', 1500],
  ['1.234,5', ',', 1234.5],
  ['1 234,5', ',', 1234.5],
  ['1\u00a0234,5', ',', 1234.5],
  ['1\u202f234,5', ',', 1234.5],
  ['1,234.5', '.', 1234.5],
  ["1'234.5", '.', 1234.5],
  ['\u22121.5', '.', -1.5],
  ['１２．５', '.', 12.5],
  ['inf', '.', Infinity],
  ['-Infinity', ',', -Infinity],
  ['1e309', '.', Infinity]
] as const)('%j with a decimal %s is %s', (cell, decimal, value) => {
  expect(parseCell(cell, decimal)).toBe(value)
})

test.each([
  '',
  ' ',
  'NaN',
  '-',
  '#N/A',
  'null',
  '0x1F',
  '1.2.3',
  '1,',
  '1 2',
  '12:30',
  '2024-01-01',
  '1e',
  'e5',
  '1,2,3'
])('%j is not a number', (cell) => {
  expect(parseCell(cell, '.')).toBeNaN()
  expect(parseCell(cell, ',')).toBeNaN()
  expect(numberLikeness(cell, '.')).toBe(0)
})

test('a number with separators of thousands is less certain than one without', () => {
  expect([numberLikeness('1,234', ','), numberLikeness('1,234', '.'), numberLikeness('1.234', '.')]).toEqual([
    1, 0.9, 1
  ])
})

test('cells that stand for nothing are told from text', () => {
  expect(['', ' ', 'nan', 'N/A', '#N/A', 'null', '-', '--', '?'].every(isMissing)).toBe(true)
  expect(['0', 'x', 'volt'].some(isMissing)).toBe(false)
})

test('every 32-bit float is written in digits that give it again', () => {
  const random = new Random(1)
  const bits = new Uint32Array(1)
  const float = new Float32Array(bits.buffer)
  for (let round = 0; round < 200_000; round += 1) {
    bits[0] = random.nextUint32()
    const back = Number(float32ToText(float[0]))
    if (!Object.is(Math.fround(back), float[0])) throw new Error(`${float[0]} became ${back}`)
  }
})

test.each([
  [0.1, '0.1'],
  [0, '0'],
  [-0, '-0'],
  [2 ** -149, '1.401298e-45'],
  [3.4028234663852886e38, '3.4028234663852886e+38'],
  [Infinity, 'Infinity'],
  [NaN, 'NaN'],
  [-2.5, '-2.5']
])('%s is written as %s', (value, text) => {
  expect(float32ToText(Math.fround(value))).toBe(text)
})
