import { expect, test } from 'vitest'
import { Random } from '../random'
import { readTable } from './csv'
import { detectTable } from './csv-detect'
import { InputError } from './signal'

/** What people's programs write: each part of a dialect is drawn by itself. */
function draw(random: Random) {
  const pick = <T>(options: readonly T[]) => options[random.integer(options.length)]
  const decimal = pick(['.', ',', '.'] as const)
  const delimiter = pick([',', ';', '\t', '|', ' '] as const)
  const isQuoted = delimiter === decimal || random.integer(8) === 0
  const lineEnd = pick(['\n', '\r\n', '\r'])
  const textEncoding = pick(['utf-8', 'utf-8', 'mark', 'utf-16le', 'windows-1252'] as const)
  const time = pick([
    'time (s)',
    'Time [ms]',
    't_us',
    'Zeit/s',
    'ISO',
    'date and clock',
    'DD.MM.YYYY',
    'remark'
  ] as const)
  const header = delimiter === ' ' ? 'names' : pick(['names', 'names', 'preamble', 'comment', 'units'] as const)
  const rate = pick([10, 50, 100, 1000, 48_000])
  const columnCount = 1 + random.integer(4)
  const rowCount = 12 + random.integer(30)
  return { decimal, delimiter, isQuoted, lineEnd, textEncoding, time, header, rate, columnCount, rowCount, pick }
}

test('of 300 files in drawn dialects 95 % are read right without a question, and none wrong in silence', () => {
  const random = new Random(2024)
  let right = 0
  let asked = 0
  const wrong: string[] = []
  const count = 300
  for (let n = 0; n < count; n += 1) {
    const dialect = draw(random)
    const { decimal, delimiter, isQuoted, lineEnd, textEncoding, time, header, columnCount, rowCount, pick } = dialect
    const isCalendar = time === 'ISO' || time === 'date and clock' || time === 'DD.MM.YYYY'
    const rate = isCalendar ? pick([1, 10, 100]) : dialect.rate
    const number = (value: number, digits: number) => {
      const text = value.toFixed(digits).replace('.', decimal)
      return isQuoted ? `"${text}"` : text
    }
    const columns = Array.from({ length: columnCount }, () =>
      Array.from({ length: rowCount }, () => Number((random.normal() * 3).toFixed(4)))
    )
    const stamp = (sample: number): string[] => {
      const seconds = sample / rate
      const at = new Date(Date.UTC(2024, 4, 17, 23, 59, 50) + Math.round(seconds * 1000)).toISOString()
      switch (time) {
        case 'time (s)':
        case 'Zeit/s':
          return [number(seconds, 6)]
        case 'Time [ms]':
          return [number(seconds * 1e3, 3)]
        case 't_us':
          return [number(seconds * 1e6, 1)]
        case 'ISO':
          return [at]
        case 'date and clock':
          return [at.slice(0, 10), at.slice(11, 23)]
        case 'DD.MM.YYYY':
          return [
            `${at.slice(8, 10)}.${at.slice(5, 7)}.${at.slice(0, 4)}${delimiter === ' ' ? 'T' : ' '}${at.slice(11, 23)}`
          ]
        case 'remark':
          return []
      }
    }
    const timeNames =
      time === 'date and clock' ? ['Date', 'Time'] : time === 'remark' ? [] : [isCalendar ? 'When' : time]
    const names = [...timeNames, ...columns.map((_, c) => pick([`ch${c}`, `Voltage ${c}`, `µ${c}`, `"a, ${c}"`]))].map(
      (name) => (delimiter === ' ' ? name.replace(/[\s"]/g, '_').replace('time_(s)', 'time') : name)
    )
    const lines: string[] = []
    if (time === 'remark') lines.push(`# Sample Rate: ${rate} Hz`)
    if (header === 'preamble') lines.push('Model,XY-1000', 'Firmware,"1,2"', 'Comment,measured on the bench', '')
    lines.push((header === 'comment' ? '# ' : '') + names.join(delimiter))
    if (header === 'units') lines.push(names.map(() => pick(['(V)', 's', ''])).join(delimiter))
    for (let sample = 0; sample < rowCount; sample += 1) {
      lines.push([...stamp(sample), ...columns.map((values) => number(values[sample], 4))].join(delimiter))
    }
    const text = `${lines.join(lineEnd)}${lineEnd}`
    const bytes =
      textEncoding === 'utf-16le'
        ? Buffer.from(`\ufeff${text}`, 'utf16le')
        : textEncoding === 'windows-1252'
          ? Buffer.from(text, 'latin1')
          : Buffer.from(textEncoding === 'mark' ? `\ufeff${text}` : text)

    let isRight = false
    let isAsked: boolean
    try {
      const { choices, questions, assumptions } = detectTable(bytes)
      const found = readTable(bytes, choices)
      isAsked = questions.length > 0
      isRight =
        Math.abs(found.sampleRate - rate) < 1e-6 * rate &&
        found.columns.length === columnCount &&
        found.columns.every((column, c) =>
          found.store.read(column, 0, rowCount).every((value, k) => value === columns[c][k])
        )
      if (!isRight && found.warnings.length + assumptions.length > 0) isAsked = true
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      isAsked = true
    }
    // The letters of Windows-1252 are asked for by design: what is counted is everything else.
    if (isRight && (!isAsked || textEncoding === 'windows-1252')) right += 1
    else if (isAsked) asked += 1
    else wrong.push(text)
  }
  expect(wrong).toEqual([])
  expect({ right, asked }).toEqual({ right: expect.any(Number), asked: count - right })
  expect(right / count).toBeGreaterThanOrEqual(0.95)
})
