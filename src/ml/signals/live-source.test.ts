import { expect, test } from 'vitest'
import { LivePictures, LiveSource } from './live-source'

const block = (from: number, count: number) => Float32Array.from({ length: count }, (_, n) => from + n)
const pushAll = (source: LiveSource, sizes: readonly number[]) => {
  for (const size of sizes) source.push([block(source.recorded, size)])
}

test('keeps everything in order until it is full', () => {
  const source = new LiveSource(1000, ['left'], 10)
  expect(source.kept().channels).toEqual([new Float32Array(0)])
  pushAll(source, [4, 3])
  expect(source.kept().channels).toEqual([block(0, 7)])
  expect(source.recorded).toBe(7)
})

test.each([[[4, 4, 4]], [[10]], [[10, 10]], [[7, 7, 7, 7]], [[25]], [[3, 25, 2]]])(
  'keeps the newest ten of blocks of %j, the oldest first',
  (sizes) => {
    const source = new LiveSource(1000, ['left'], 10)
    pushAll(source, sizes)
    expect(source.kept().channels).toEqual([block(source.recorded - 10, 10)])
    // Sample n stands at n modulo the length.
    for (let n = source.recorded - 10; n < source.recorded; n += 1) expect(source.read(0, n % 10, 1)[0]).toBe(n)
  }
)

test('channels stay apart, and blocks that do not fit are refused', () => {
  const source = new LiveSource(1000, ['left', 'right'], 4)
  source.push([block(0, 3), block(10, 3)])
  expect(source.kept().channels).toEqual([block(0, 3), block(10, 3)])
  expect(() => source.push([block(0, 3)])).toThrow('Expected 2 channels of one length. Received: 3 samples.')
  expect(() => source.push([block(0, 3), block(0, 2)])).toThrow('Received: 3, 2 samples.')
})

test('its picture holds what was recorded, and nothing behind', () => {
  const source = new LiveSource(1000, ['left'], 100)
  pushAll(source, [50])
  const { min, max } = new LivePictures(source).envelope(0, 0, 100, 4)
  expect([...max]).toEqual([24, 49, NaN, NaN])
  expect([...min]).toEqual([0, 25, NaN, NaN])
})
