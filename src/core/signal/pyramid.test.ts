import { expect, test } from 'vitest'
import { Random } from '../random'
import { envelope } from './envelope'
import { Pyramid } from './pyramid'

const random = new Random(12)
const noise = (count: number) => Float32Array.from({ length: count }, () => random.normal())
const inPieces = (pyramid: Pyramid, samples: Float32Array, length: number) => {
  for (let start = 0; start < samples.length; start += length) pyramid.add(samples.subarray(start, start + length))
}

test('columns that fall on bins are those of the samples', () => {
  const samples = noise(64 * 1024 + 13)
  const pyramid = new Pyramid(16)
  inPieces(pyramid, samples, 4096)
  pyramid.finish()
  for (const columns of [1, 4, 64, 256]) {
    const picture = pyramid.envelope(0, 64 * 1024, columns)!
    const exact = envelope(samples, 0, 64 * 1024, columns)
    expect(picture.min).toEqual(exact.min)
    expect(picture.max).toEqual(exact.max)
    picture.rms.forEach((value, c) => expect(value).toBeCloseTo(exact.rms[c], 5))
  }
})

test('no peak is lost at any range, and none is moved by more than a quarter of a column', () => {
  const pyramid = new Pyramid(16)
  const samples = new Float32Array(50_000)
  for (let n = 0; n < 40; n += 1) samples[random.integer(samples.length)] = 1 + n
  inPieces(pyramid, samples, 1600)
  pyramid.finish()
  for (let round = 0; round < 300; round += 1) {
    const start = random.integer(20_000)
    const end = start + 10_000 + random.integer(20_000)
    const columns = 1 + random.integer(100)
    const width = (end - start) / columns
    const picture = pyramid.envelope(start, end, columns)!
    samples.forEach((value, n) => {
      if (value === 0 || n < start || n >= end) return
      const near = [-0.25, 0, 0.25].map((shift) => picture.max[Math.floor((n - start) / width + shift)] ?? 0)
      expect(Math.max(...near)).toBeGreaterThanOrEqual(value)
    })
  }
})

test('while it grows it shows what it has, and NaN behind', () => {
  const pyramid = new Pyramid(16)
  const samples = noise(100_000)
  pyramid.add(samples.subarray(0, 16 * 1234))
  const { min } = pyramid.envelope(0, 100_000, 100)!
  const known = Math.floor((16 * 1234) / 1000)
  for (let c = 0; c < known; c += 1) expect(min[c]).toBeLessThan(0)
  for (let c = known + 1; c < 100; c += 1) expect(min[c]).toBeNaN()
})

test('columns narrower than four bins are left to the samples', () => {
  const pyramid = new Pyramid(16)
  pyramid.add(noise(1000))
  pyramid.finish()
  expect(pyramid.envelope(0, 630, 10)).toBeUndefined()
  expect(pyramid.envelope(0, 640, 10)).toBeDefined()
})

test('NaN samples are passed over, and a stretch of them is NaN', () => {
  const pyramid = new Pyramid(16)
  pyramid.add(new Float32Array(1024).fill(NaN))
  pyramid.add(Float32Array.from({ length: 1024 }, (_, n) => (n % 2 ? NaN : 2)))
  pyramid.finish()
  const picture = pyramid.envelope(0, 2048, 2)!
  expect([...picture.min, ...picture.max, ...picture.rms]).toEqual([NaN, 2, NaN, 2, NaN, 2])
})

test('it comes back from its levels', () => {
  const pyramid = new Pyramid(16)
  inPieces(pyramid, noise(30_001), 1600)
  pyramid.finish()
  const back = Pyramid.from(16, 30_001, pyramid.levels)
  for (const range of [
    [0, 30_001],
    [5, 20_000]
  ]) {
    expect(back.envelope(range[0], range[1], 50)).toEqual(pyramid.envelope(range[0], range[1], 50))
  }
})
