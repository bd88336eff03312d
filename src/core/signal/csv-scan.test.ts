import { expect, test } from 'vitest'
import { Random } from '../random'
import { MemoryStore } from './column-store'
import { isMissing, parseCell } from './csv-numbers'
import { eachRow, unifyLineEnds } from './csv-rows'
import { scannedColumns, TableScanner } from './csv-scan'
import type { ColumnRole, TableChoices } from './import-choices'

const choicesFor = (columnCount: number, change: Partial<TableChoices> = {}): TableChoices => ({
  kind: 'table',
  textEncoding: 'utf-8',
  delimiter: ',',
  decimal: '.',
  firstLine: 1,
  columns: Array.from({ length: columnCount }, (_, n) => ({ name: `c${n}`, unit: '', role: 'channel' as ColumnRole })),
  timeUnit: 's',
  dateOrder: 'ymd',
  sampleRate: null,
  missing: 'interpolate',
  uneven: 'as-is',
  part: 0,
  monoMix: false,
  ...change
})

/** Reads in pieces of random length. */
function scan(text: string | Uint8Array, choices: TableChoices, random = new Random(1), longest = 50) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const columns = scannedColumns(choices)
  const store = new MemoryStore(columns.length)
  const scanner = new TableScanner(choices, columns, store)
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.integer(longest)
    scanner.push(bytes.subarray(at, end))
    at = end
  }
  const report = scanner.finish()
  return { report, columns: columns.map((_, slot) => [...store.read(slot, 0, store.rowCount)]) }
}

test('rows read from their bytes and rows read as text give the same bits, in any dialect and any pieces', () => {
  const random = new Random(31)
  const pick = <T>(options: readonly T[]) => options[random.integer(options.length)]
  for (let round = 0; round < 3000; round += 1) {
    const decimal = pick(['.', ','] as const)
    const delimiter = pick([',', ';', '\t', '|', ' '] as const)
    const columnCount = 1 + random.integer(4)
    const number = () => {
      const value = pick([random.normal() * 10 ** random.integer(40), random.integer(100), random.nextUint32() / 7])
      const text = pick([
        String(value),
        value.toFixed(random.integer(9)),
        value.toExponential(random.integer(20)),
        `${random.nextUint32()}${random.nextUint32()}${pick(['', '.5', 'e-10'])}`
      ])
      return pick(['', '', '', '+', '-']).concat(text.replace(/^-/, '')).replace('.', decimal)
    }
    const cell = () =>
      pick([
        ...Array.from({ length: 12 }, number),
        ...[
          '',
          ' ',
          'NaN',
          '5.',
          '.5',
          ',5',
          '5,',
          '1e5',
          '1e',
          '-',
          '--1',
          '1 2',
          'x',
          '1.234,5',
          '0x1F',
          '1e400',
          '-0'
        ],
        ...[
          '"7"',
          `"${number()}"`,
          ' "8" ',
          '"a,b;c"',
          '"1""2"',
          '"x\ny"',
          '12"',
          '#',
          '%1',
          '- 1',
          '\u22125',
          '1\u00a0234'
        ]
      ])
    const padded = () => (delimiter === ' ' ? cell() : `${pick(['', '', ' ', '  '])}${cell()}${pick(['', '', ' '])}`)
    const lineEnd = pick(['\n', '\r\n', '\r'])
    const lines = Array.from({ length: 1 + random.integer(6) }, () =>
      Array.from({ length: Math.max(1, columnCount + pick([0, 0, 0, 0, 0, 0, -1, 1])) }, padded).join(delimiter)
    )
    const text = lines.join(lineEnd) + pick(['', lineEnd])
    const choices = choicesFor(columnCount, { decimal, delimiter })

    const expected: number[][] = choices.columns.map(() => [])
    let refused = false
    try {
      eachRow(unifyLineEnds(text), delimiter, (cells) => {
        if (/^\s*[#%]/.test(cells[0])) return
        const values = choices.columns.map((_, place) => parseCell(cells[place] ?? '', decimal))
        const isEmpty = values.every((value) => Number.isNaN(value))
        if (isEmpty && (cells.every((found) => found.trim() === '') || !cells.every(isMissing))) return
        values.forEach((value, place) => expected[place].push(value))
      })
    } catch {
      refused = true
    }
    if (refused) {
      expect(() => scan(text, choices, random), text).toThrow('opens a quote')
      continue
    }
    const { report, columns } = scan(text, choices, random)
    expect(report.rowCount, JSON.stringify(text)).toBe(expected[0].length)
    columns.forEach((values, place) => {
      values.forEach((value, n) => {
        // Gaps are filled: what is compared is what stood in the file.
        if (Number.isNaN(expected[place][n])) return
        if (!Object.is(value, expected[place][n]))
          throw new Error(`${value} for ${expected[place][n]} in ${JSON.stringify(text)}`)
      })
    })
  }
})

test('every plain decimal gives the double that the language gives for it', () => {
  const random = new Random(32)
  const lines: string[] = []
  const bits = new BigUint64Array(1)
  const double = new Float64Array(bits.buffer)
  while (lines.length < 60_000) {
    bits[0] = (BigInt(random.nextUint32()) << 32n) | BigInt(random.nextUint32())
    if (!Number.isFinite(double[0])) continue
    const digits = random.integer(17)
    lines.push(String(double[0]), (random.normal() * 1000).toFixed(digits), double[0].toExponential(digits))
  }
  const { columns } = scan(lines.join('\n'), choicesFor(1), random, 5000)
  lines.forEach((line, n) => {
    if (!Object.is(columns[0][n], Number(line))) throw new Error(`${line} became ${columns[0][n]}`)
  })
})

test('lines are counted through quotes, blank lines and comments, and a sample knows its line', () => {
  const text = '1,2\n\n# a\n"3\n",4\r\n\r\n5,6\n'
  const { report, columns } = scan(text, choicesFor(2))
  expect(columns).toEqual([
    [1, 3, 5],
    [2, 4, 6]
  ])
  expect([0, 1, 2].map((sample) => report.lineOf(sample))).toEqual([1, 4, 7])
})

test('a gap that is longer than a block is filled in one straight line', () => {
  const count = 150_000
  const lines = Array.from({ length: count }, (_, n) => `${n},${n === 10 || n === count - 10 ? n : ''}`)
  const { columns, report } = scan(lines.join('\n'), choicesFor(2), new Random(2), 1 << 16)
  expect(report.gaps[1].count).toBe(count - 2)
  expect(columns[1].slice(0, 12)).toEqual([...new Array(11).fill(10), expect.closeTo(11, 6)])
  columns[1].slice(10, count - 10).forEach((value, n) => {
    if (Math.abs(value - (n + 10)) > 1e-6) throw new Error(`${value} at ${n + 10}`)
  })
  expect(columns[1].slice(-5)).toEqual(new Array(5).fill(count - 10))
})

test('missing cells are held if that is chosen, and refused if that is', () => {
  const text = '1,\n2,5\n3,\n4,NaN\n5,7\n'
  expect(scan(text, choicesFor(2, { missing: 'hold' })).columns[1]).toEqual([5, 5, 5, 5, 7])
  expect(() => scan(text, choicesFor(2, { missing: 'refuse' }))).toThrow('Line 1: expected a number in the column "c1"')
})

test('UTF-16 in pieces of any length is read as its text', () => {
  const text = '\ufeffµ;1,5\n2;3\n'
  const codes = [...text].map((letter) => letter.charCodeAt(0))
  for (const [textEncoding, bytes] of [
    ['utf-16le', codes.flatMap((code) => [code & 255, code >> 8])],
    ['utf-16be', codes.flatMap((code) => [code >> 8, code & 255])]
  ] as const) {
    const choices = choicesFor(2, { textEncoding, delimiter: ';', decimal: ',' })
    for (let round = 0; round < 20; round += 1) {
      expect(scan(Uint8Array.from(bytes), choices, new Random(round), 3).columns).toEqual([
        [2, 2],
        [1.5, 3]
      ])
    }
  }
})

test('stamps of nanoseconds since 1970 keep every nanosecond', () => {
  const first = 1_700_000_000_123_456_789n
  const lines = Array.from({ length: 50 }, (_, n) => `${first + BigInt(n * 999)},${n}`)
  const choices = choicesFor(2, { timeUnit: 'ns' })
  const withTime = { ...choices, columns: [{ ...choices.columns[0], role: 'time' as const }, choices.columns[1]] }
  expect(scan(lines.join('\n'), withTime).columns[0]).toEqual(lines.map((_, n) => n * 999))
})

test('a line that never ends and a quote that is never closed are refused with their line', () => {
  const long = (piece: string) => `1,2\n${piece}${'5'.repeat(17 * 2 ** 20)}`
  expect(() => scan(long(''), choicesFor(2), new Random(1), 1 << 22)).toThrow('Line 2 is longer than 16 MB')
  expect(() => scan(long('"'), choicesFor(2), new Random(1), 1 << 22)).toThrow('Line 2 opens a quote')
  expect(() => scan('1,2\n3,"4\n5,6', choicesFor(2))).toThrow('Line 2 opens a quote that is never closed')
})

test('binary data in the middle is refused with its line', () => {
  expect(() => scan('1,2\n3,\u00004\n', choicesFor(2))).toThrow('binary data in line 2')
})
