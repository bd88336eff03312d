import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { envelope } from '../../core/signal/envelope'
import { SignalPictures } from './signal-pictures'
import { pyramidCache } from './pyramid-cache'
import { memorySource, selectChannels, wholeOf, type SampleSource } from './sample-source'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'pyramid-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const random = new Random(21)
const noise = (count: number) => Float32Array.from({ length: count }, () => random.uniform(-1, 1))
const signal = { sampleRate: 1000, channels: [noise(300_000), noise(300_000)], channelNames: ['a', 'b'] }

/** Counts what is read. */
function watched(source: SampleSource): SampleSource & { samplesRead: number } {
  const counting = {
    ...source,
    samplesRead: 0,
    read(channel: number, start: number, count: number) {
      counting.samplesRead += count
      return source.read(channel, start, count)
    }
  }
  return counting
}

test('before the pyramid is built a picture comes from a sparse look and says so, afterwards from all samples', async () => {
  const source = watched(memorySource(signal))
  const pictures = new SignalPictures(source)
  const early = pictures.envelope(1, 0, 300_000, 100)
  expect(early.isExact).toBe(false)
  expect(source.samplesRead).toBeLessThanOrEqual(100 * 128 + 2 * 2 ** 16)
  expect(early.min.every((value) => value < 0)).toBe(true)
  await pictures.finished
  const { min, max, isExact } = pictures.envelope(1, 0, 300_000, 100)
  const exact = envelope(signal.channels[1], 0, 300_000, 100)
  expect(isExact).toBe(true)
  expect(Math.abs(Math.min(...min) - Math.min(...exact.min))).toBe(0)
  expect(Math.abs(Math.max(...max) - Math.max(...exact.max))).toBe(0)
  source.samplesRead = 0
  pictures.envelope(0, 10_000, 290_000, 100)
  expect(source.samplesRead).toBe(0)
})

test('narrow columns are those of the samples themselves, between samples and outside too', async () => {
  const pictures = new SignalPictures(memorySource(signal))
  for (const [start, end] of [
    [-100.5, 899.25],
    [299_500, 300_500],
    [1000, 51_000]
  ]) {
    const picture = pictures.envelope(0, start, end, 64)
    expect(picture).toEqual({ ...envelope(signal.channels[0], start, end, 64), isExact: true })
  }
  await pictures.finished
})

test('a signal that grows is followed to its end', async () => {
  let known = 1000
  const whole = memorySource(signal)
  const growing: SampleSource = {
    ...whole,
    get sampleCount() {
      return known
    },
    read: (channel, start, count) => whole.read(channel, start, Math.min(count, known - start))
  }
  const shares: number[] = []
  const pictures = new SignalPictures(growing, {
    isGrowing: () => known < 300_000,
    onProgress: (share) => shares.push(share)
  })
  for (const next of [70_000, 150_001, 300_000]) {
    await new Promise((resolve) => setTimeout(resolve, 30))
    known = next
  }
  await pictures.finished
  expect(pictures.envelope(0, 0, 300_000, 10).isExact).toBe(true)
  expect(Math.max(...pictures.envelope(0, 0, 300_000, 10).max)).toBe(
    signal.channels[0].reduce((a, b) => Math.max(a, b))
  )
  expect(shares[shares.length - 1]).toBe(1)
})

test('building stops when the signal is closed', async () => {
  const source = watched(memorySource({ ...signal, channels: [new Float32Array(2 ** 25)], channelNames: ['a'] }))
  const pictures = new SignalPictures(source)
  pictures.dispose()
  await pictures.finished
  expect(source.samplesRead).toBeLessThan(2 ** 25)
})

test('building can be stopped: what was seen stays exact, the rest a sparse look', async () => {
  const source = memorySource({ ...signal, channels: [new Float32Array(2 ** 25).fill(1)], channelNames: ['a'] })
  const stop = new AbortController()
  const pictures = new SignalPictures(source, { abort: stop.signal, onProgress: () => stop.abort() })
  await pictures.finished
  expect(pictures.share).toBeGreaterThan(0)
  expect(pictures.share).toBeLessThan(1)
  expect(pictures.envelope(0, 0, 2 ** 16, 10).isExact).toBe(true)
  expect(pictures.envelope(0, 0, 2 ** 25, 10)).toMatchObject({ isExact: false, max: new Float32Array(10).fill(1) })
})

test('a pyramid on disk spares the reading, unless the file is another one by now or damaged', async () => {
  const long = { ...signal, channels: [noise(2 ** 22)], channelNames: ['a'] }
  const key = { path: '/a.wav', size: 5, changedMilliseconds: 7, reading: 'x' }
  const built = new SignalPictures(memorySource(long), { cache: pyramidCache(folder, key) })
  await built.finished
  const readsFor = async (changed: typeof key) => {
    const source = watched(memorySource(long))
    const pictures = new SignalPictures(source, { cache: pyramidCache(folder, changed) })
    await pictures.finished
    expect(pictures.envelope(0, 5, 4_000_000, 300)).toEqual(built.envelope(0, 5, 4_000_000, 300))
    return source.samplesRead
  }
  expect(await readsFor(key)).toBe(0)
  expect(await readsFor({ ...key, size: 6 })).toBe(2 ** 22)
  expect(await readsFor({ ...key, changedMilliseconds: 8 })).toBe(2 ** 22)
  expect(await readsFor({ ...key, reading: 'y' })).toBe(2 ** 22)
  for (const name of await readdir(folder)) await truncate(join(folder, name), 100_000)
  expect(await readsFor(key)).toBe(2 ** 22)
})

test('channels are chosen in order, and mixed to their mean', () => {
  const source = memorySource({
    sampleRate: 8,
    channels: [Float32Array.of(1, 2), Float32Array.of(3, 5), Float32Array.of(0.1, 0.2)],
    channelNames: ['a', 'b', 'c']
  })
  const chosen = wholeOf(selectChannels(source, { channels: [1, 0], monoMix: false }))
  expect(chosen.channelNames).toEqual(['b', 'a'])
  expect(chosen.channels).toEqual([Float32Array.of(3, 5), Float32Array.of(1, 2)])
  const mix = wholeOf(selectChannels(source, { channels: [0, 1], monoMix: true }))
  expect(mix).toEqual({ sampleRate: 8, channels: [Float32Array.of(2, 3.5)], channelNames: ['mean of a, b'] })
})
