import { appendFileSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RawChoices, TableChoices } from '../../core/signal/import-choices'
import { encodeWav } from '../../core/signal/wav'
import { wavHeaderBytes } from '../../core/signal/wav-write'
import { openRecording, openText, previewFile, previewText, proposeFile, proposeText } from './open-recording'
import { wholeOf } from './sample-source'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'open-recording-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const written = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const tableOf = (text: string) => proposeText(text).choices as TableChoices
const read = async (text: string, change: Partial<TableChoices> = {}) => {
  const opened = await openText(text, { choices: { ...tableOf(text), ...change } })
  const { sampleRate, channels, channelNames } = wholeOf(opened.source)
  const { warnings, partCount, timeSteps } = opened
  return { sampleRate, channelNames, channels: channels.map((samples) => [...samples]), warnings, partCount, timeSteps }
}

describe('uneven time', () => {
  const gap = 't,u\n0,0\n1,1\n2,2\n5,5\n6,6\n7,7\n'

  test('is resampled along straight lines', async () => {
    const { channels, warnings, sampleRate } = await read(gap, { uneven: 'resample' })
    expect(channels).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]])
    expect(sampleRate).toBe(1)
    expect(warnings).toEqual(['The time is uneven (gaps: 1, first in line 5); 6 samples became 8 at even steps.'])
  })

  test('with jitter is resampled to the values between the stamps', async () => {
    const stamps = [0, 1, 2.1, 2.9, 4, 5.05, 6, 7, 8]
    const { channels } = await read(`t,u\n${stamps.map((t) => `${t},${10 * t}`).join('\n')}\n`, { uneven: 'resample' })
    channels[0].forEach((value, n) => expect(value).toBeCloseTo(10 * n, 5))
    expect(channels[0]).toHaveLength(9)
  })

  test('is split at gaps and steps backward, and a part is chosen', async () => {
    const text = `${gap}3,3\n4,4\n`
    const parts = await Promise.all([0, 1, 2].map((part) => read(text, { uneven: 'split', part })))
    expect(parts.map(({ channels }) => channels[0])).toEqual([
      [0, 1, 2],
      [5, 6, 7],
      [3, 4]
    ])
    expect(parts[1].partCount).toBe(3)
    expect(parts[1].warnings).toEqual(['This is part 2 of 3; the record was split at 2 gaps and steps backward.'])
    await expect(read(text, { uneven: 'split', part: 3 })).rejects.toThrow('a part from 1 to 3. Received: 4')
  })

  test('is refused with what is wrong and where', async () => {
    await expect(read(gap, { uneven: 'refuse' })).rejects.toThrow(
      'Expected evenly spaced time stamps. Received: gaps: 1, first in line 5.'
    )
  })

  test('stamps that do not increase are passed over when it is resampled', async () => {
    const { channels, warnings } = await read('t,u\n0,0\n1,1\n1,9\n2,2\n0.5,9\n3,3\n4,4\n', { uneven: 'resample' })
    expect(channels).toEqual([[0, 1, 2, 3, 4]])
    expect(warnings[0]).toContain('2 samples whose time does not increase were left out')
  })

  test('gaps too long to fill are refused', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => `${n},1`)
    await expect(read(`t,u\n${rows.join('\n')}\n1e9,2\n`, { uneven: 'resample' })).rejects.toThrow('Split at the gaps')
  })

  test('its steps come as a histogram with faults and their lines', async () => {
    const { timeSteps } = await read('t (ms),u\n0,1\n1,1\n2,1\n3,1\n3,1\n2,1\n9,1\n10,1\n11.2,1\n,1\n13,1\n14,1\n')
    expect(timeSteps).toMatchObject({ medianSeconds: 0.001, leastSeconds: -0.001, greatestSeconds: 0.007 })
    expect(timeSteps?.counts.reduce((sum, count) => sum + count)).toBe(timeSteps?.count)
    expect(timeSteps?.faults).toEqual([
      { kind: 'backward', count: 1, firstLine: 7 },
      { kind: 'duplicate', count: 1, firstLine: 6 },
      { kind: 'gap', count: 1, firstLine: 8 },
      { kind: 'jitter', count: 1, firstLine: 10 },
      { kind: 'missing', count: 1, firstLine: 11 }
    ])
  })
})

describe('calendar time', () => {
  test.each([
    ['2024-01-01T00:00:00.000Z,1\n2024-01-01T00:00:00.010Z,2\n2024-01-01T00:00:00.020Z,4\n', 100],
    ['2024-03-31 23:59:59,1\n2024-04-01 00:00:00,2\n2024-04-01 00:00:01,4\n', 1],
    ['31.12.2023 23:59:59.5;1\n01.01.2024 00:00:00.0;2\n01.01.2024 00:00:00.5;4\n', 2],
    ['12/31/2023 11:59:58 PM,1\n12/31/2023 11:59:59 PM,2\n1/1/2024 12:00:00 AM,4\n', 1],
    ['2024-01-01T00:00:00+02:00,1\n2023-12-31T22:00:01Z,2\n2024-01-01T00:00:02+02:00,4\n', 1],
    ['01-Jan-2024 00:00:00\t1\n01-Jan-2024 00:00:01\t2\n01-Jan-2024 00:00:02\t4\n', 1]
  ])('%j', async (rows, sampleRate) => {
    const delimiter = /[,;\t]/.exec(rows.replace(/\d,\d{3}Z/g, ''))![0]
    const found = await read(`when${delimiter}u\n${rows}`)
    expect(found).toMatchObject({ sampleRate, channels: [[1, 2, 4]], warnings: [] })
  })

  test('a date and a clock in two columns are one time', async () => {
    const text = 'Date;Time;u\n2024-05-01;23:59:59,5;1,5\n2024-05-02;00:00:00,0;2,5\n2024-05-02;00:00:00,5;3,5\n'
    expect(tableOf(text).columns.map(({ role }) => role)).toEqual(['date', 'clock', 'channel'])
    expect(await read(text)).toMatchObject({ sampleRate: 2, channels: [[1.5, 2.5, 3.5]], warnings: [] })
  })

  test('a clock alone passes midnight', async () => {
    const text = 'clock,u\n23:59:58,1\n23:59:59,2\n00:00:00,3\n00:00:01,4\n'
    expect(await read(text)).toMatchObject({ sampleRate: 1, channels: [[1, 2, 3, 4]], warnings: [] })
  })

  test('the order of day and month is asked where both fit', () => {
    const ambiguous = proposeText('when,u\n01/02/2024 00:00:00,1\n01/02/2024 00:00:01,2\n')
    expect(ambiguous.questions).toEqual(['Is the day or the month first in "01/02/2024 00:00:00"?'])
    expect(proposeText('when,u\n13/02/2024 00:00:00,1\n13/02/2024 00:00:01,2\n')).toMatchObject({
      choices: { dateOrder: 'dmy' },
      questions: []
    })
  })

  test('an hour that the clock is put forward shows as a gap in its line', async () => {
    const stamps = ['01:59:58', '01:59:59', '03:00:00', '03:00:01'].map((clock, n) => `2024-03-31 ${clock},${n}`)
    const { timeSteps } = await read(`when,u\n${stamps.join('\n')}\n`)
    expect(timeSteps?.faults).toEqual([{ kind: 'gap', count: 1, firstLine: 4 }])
  })
})

describe('choices', () => {
  test('another delimiter, other roles and a rate of one’s own are followed', async () => {
    const text = 'a;b,c\n1;2,3\n4;5,6\n7;8,9\n'
    const column = (name: string, role: TableChoices['columns'][0]['role']) => ({ name, unit: '', role })
    const choices: TableChoices = {
      ...tableOf(text),
      ...{ delimiter: ';', decimal: ',', firstLine: 2, sampleRate: 50 },
      columns: [column('a', 'ignore'), column('b', 'channel')]
    }
    const { source, warnings } = await openText(text, { choices })
    expect(wholeOf(source)).toEqual({
      sampleRate: 50,
      channelNames: ['b'],
      channels: [Float32Array.of(2.3, 5.6, 8.9)]
    })
    expect(warnings).toEqual([])
  })

  test('a time that counts samples needs the rate, and shows gaps all the same', async () => {
    const text = 'n,u\n0,1\n1,2\n2,4\n5,5\n'
    const choices = tableOf(text)
    const columns = choices.columns.map((column, n) => ({ ...column, role: n === 0 ? ('time' as const) : column.role }))
    const found = await read(text, { columns, timeUnit: 'samples', sampleRate: 100, uneven: 'split' })
    expect(found).toMatchObject({ sampleRate: 100, channels: [[1, 2, 4]], partCount: 2 })
  })

  test('channels become their mean', async () => {
    const { channels, channelNames } = await read('t,u,w\n0,1,3\n1,2,6\n2,4,8\n', { monoMix: true })
    expect({ channels, channelNames }).toEqual({ channels: [[2, 4, 6]], channelNames: ['mean of u, w'] })
  })

  test.each([
    [{ columns: [{ name: 'a', unit: '', role: 'ignore' as const }] }, 'Expected a column of samples'],
    [{ firstLine: 99 }, 'Expected rows of numbers from line 99 on'],
    [{ delimiter: '|' as const }, 'Expected rows of numbers']
  ])('%j that gives no signal is a sentence, in the preview too', async (change, sentence) => {
    const text = 'a,b\n1,2\n3,4\n'
    await expect(read(text, change)).rejects.toThrow(sentence)
    const preview = previewText(text, { ...tableOf(text), ...change })
    expect(preview.problem).toContain(sentence)
    expect(preview.lines).toHaveLength(4)
  })
})

describe('the preview', () => {
  test('shows lines, cells, samples and what was found, and follows the choices', async () => {
    const path = await written('table.csv', 'time (s),u\n0,1.5\n0.5,2.5\n1,0.5\n')
    const proposal = await proposeFile(path)
    expect(proposal.questions).toEqual([])
    expect(proposal.evidence.map(({ about }) => about)).toEqual([
      'textEncoding',
      'delimiter',
      'decimal',
      'firstLine',
      'columns',
      'timeUnit'
    ])
    const preview = await previewFile(path, proposal.choices)
    expect(preview).toMatchObject({
      ...{ sampleRate: 2, channelNames: ['u'], sampleCount: 3, isEstimate: false, encoding: 'comma', problem: null },
      ...{ partCount: 1, warnings: [], plotSamples: 3 }
    })
    expect(preview.rows[1]).toEqual({ line: 2, cells: ['0', '1.5'] })
    expect(preview.lines[1]).toEqual({ line: 2, text: '0,1.5' })
    expect([...preview.plot[0].max]).toEqual([1.5, 2.5, 0.5])
    expect((await previewFile(path, { ...(proposal.choices as TableChoices), sampleRate: 8 })).sampleRate).toBe(8)
  })

  test('of a long table reads its beginning only and estimates the rest', async () => {
    const rows = Array.from({ length: 200_000 }, (_, n) => `${(n / 1000).toFixed(3)},${(n % 97).toFixed(4)}`)
    const path = await written('long.csv', `t,u\n${rows.join('\n')}\n`)
    const { choices } = await proposeFile(path)
    const preview = await previewFile(path, choices)
    expect(preview.isEstimate).toBe(true)
    expect(Math.abs(preview.sampleCount / 200_000 - 1)).toBeLessThan(0.1)
    expect(preview.lines).toHaveLength(100)
  })

  test('of a WAV file says what its header says', async () => {
    const path = await written(
      'a.wav',
      encodeWav({ sampleRate: 8000, channels: [Float32Array.of(0.5, NaN), Float32Array.of(1, 2)], channelNames: [] })
    )
    const proposal = await proposeFile(path)
    expect(proposal.questions).toEqual(['What should become of the 1 samples that are NaN or infinite?'])
    expect(await previewFile(path, proposal.choices)).toMatchObject({
      ...{ encoding: '32-bit float', sampleRate: 8000, sampleCount: 2, channelNames: ['channel 1', 'channel 2'] }
    })
  })
})

describe('samples without a header', () => {
  const tone = Float64Array.from({ length: 4000 }, (_, n) => Math.round(9000 * Math.sin(n / 15)))
  test.each([
    ['int16', 'little', Int16Array.from(tone)],
    ['float32', 'little', Float32Array.from(tone, (sample) => sample / 9000)],
    ['unsigned8', 'little', Uint8Array.from(tone, (sample) => 128 + sample / 100)]
  ] as const)('%s is guessed and read', async (coding, byteOrder, values) => {
    const path = await written(`${coding}.raw`, new Uint8Array(values.buffer))
    const { choices, questions } = await proposeFile(path, true)
    expect(choices).toMatchObject({ kind: 'raw', coding, byteOrder, channelCount: 1 })
    expect(questions).toHaveLength(1)
    const opened = await openRecording(path, { choices })
    expect(opened.format).toBe('raw')
    expect(opened.source.sampleCount).toBe(4000)
    opened.source.close()
  })

  test('an offset, channels, byte order and a rate are followed', async () => {
    const bytes = new Uint8Array([9, 9, 9, 0x40, 0, 0xc0, 0, 0x20, 0, 0xe0, 0])
    const path = await written('offset.raw', bytes)
    const choices: RawChoices = {
      ...{ kind: 'raw', coding: 'int16', byteOrder: 'big', channelCount: 2, offsetBytes: 3, sampleRate: 10 },
      ...{ channels: [1], strange: 'keep', monoMix: false }
    }
    const { source } = await openRecording(path, { choices })
    expect(wholeOf(source)).toEqual({
      ...{ sampleRate: 10, channelNames: ['channel 2'] },
      channels: [Float32Array.of(-0.5, -0.25)]
    })
    await expect(openRecording(path, { choices: { ...choices, offsetBytes: 30 } })).rejects.toThrow('a smaller offset')
    await expect(openRecording(path, { choices: { ...choices, channels: [2] } })).rejects.toThrow(
      'channels from 1 to 2'
    )
  })
})

describe('samples that are no numbers', () => {
  const samples = Float32Array.of(NaN, 1, NaN, Infinity, 4, NaN)
  test.each([
    ['keep', [NaN, 1, NaN, Infinity, 4, NaN]],
    ['zero', [0, 1, 0, 0, 4, 0]],
    ['hold', [1, 1, 1, 1, 4, 4]],
    ['interpolate', [1, 1, 2, 3, 4, 4]]
  ] as const)('%s', async (strange, expected) => {
    const path = await written('nan.wav', encodeWav({ sampleRate: 8, channels: [samples], channelNames: [] }))
    const choices = { kind: 'wav', sampleRate: null, channels: null, strange, monoMix: false } as const
    const { source, warnings } = await openRecording(path, { choices })
    expect([...source.read(0, 0, 6)]).toEqual(expected)
    expect(warnings[0]).toMatch(/^4 values are not finite numbers, the first one is sample 1 of channel 1/)
    expect([...source.read(0, 3, 2)]).toEqual(expected.slice(3, 5))
  })
})

test('a long WAV file is read where it is looked at, at any place', async () => {
  const frameCount = 3_000_000
  const format = { coding: 'int24', channelCount: 2, sampleRate: 48_000, frameCount } as const
  const path = await written('long.wav', wavHeaderBytes(format))
  await truncate(path, 44 + 6 * frameCount)
  const { source } = await openRecording(path)
  expect(source.sampleCount).toBe(frameCount)
  expect(source.read(1, frameCount - 3, 10)).toEqual(new Float32Array(3))
  expect(source.read(0, 123_456, 200_000)).toHaveLength(200_000)
  source.close()
})

describe('a long table', () => {
  const line = (n: number) => `${(n / 1000).toFixed(3)},${(n % 1009) / 8},${-n}`
  const text = (count: number) => `time (s),u,w\n${Array.from({ length: count }, (_, n) => line(n)).join('\n')}\n`

  test('shows its beginning, then grows to the whole, in a file of its own', async () => {
    const path = await written('growing.csv', text(1_500_000))
    const opened = await openRecording(path, { beginningOnly: true, temporaryFolder: folder })
    const { source } = opened
    expect(source.sampleRate).toBe(1000)
    expect(source.sampleCount).toBeGreaterThan(10_000)
    expect(source.sampleCount).toBeLessThan(1_000_000)
    expect([...source.read(0, 1010, 3)]).toEqual([1 / 8, 2 / 8, 3 / 8])
    const shares: number[] = []
    const whole = await opened.readRest!({ onProgress: (share) => shares.push(share) })
    expect(whole.warnings).toEqual([])
    expect(source.sampleCount).toBe(1_500_000)
    expect([...source.read(1, 1_499_998, 5)]).toEqual([-1_499_998, -1_499_999])
    expect([...source.readExact(0, 1009 * 1400 + 5, 2)]).toEqual([5 / 8, 6 / 8])
    expect(shares.length).toBeGreaterThan(3)
    source.close()
  })

  test('keeps what was read when it is stopped', async () => {
    const path = await written('stopped.csv', text(600_000))
    const opened = await openRecording(path, { beginningOnly: true })
    const abort = new AbortController()
    const whole = await opened.readRest!({ abort: abort.signal, onProgress: () => abort.abort() })
    expect(whole.warnings).toEqual([expect.stringMatching(/^Reading was stopped in line \d+; the \d+ rows above/)])
    expect(whole.source.sampleCount).toBeGreaterThan(10_000)
    expect(whole.source.sampleCount).toBeLessThan(600_000)
    whole.source.close()
  })

  test('that changes while it is read is refused', async () => {
    const path = await written('changing.csv', text(1_000_000))
    const opened = await openRecording(path, { beginningOnly: true })
    appendFileSync(path, line(1_000_000))
    await expect(opened.readRest!()).rejects.toThrow('changed while it was read')
    opened.source.close()
  })
})
