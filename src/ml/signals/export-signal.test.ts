import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import type { Job } from '../jobs'
import { describeRoundTrip, exportSignal, type ExportedSignal } from './export-signal'
import { readSignalFile } from './read-signal-file'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'signal-export-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const quiet: Job = { abort: new AbortController().signal, advance: () => {} }

/** Two channels in pieces of 1000. */
function signalOf(sampleCount: number, draw: (random: Random) => number, names = ['a', 'b']): ExportedSignal {
  const random = new Random(1)
  const channels = names.map(() => Float32Array.from({ length: sampleCount }, () => draw(random)))
  return {
    ...{ sampleRate: 1000, channelNames: names, sampleCount },
    *pieces() {
      for (let at = 0; at < sampleCount; at += 1000) yield channels.map((samples) => samples.subarray(at, at + 1000))
    }
  }
}
const anything = (random: Random) => random.normal() * 10 ** random.uniform(-30, 30)

test.each([
  ['float.wav', { kind: 'wav', coding: 'float32' }],
  ['point.csv', { kind: 'csv', decimal: '.' }],
  ['comma.csv', { kind: 'csv', decimal: ',' }]
] as const)('%s comes back bit for bit, and says so', async (name, format) => {
  const path = join(folder, name)
  const signal = signalOf(2500, anything)
  const trip = await exportSignal(path, signal, format, quiet)
  expect(trip).toEqual({
    ...{ sampleCount: 2500, channelCount: 2, largestDifference: 0, clipped: 0 },
    bytes: (await stat(path)).size
  })
  const read = await readSignalFile(path)
  expect(read.signal.sampleRate).toBe(1000)
  expect(read.signal.channelNames).toEqual(name.endsWith('csv') ? ['a', 'b'] : read.signal.channelNames)
  const whole = [...signal.pieces()].map((piece) => [...piece[1]]).flat()
  expect([...read.signal.channels[1]]).toEqual(whole)
})

test.each([
  ['int16', 2 ** -16],
  ['int24', 2 ** -24]
] as const)('%s is off by half a step, and counts what it cuts off', async (coding, halfStep) => {
  const signal = signalOf(2500, (random) => random.uniform(-0.99, 0.99))
  const trip = await exportSignal(join(folder, `${coding}.wav`), signal, { kind: 'wav', coding }, quiet)
  expect(trip.largestDifference).toBeGreaterThan(0.8 * halfStep)
  expect(trip.largestDifference).toBeLessThanOrEqual(1.01 * halfStep)
  expect(trip.clipped).toBe(0)
  const loud = signalOf(100, () => 2)
  expect(await exportSignal(join(folder, 'loud.wav'), loud, { kind: 'wav', coding }, quiet)).toMatchObject({
    clipped: 200
  })
})

test('headings that a spreadsheet would run are guarded', async () => {
  const path = join(folder, 'formula.csv')
  await exportSignal(
    path,
    signalOf(20, () => 0.5, ['=HYPERLINK("x")', 'b']),
    { kind: 'csv', decimal: '.' },
    quiet
  )
  const [, , heading, first] = (await readFile(path, 'utf8')).split('\n')
  expect(heading).toBe(`time (s),"'=HYPERLINK(""x"")",b`)
  expect(first).toBe('0,0.5,0.5')
})

describe('what goes wrong', () => {
  test('a cancelled export leaves the file that was there', async () => {
    const path = join(folder, 'kept.wav')
    await writeFile(path, 'before')
    const controller = new AbortController()
    const job = { abort: controller.signal, advance: (share: number) => void (share > 0.2 && controller.abort()) }
    const writing = exportSignal(path, signalOf(5000, anything), { kind: 'wav', coding: 'float32' }, job)
    await expect(writing).rejects.toThrow('cancelled')
    expect(await readFile(path, 'utf8')).toBe('before')
  })

  test('a source that does not give the same again is found out', async () => {
    let pass = 0
    const changing: ExportedSignal = {
      ...{ sampleRate: 1000, channelNames: ['a'], sampleCount: 100 },
      *pieces() {
        pass += 1
        yield [new Float32Array(100).fill(pass)]
      }
    }
    const trip = await exportSignal(join(folder, 'changing.wav'), changing, { kind: 'wav', coding: 'float32' }, quiet)
    expect(trip.largestDifference).toBe(1)
  })

  test('a rate that WAV cannot hold is refused in a sentence', async () => {
    const odd = { ...signalOf(10, anything), sampleRate: 0.5 }
    await expect(exportSignal(join(folder, 'odd.wav'), odd, { kind: 'wav', coding: 'float32' }, quiet)).rejects.toThrow(
      'Write CSV instead'
    )
  })
})

test('the round trip is told in one line', () => {
  const trip = { sampleCount: 480_000, channelCount: 1, bytes: 1, largestDifference: 0, clipped: 0 }
  expect(describeRoundTrip(trip)).toBe('round trip: 480,000 samples, largest difference 0')
  expect(describeRoundTrip({ ...trip, largestDifference: 1.52587890625e-5, clipped: 3 })).toBe(
    'round trip: 480,000 samples, largest difference 0.000015; 3 samples beyond full scale were cut off'
  )
})
