import { expect, test } from 'vitest'
import { TileCache, TiledReader, tileLength } from './tile-cache'

const ramp =
  (log: [number, number, number][] = []) =>
  (channel: number, start: number, count: number) => {
    log.push([channel, start, count])
    return Float32Array.from({ length: count }, (_, n) => channel * 1e7 + start + n)
  }

test('any range comes as it is in the signal, cut where the signal ends', () => {
  const reader = new TiledReader(ramp(), new TileCache())
  const length = 3 * tileLength + 77
  for (const [start, count] of [
    [0, 5],
    [tileLength - 2, 4],
    [10, 2 * tileLength],
    [0, length],
    [length - 3, 10],
    [length, 5],
    [-5, 7]
  ]) {
    const samples = reader.read(1, start, count, length)
    const from = Math.max(0, start)
    const end = Math.max(from, Math.min(length, start + count))
    expect(samples).toEqual(Float32Array.from({ length: end - from }, (_, n) => 1e7 + from + n))
  }
})

test('a tile is decoded once, and a short piece by itself', () => {
  const log: [number, number, number][] = []
  const reader = new TiledReader(ramp(log), new TileCache())
  reader.read(0, 100, 10, 10 * tileLength)
  reader.read(0, 0, tileLength, 10 * tileLength)
  reader.read(0, 5, tileLength - 10, 10 * tileLength)
  reader.read(0, 100, 10, 10 * tileLength)
  expect(log).toEqual([
    [0, 100, 10],
    [0, 0, tileLength]
  ])
})

test('the cache stays within its bound and forgets what was used longest ago', () => {
  const bytes = 4 * tileLength
  const cache = new TileCache(3 * bytes)
  const tile = () => new Float32Array(tileLength)
  for (const key of ['a', 'b', 'c']) cache.set(key, tile())
  cache.get('a')
  cache.set('d', tile())
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true])
  expect(cache.bytes).toBe(3 * bytes)
  cache.forget('a')
  expect(cache.bytes).toBe(2 * bytes)
})
