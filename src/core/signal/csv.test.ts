import { describe, expect, test } from 'vitest'
import { Random } from '../random'
import { decodeCsv, encodeCsv } from './csv'
import { InputError } from './signal'

const utf8 = (text: string) => new TextEncoder().encode(text)
const decode = (content: string | Uint8Array) => {
  const { signal, encoding, warnings } = decodeCsv(typeof content === 'string' ? utf8(content) : content)
  const channels = Object.fromEntries(signal.channels.map((samples, n) => [signal.channelNames[n], [...samples]]))
  return { sampleRate: signal.sampleRate, channels, encoding, warnings }
}

const table = 'time (s),voltage\n0,1.5\n0.001,2.5\n0.002,-3.5\n'
const voltage = { voltage: [1.5, 2.5, -3.5] }

describe('dialects', () => {
  const semicolon = table.replace(/,/g, ';')
  test.each([
    ['comma', table],
    ['comma', table.replace(/\n/g, '\r\n')],
    ['comma', table.replace(/\n/g, '\r')],
    ['comma', table.trim()],
    ['comma', table.replace(/\n/g, '\n\n')],
    ['comma', table.replace(/\n/g, ',\n')],
    ['comma', table.replace(/[^,\n]+/g, '"$&"')],
    ['comma', `\n\n${table}\n,,\n`],
    ['semicolon', semicolon],
    ['semicolon, decimal comma', semicolon.replace(/\./g, ',')],
    ['semicolon, decimal comma', `sep=;\n${semicolon.replace(/\./g, ',')}`],
    ['tab', table.replace(/,/g, '\t')],
    ['tab, decimal comma', table.replace(/,/g, '\t').replace(/\./g, ',')],
    ['bar', table.replace(/,/g, ' | ')],
    ['blanks', table.replace(/time \(s\)/, 'time').replace(/,/g, '   ')],
    [
      'blanks, decimal comma',
      table
        .replace(/time \(s\)/, 'time')
        .replace(/,/g, ' ')
        .replace(/\./g, ',')
    ],
    ['comma, decimal comma', table.replace(/-?\d+\.\d+/g, (number) => `"${number.replace('.', ',')}"`)]
  ])('%s', (encoding, text) => {
    expect(decode(text)).toEqual({ sampleRate: 1000, channels: voltage, encoding, warnings: [] })
  })

  test('separators of thousands', () => {
    const read = decode('t;u\n0;1.234,5\n1;-12.345,25\n2;0,5\n')
    expect(read).toMatchObject({
      channels: { u: [1234.5, -12345.25, 0.5] },
      encoding: 'semicolon, decimal comma',
      warnings: []
    })
  })

  test('one column of decimal commas under a name is not taken for two columns', () => {
    expect(decode('pressure\n1,5\n2,25\n').channels).toEqual({ pressure: [1.5, 2.25] })
  })

  test('a zero behind the comma gives a decimal comma away', () => {
    expect(decode('0,25\n0,0625\n1,5\n')).toMatchObject({
      channels: { 'column 1': [0.25, 0.0625, 1.5] },
      encoding: 'one column, decimal comma'
    })
  })

  test('whole numbers around commas without a header are two columns, and that is said', () => {
    const { channels, warnings } = decode('1,5\n3,4\n2,7\n')
    expect(channels).toEqual({ 'column 1': [1, 3, 2], 'column 2': [5, 4, 7] })
    expect(warnings).toContainEqual(expect.stringContaining('if they are decimal commas'))
  })
})

describe('encodings', () => {
  const utf16 = (text: string, littleEndian: boolean, mark = true) => {
    const codes = [...(mark ? '\ufeff' : ''), ...text].map((letter) => letter.charCodeAt(0))
    return Uint8Array.from(codes.flatMap((code) => (littleEndian ? [code & 255, code >> 8] : [code >> 8, code & 255])))
  }
  test.each([
    ['UTF-8 with a mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8(table)), 'comma'],
    ['UTF-16 LE', utf16(table, true), 'comma, UTF-16'],
    ['UTF-16 BE', utf16(table, false), 'comma, UTF-16'],
    ['UTF-16 LE without a mark', utf16(table, true, false), 'comma, UTF-16'],
    ['UTF-16 BE without a mark', utf16(table, false, false), 'comma, UTF-16']
  ])('%s', (_, bytes, encoding) => {
    expect(decode(bytes)).toEqual({ sampleRate: 1000, channels: voltage, encoding, warnings: [] })
  })

  test('Windows-1252', () => {
    const bytes = Uint8Array.from('time (µs);20 °C €\n0;1\n10;2\n20;3\n', (letter) =>
      letter === '€' ? 0x80 : letter.charCodeAt(0)
    )
    expect(decode(bytes)).toEqual({
      sampleRate: 100_000,
      channels: { '20 °C €': [1, 2, 3] },
      encoding: 'semicolon, Windows-1252',
      warnings: []
    })
  })
})

describe('headers', () => {
  test('none at all', () => {
    expect(decode('0,1.5\n0.5,2.5\n1,3.5\n')).toMatchObject({
      sampleRate: 2,
      channels: { 'column 2': [1.5, 2.5, 3.5] },
      warnings: ['The column "column 1" increases evenly and was taken as the time in seconds.']
    })
  })

  test('quoted names with commas, line feeds and quotes', () => {
    expect(decode('time,"a, b","c\nd","e ""f"""\n0,1,2,3\n1,4,5,7\n').channels).toEqual({
      'a, b': [1, 4],
      'c\nd': [2, 5],
      'e "f"': [3, 7]
    })
  })

  test('equal names are told apart, empty ones get a number, and no name is special', () => {
    const { channels } = decodeNames('time,x,x,,__proto__,constructor,toString\n0,1,2,3,4,5,6\n1,1,2,3,4,5,6\n')
    expect(channels).toEqual(['x', 'x (2)', 'column 4', '__proto__', 'constructor', 'toString'])
  })
  const decodeNames = (text: string) => ({ channels: decodeCsv(utf8(text)).signal.channelNames })

  test('names with a row of units below', () => {
    expect(decode('Time,Channel A\n(ms),(V)\n\n0,1\n2,2\n4,4\n')).toEqual({
      sampleRate: 500,
      channels: { 'Channel A (V)': [1, 2, 4] },
      encoding: 'comma',
      warnings: []
    })
  })

  test('names in the last comment, as NumPy writes them', () => {
    expect(decode('# made today\n# time u\n0 1\n1 3\n2 7\n')).toMatchObject({
      sampleRate: 1,
      channels: { u: [1, 3, 7] }
    })
  })

  test('the preamble of an oscilloscope', () => {
    const preamble = 'Model,DS1054Z\nRecord Length,3\nSample Interval,0.001\nFirmware,"1,2"\n\n'
    expect(decode(preamble + table)).toEqual({
      sampleRate: 1000,
      channels: voltage,
      encoding: 'comma',
      warnings: ['4 lines above the table were passed over.']
    })
  })

  test('comments between rows', () => {
    expect(decode(table.replace('0.001', '# a pause\n% two\n0.001')).channels).toEqual(voltage)
  })
})

describe('sample rate', () => {
  test.each([
    ['Time (ms)', 1000],
    ['t [us]', 1e6],
    ['time_ms', 1000],
    ['Time/µs', 1e6],
    ['t(ns)', 1e9],
    ['Zeit [s]', 1],
    ['TIME', 1],
    ['seconds', 1],
    ['ms', 1000],
    ['time (min)', 1 / 60],
    ['Timestamp', 1]
  ])('a column "%s" that counts by one', (name, sampleRate) => {
    const { channels, ...read } = decode(`${name};u\n0;1\n1;2\n2;5\n`)
    expect(read.sampleRate).toBeCloseTo(sampleRate, 10)
    expect(channels).toEqual({ u: [1, 2, 5] })
    expect(read.warnings).toEqual([])
  })

  test.each(['tone', 'temperature', 'signal', 'mass', 'sum'])('a column "%s" is no time', (name) => {
    expect(decode(`${name};u\n3;1\n1;2\n2;5\n`).channels).toHaveProperty(name)
  })

  test('the time may stand in any column', () => {
    expect(decode('u,time\n5,0\n1,0.25\n7,0.5\n')).toMatchObject({ sampleRate: 4, channels: { u: [5, 1, 7] } })
  })

  test('rounded stamps give a whole rate', () => {
    const rows = Array.from({ length: 1000 }, (_, n) => `${(n / 44_100).toFixed(9)},${n % 7}`)
    expect(decode(`t,u\n${rows.join('\n')}`)).toMatchObject({ sampleRate: 44_100, warnings: [] })
  })

  test.each([
    ['# sample_rate=1000', 1000],
    ['# Sample Rate: 48 kHz', 48_000],
    ['# fs = 250.5 Hz', 250.5],
    ['Sampling frequency,2e6', 2e6]
  ])('told by "%s"', (remark, sampleRate) => {
    const read = decode(`${remark}\nvoltage,current\n1,5\n3,4\n2,1\n`)
    expect(read.sampleRate).toBe(sampleRate)
    expect(read.warnings.filter((sentence) => sentence.includes('sample rate'))).toEqual([])
  })

  test('a remark and a time column that contradict each other', () => {
    const { sampleRate, warnings } = decode(`# sample_rate=500\n${table}`)
    expect(sampleRate).toBe(500)
    expect(warnings).toEqual(['The sample rate is given as 500 Hz, and the time column says 1000 Hz; 500 Hz was used.'])
  })

  test('nothing that tells it', () => {
    expect(decode('voltage\n1\n5\n2\n')).toEqual({
      sampleRate: 1,
      channels: { voltage: [1, 5, 2] },
      encoding: 'one column',
      warnings: ['There is no time column; a sample rate of 1 Hz was assumed.']
    })
  })

  test('milliseconds since 1970', () => {
    const { sampleRate, warnings } = decode('timestamp,u\n1700000000000,1\n1700000000010,2\n1700000000020,5\n')
    expect(sampleRate).toBe(100)
    expect(warnings).toEqual(['The time stamps were taken as milliseconds since 1970.'])
  })
})

describe('files of other programs', () => {
  const rows = [0, 1, 2, 3, 4].map((n) => ({ n, time: n / 1000, u: (n * n) / 8 }))
  const u = rows.map((row) => row.u)
  const lines = (make: (row: (typeof rows)[0]) => string) => `${rows.map(make).join('\n')}\n`

  test.each([
    ['NumPy', lines(({ time, u }) => `${time.toExponential(18)} ${u.toExponential(18)}`), { 'column 2': u }],
    ['NumPy with a header', `# t,u\n${lines(({ time, u }) => `${time.toFixed(6)},${u.toFixed(6)}`)}`, { u }],
    ['pandas', `,time,u\n${lines(({ n, time, u }) => `${n},${time},${u}`)}`, { u }],
    ['LTspice', `time\tV(out)\r\n${lines(({ time, u }) => `${time.toExponential(15)}\t${u}\r`)}`, { 'V(out)': u }],
    ['PicoScope', `Time,Channel A\n(ms),(mV)\n\n${lines(({ n, u }) => `${n}.00000000,${u}`)}`, { 'Channel A (mV)': u }],
    [
      'LabVIEW',
      `LabVIEW Measurement\t\nDelta_X\t0.001\n***End_of_Header***\t\nX_Value\tVoltage\tComment\n${lines(({ time, u }) => `${time}\t${u}`)}`,
      { Voltage: u }
    ],
    [
      'Tektronix',
      lines(
        ({ n, time, u }) =>
          `${['Record Length,5', 'Sample Interval,1e-3', ',', ',', ','][n]},,${time.toFixed(9)},  ${u},`
      ),
      { 'column 5': u }
    ],
    [
      'Excel in German',
      `Zeit [ms];Spannung [V]\r\n${lines(({ n, u }) => `${n};${`${u}`.replace('.', ',')}\r`)}`,
      { 'Spannung [V]': u }
    ]
  ])('%s', (_, text, channels) => {
    expect(decode(text)).toMatchObject({ sampleRate: 1000, channels })
  })

  test('a column that counts the rows is no time', () => {
    expect(decode(`sample,u\n${lines(({ n, u }) => `${n},${u}`)}`)).toMatchObject({
      sampleRate: 1,
      channels: { u },
      warnings: [
        'The column "sample" counts the rows and was left out.',
        'There is no time column; a sample rate of 1 Hz was assumed.'
      ]
    })
  })
})

describe('broken time', () => {
  const withStamps = (...stamps: (number | string)[]) =>
    decode(`time,u\n${stamps.map((stamp, n) => `${stamp},${n % 3}`).join('\n')}\n`)

  test('steps backward and equal stamps are counted, and nothing is sorted', () => {
    const { channels, warnings, sampleRate } = withStamps(0, 1, 2, 1.5, 3, 3, 4, 5)
    expect(channels.u).toEqual([0, 1, 2, 0, 1, 2, 0, 1])
    expect(sampleRate).toBe(1)
    expect(warnings[0]).toBe(
      'The time does not increase at 2 places, first in line 5; the samples were kept in the order of the file.'
    )
  })

  test('jitter and gaps are counted with their first line', () => {
    expect(withStamps(0, 1, 2, 3.02, 4, 5, 9, 10).warnings).toEqual([
      '3 time steps differ by more than 1 % from 1 s, first in line 5; evenly spaced samples were assumed.'
    ])
    expect(withStamps(0, 1, 2, 3.005, 4, 5).warnings).toEqual([])
  })

  test('a time that stands still or runs backward tells no rate', () => {
    for (const stamps of [
      [5, 5, 5, 5],
      [4, 3, 2, 1]
    ]) {
      const { sampleRate, warnings } = withStamps(...stamps)
      expect(sampleRate).toBe(1)
      expect(warnings).toEqual(['The time column does not increase; a sample rate of 1 Hz was assumed.'])
    }
  })

  test('an empty stamp costs no sample', () => {
    expect(withStamps(0, 1, '', 3, 4)).toMatchObject({ sampleRate: 1, channels: { u: [0, 1, 2, 0, 1] } })
  })
})

describe('gaps', () => {
  test.each(['', 'NaN', '#N/A', 'null', '-', '1.2.3', '0x1F', 'error'])(
    '%j is filled in a straight line, and counted',
    (cell) => {
      const { channels, warnings } = decode(`t,u\n0,1\n1,${cell}\n2,${cell}\n3,4\n4,0\n`)
      expect(channels).toEqual({ u: [1, 2, 3, 4, 0] })
      expect(warnings).toEqual([expect.stringMatching(/^2 cells of "u" are empty or not numbers, first in line 3;/)])
    }
  )

  test('at the ends the nearest value is held', () => {
    expect(decode('t,u\n0,\n1,2\n2,3\n3,NaN\n').channels).toEqual({ u: [2, 2, 3, 3] })
  })

  test('short rows are filled, long ones are cut, and both are told', () => {
    const { channels, warnings } = decode('t,u,w\n0,1,1\n1,2\n2,3,3,9\n3,4,4\n')
    expect(channels).toEqual({ u: [1, 2, 3, 4], w: [1, 2, 3, 4] })
    expect(warnings).toEqual([
      'A row is shorter than 3 cells, in line 3.',
      'A row is longer than 3 cells, in line 4; the rest was left out.',
      expect.stringMatching(/^1 cells of "w"/)
    ])
  })

  test('words in the table are left out and told', () => {
    const { channels, warnings } = decode('t,u\n0,1\nt,u\n1,2\n2,5\nEND\n')
    expect(channels).toEqual({ u: [1, 2, 5] })
    expect(warnings).toEqual(['2 lines in the table hold no numbers, in lines 3, 6; they were left out.'])
  })

  test('a column of text is left out and named', () => {
    const { channels, warnings } = decode('t,u,remark\n0,1,good\n1,2,bad\n2,5,"so, so"\n')
    expect(channels).toEqual({ u: [1, 2, 5] })
    expect(warnings).toEqual(['The column "remark" holds few or no numbers and was left out.'])
  })

  test('values beyond 32-bit floats become infinite, and that is told', () => {
    const { channels, warnings } = decode('t,u\n0,1e308\n1,-inf\n2,1e-400\n3,-0\n')
    expect(channels.u).toEqual([Infinity, -Infinity, 0, -0])
    expect(warnings).toEqual(['2 values are not finite as 32-bit floats; they were kept.'])
  })
})

describe('refused with one sentence', () => {
  test.each([
    ['nothing', '', 'no rows'],
    ['only a mark', '\ufeff', 'no rows'],
    ['only line feeds', '\n\r\n\n', 'no rows'],
    ['only a header', 'time,voltage\n', 'only "time,voltage"'],
    ['prose', 'It was a dark and stormy night;\nthe rain fell in torrents.', 'no row with a number'],
    ['an open quote', 'a,b\n1,2\n"3,4\n5,6\n', 'Line 3 opens a quote'],
    ['a web page', '<!DOCTYPE html>\n<html><body>1,2</body></html>', 'a web page (HTML)'],
    ['JSON', '{"t": 1}\n{"t": 2}\n', 'a JSON file'],
    ['257 columns', `${new Array(257).fill(1).join(',')}\n`.repeat(3), 'at most 256 columns']
  ])('%s', (_, text, sentence) => {
    const reading = () => decodeCsv(utf8(text))
    expect(reading).toThrow(InputError)
    expect(reading).toThrow(sentence)
  })

  test.each([
    ['zero bytes in text', Uint8Array.of(...utf8('1,2\n'), 0, 0), 'binary data'],
    ['random bytes', Uint8Array.from({ length: 300 }, (_, n) => 1 + ((n * 89) % 255)), 'binary data'],
    ['an Excel workbook', utf8('PK\x03\x04................xl/workbook.xml'), 'an Excel workbook'],
    ['a PNG picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), 'a PNG picture']
  ])('%s', (_, bytes, sentence) => {
    expect(() => decodeCsv(bytes)).toThrow(InputError)
    expect(() => decodeCsv(bytes)).toThrow(sentence)
  })
})

describe('writing', () => {
  const random = new Random(6)
  const bitPatterns = () => new Float32Array(Uint32Array.from({ length: 3000 }, () => random.nextUint32()).buffer)

  test.each([1000, 48_000, 0.1, 44_100 / 7])('any samples at %s Hz come back bit for bit', (sampleRate) => {
    const special = Float32Array.from(bitPatterns())
    special.set([0, -0, NaN, Infinity, -Infinity, 2 ** -149, NaN, NaN])
    const signal = { sampleRate, channels: [special, bitPatterns()], channelNames: ['a', 'b, "c"'] }
    const { signal: back } = decodeCsv(utf8(encodeCsv(signal)))
    expect(back.sampleRate).toBe(sampleRate)
    expect(back.channelNames).toEqual(signal.channelNames)
    back.channels.forEach((samples, channel) => {
      expect(samples.every((value, n) => Object.is(value, signal.channels[channel][n]))).toBe(true)
    })
  })

  test('the text is what people expect', () => {
    const signal = { sampleRate: 1000, channels: [Float32Array.of(0.1, -0.25)], channelNames: ['u'] }
    expect(encodeCsv(signal)).toBe('# sample_rate=1000\n# samples=float32\ntime (s),u\n0,0.1\n0.001,-0.25\n')
  })

  test('one sample, a constant and a name that is a number come back', () => {
    for (const samples of [[5], [1, 1, 1]]) {
      const signal = { sampleRate: 8, channels: [Float32Array.from(samples)], channelNames: ['7'] }
      const { signal: back, warnings } = decodeCsv(utf8(encodeCsv(signal)))
      expect({ ...back, channels: back.channels.map((channel) => [...channel]) }).toEqual({
        ...signal,
        channels: [samples]
      })
      expect(warnings).toEqual([])
    }
  })
})

test('damaged text gives a signal or an InputError, in bounded time', () => {
  const random = new Random(4)
  const seeds = [
    table,
    '# sample_rate=8\nx\n1,5\n2,5\n',
    'a;"b\nc";d\r\n1,5;2;3\r\n4;5;6\r\n',
    'x y  z\n1 2 3\n4 5 6\n'
  ].map(utf8)
  const marks = [...utf8('"",;\t| \n\r#%=.-+eE0N'), 0, 0xff, 0xc3]
  for (let round = 0; round < 5000; round += 1) {
    const bytes = seeds[random.integer(seeds.length)].slice()
    for (let change = random.integer(6); change >= 0; change -= 1) {
      bytes[random.integer(bytes.length)] = marks[random.integer(marks.length)]
    }
    try {
      const { signal } = decodeCsv(bytes.subarray(0, bytes.length - random.integer(5)))
      expect(signal.channels.length).toBeGreaterThan(0)
      expect(signal.channels[0].length).toBeGreaterThan(0)
      expect(signal.sampleRate).toBeGreaterThan(0)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
    }
  }
})

test.each([
  ['digits', '1'],
  ['blanks', ' '],
  ['hyphens', '-'],
  ['quotes', '"'],
  ['commas', ','],
  ['time', 'time ']
])('a megabyte of %s in one line is answered at once', (_, piece) => {
  const before = performance.now()
  try {
    decodeCsv(utf8(`a,b\n1,2\n${piece.repeat(1e6 / piece.length)}x\n3,4\n`))
  } catch (error) {
    if (!(error instanceof InputError)) throw error
  }
  expect(performance.now() - before).toBeLessThan(5000)
})

test('numbers written in any dialect are read in that dialect', () => {
  const random = new Random(8)
  const pick = <T>(options: readonly T[]) => options[random.integer(options.length)]
  for (let round = 0; round < 1000; round += 1) {
    const decimal = pick(['.', ','])
    const delimiter = pick(decimal === ',' ? [';', '\t', '|', ' '] : [',', ';', '\t', '|', ' '])
    const lineEnd = pick(['\n', '\r\n', '\r'])
    const columnCount = 1 + random.integer(4)
    const hasHeader = random.integer(2) === 0
    const columns = Array.from({ length: columnCount }, () =>
      Float32Array.from({ length: 5 + random.integer(1) }, () => random.normal() * 10 ** random.integer(4))
    )
    const rows = [...columns[0]].map((_, n) => [n / 8, ...columns.map((samples) => samples[n])])
    const lines = rows.map((cells) => cells.map((cell) => String(cell).replace('.', decimal)).join(delimiter))
    if (hasHeader) lines.unshift(['time', ...columns.map((_, n) => `c${n}`)].join(delimiter))
    const text = lines.join(lineEnd) + pick(['', lineEnd])
    const { signal } = decodeCsv(utf8(text))
    expect([signal.sampleRate, ...signal.channels.map((samples) => [...samples])], text).toEqual([
      8,
      ...columns.map((samples) => [...samples])
    ])
  }
})
