import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import exact from '../../../fixtures/wav/exact.json'
import { Random } from '../../core/random'
import type { TableChoices } from '../../core/signal/import-choices'
import { InputError } from '../../core/signal/signal'
import { openRecording, openText, proposeText } from './open-recording'
import { memorySource, type SampleSource } from './sample-source'
import { wavCodings, writeRecording, writeSignal, type WrittenSignal } from './write-recording'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'write-recording-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))
const at = (name: string) => join(folder, name)
const fixture = (name: string) => join(__dirname, '../../../fixtures/wav', `${name}.wav`)
const channelsOf = (source: SampleSource) =>
  source.channelNames.map((_, channel) => [...source.readExact(channel, 0, source.sampleCount)])

describe.each(Object.entries(exact))('%s', (name, expected) => {
  test('holds in double precision what SciPy and libsndfile read, and so does every copy that can hold it', async () => {
    const { source } = await openRecording(fixture(name))
    if ('integers' in expected) {
      const integers = source.channelNames.map((_, channel) =>
        [...source.readIntegers!(channel, 0, source.sampleCount)!].map(String)
      )
      expect(integers).toEqual(expected.integers)
      const trip = await writeRecording(at('copy.wav'), source, { kind: 'wav', coding: 'int64' })
      expect(trip.largestDifference).toBe(0)
      const copy = await openRecording(at('copy.wav'))
      expect([...copy.source.readIntegers!(0, 0, 1000)!].map(String)).toEqual(expected.integers[0])
      return
    }
    expect(channelsOf(source)).toEqual(expected.channels)
    const keeps = ['float64', ...(source.precision === 'float32' ? (['float32'] as const) : [])] as const
    for (const coding of keeps) {
      const trip = await writeRecording(at('copy.wav'), source, { kind: 'wav', coding })
      expect({ coding, ...trip }).toMatchObject({ largestDifference: 0, clipped: 0, lost: 0 })
      expect(channelsOf((await openRecording(at('copy.wav'))).source)).toEqual(expected.channels)
    }
    const trip = await writeRecording(at('copy.csv'), source, { kind: 'csv' })
    expect(trip).toMatchObject({ largestDifference: 0, lost: 0 })
    expect(channelsOf((await openRecording(at('copy.csv'))).source)).toEqual(expected.channels)
  })
})

const random = new Random(41)
const noise = (count: number) => Float32Array.from({ length: count }, () => random.uniform(-0.9, 0.9))
const signal = { sampleRate: 8000, channels: [noise(1001), noise(1001), noise(1001)], channelNames: ['a', 'b', 'c'] }

test.each(wavCodings)(
  '%s keeps its samples when they are written in it again, and is near enough at first',
  async (coding) => {
    const first = await writeRecording(at('first.wav'), memorySource(signal), { kind: 'wav', coding })
    const step = {
      unsigned8: 2 ** -7,
      int16: 2 ** -15,
      int24: 2 ** -23,
      int32: 2 ** -31,
      aLaw: 2 ** -4,
      muLaw: 2 ** -4
    }
    expect(first.largestDifference).toBeLessThanOrEqual((step[coding as 'int16'] ?? 0) / 2)
    const opened = await openRecording(at('first.wav'))
    const second = await writeRecording(at('second.wav'), opened.source, { kind: 'wav', coding })
    expect(second).toMatchObject({ largestDifference: 0, clipped: 0, lost: 0 })
    expect((await readFile(at('second.wav'))).equals(await readFile(at('first.wav')))).toBe(true)
  }
)

test('what is beyond full scale is clipped and counted, and what is no number is lost and counted', async () => {
  const samples = Float32Array.of(1.5, -1.5, 1, -1, NaN, Infinity, 0.25)
  const source = memorySource({ sampleRate: 8, channels: [samples], channelNames: ['a'] })
  const trip = await writeRecording(at('clipped.wav'), source, { kind: 'wav', coding: 'int16' })
  // 1 itself is half a step too large for 16 bits.
  expect(trip).toMatchObject({ clipped: 4, lost: 2, largestDifference: 0.5 + 2 ** -15 })
  expect(channelsOf((await openRecording(at('clipped.wav'))).source)[0].slice(-3)).toEqual([0, 32767 / 32768, 0.25])
})

test('the round trip is told in one line', async () => {
  const trip = await writeRecording(at('told.csv'), memorySource(signal), { kind: 'csv' })
  expect(trip.sentence).toBe('round trip: 1,001 samples, largest difference 0')
  expect(trip.bytes).toBe((await stat(at('told.csv'))).size)
  const loud = memorySource({ sampleRate: 8, channels: [Float32Array.of(1.5, NaN)], channelNames: ['a'] })
  expect((await writeRecording(at('told.wav'), loud, { kind: 'wav', coding: 'int16' })).sentence).toBe(
    'round trip: 2 samples, largest difference 0.5; 1 beyond full scale were clipped; 1 that are no finite numbers were replaced'
  )
})

describe('what is made on the way', () => {
  /** Pieces of 1000, each sample another one at each call if `changes`. */
  function made(changes: boolean): WrittenSignal {
    let pass = 0
    const samples = noise(2500)
    return {
      ...{ sampleRate: 1000, channelNames: ['made'], sampleCount: samples.length },
      *pieces() {
        pass += changes ? 1 : 0
        for (let n = 0; n < samples.length; n += 1000) yield [samples.map((x) => x + pass).subarray(n, n + 1000)]
      }
    }
  }

  test.each([
    ['float.wav', { kind: 'wav', coding: 'float32' }],
    ['double.wav', { kind: 'wav', coding: 'float64' }],
    ['point.csv', { kind: 'csv' }],
    ['comma.csv', { kind: 'csv', decimal: ',', delimiter: ';' }]
  ] as const)('comes back bit for bit from %s', async (name, format) => {
    const signal = made(false)
    const shares: number[] = []
    const trip = await writeSignal(at(name), signal, format, { onProgress: (share) => shares.push(share) })
    expect(trip).toMatchObject({ sampleCount: 2500, channelCount: 1, largestDifference: 0, clipped: 0, lost: 0 })
    expect(shares).toEqual([0.2, 0.4, 0.5, 0.7, 0.9, 1])
    const { source } = await openRecording(at(name))
    expect(channelsOf(source)[0]).toEqual([...signal.pieces()].flatMap(([piece]) => [...piece]))
  })

  test('is found out if it does not come out the same again', async () => {
    const trip = await writeSignal(at('changing.wav'), made(true), { kind: 'wav', coding: 'float64' })
    expect(trip.largestDifference).toBeCloseTo(1, 5)
  })

  test('is refused in a sentence where WAV cannot hold its rate', async () => {
    const odd = { ...made(false), sampleRate: 0.5 }
    await expect(writeSignal(at('odd.wav'), odd, { kind: 'wav', coding: 'int16' })).rejects.toThrow('Write CSV instead')
  })

  test('leaves the old file if the comparison is cancelled', async () => {
    await writeFile(at('whole.wav'), 'old')
    const abort = new AbortController()
    const onProgress = (share: number) => void (share > 0.6 && abort.abort())
    const format = { kind: 'wav', coding: 'int16' } as const
    const writing = writeSignal(at('whole.wav'), made(false), format, { abort: abort.signal, onProgress })
    await expect(writing).rejects.toThrow(/^Writing was cancelled; nothing was written\.$/)
    expect(await readFile(at('whole.wav'), 'utf8')).toBe('old')
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('a file that would not come out as it was leaves the old one', () => {
  test.each([
    // Names that are numbers read as a first row.
    [{ sampleRate: 1000, channelNames: ['0', '1'] }, { kind: 'csv', timeColumn: false }, 'it would read as 2 x'],
    [
      { sampleRate: 1e9, channelNames: ['a', 'b'] },
      { kind: 'wav', coding: 'int16' },
      '1 to 10000000 Hz, in whole hertz'
    ]
  ] as const)('%j as %j', async (described, format, sentence) => {
    await writeFile(at('target'), 'old')
    const source = memorySource({ ...described, channels: [noise(50), noise(50)] })
    const error = await writeRecording(at('target'), source, format).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toContain(sentence)
    expect((error as Error).message).toMatch(/[^.]\.$/)
    expect(await readFile(at('target'), 'utf8')).toBe('old')
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

test.each([
  { delimiter: ';', decimal: ',' },
  { delimiter: '\t', decimal: ',' },
  { delimiter: '\t', decimal: '.' },
  { delimiter: '|', decimal: '.', timeColumn: false },
  { delimiter: ',', decimal: '.', timeColumn: false }
] as const)('a table in the style %j comes back bit for bit', async (style) => {
  const trip = await writeRecording(at('style.csv'), memorySource(signal), { kind: 'csv', ...style })
  expect(trip).toMatchObject({ sampleCount: 1001, largestDifference: 0, lost: 0 })
})

test('the same sign for cells and decimals is refused, and nothing is written', async () => {
  const format = { kind: 'csv', delimiter: ',', decimal: ',' } as const
  await expect(writeRecording(at('absent.csv'), memorySource(signal), format)).rejects.toThrow('Choose semicolons')
  expect(await readdir(folder)).not.toContain('absent.csv')
})

test('names that a spreadsheet would run as formulas are guarded, and come back as they were', async () => {
  const channelNames = ['=cmd|calc', '+1', '-a, "b"', '@sum', 'plain']
  const source = memorySource({ sampleRate: 8, channels: channelNames.map(() => noise(5)), channelNames })
  await writeRecording(at('formula.csv'), source, { kind: 'csv' })
  const header = (await readFile(at('formula.csv'), 'utf8')).split('\n')[2]
  expect(header).toBe(`time (s),'=cmd|calc,'+1,"'-a, ""b""",'@sum,plain`)
  expect((await openRecording(at('formula.csv'))).source.channelNames).toEqual(channelNames)
})

test('doubles of a table keep every digit in a table, and in 64-bit float', async () => {
  const text = `t,u\n${Array.from({ length: 50 }, (_, n) => `${n},${random.normal() / 3}`).join('\n')}\n`
  const { source } = await openText(text, { choices: proposeText(text).choices as TableChoices })
  for (const format of [{ kind: 'csv' }, { kind: 'wav', coding: 'float64' }] as const) {
    const trip = await writeRecording(at(`double.${format.kind}`), source, format)
    expect(trip.largestDifference).toBe(0)
  }
})

test('an aborted writing leaves the old file', async () => {
  await writeFile(at('old.wav'), 'old')
  const abort = new AbortController()
  abort.abort()
  const format = { kind: 'wav', coding: 'int16' } as const
  const writing = writeRecording(at('old.wav'), memorySource(signal), format, { abort: abort.signal })
  await expect(writing).rejects.toThrow('cancelled')
  expect(await readFile(at('old.wav'), 'utf8')).toBe('old')
})
