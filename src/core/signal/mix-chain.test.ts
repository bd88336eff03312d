import { describe, expect, test } from 'vitest'
import { checkChain, passThrough, type MixChain } from './mix-chain'

const pass = (chain: MixChain, mix = new Float64Array(10_000)) => {
  passThrough(chain, mix, { sampleRate: 1000, toneCount: 4, seed: 5 })
  return mix
}

test('an empty chain changes nothing', () => {
  const mix = Float64Array.from({ length: 100 }, (_, n) => Math.sin(n))
  expect(pass({}, mix.slice())).toEqual(mix)
})

test('offset and trend are a straight line', () => {
  const line = pass({ offset: 0.5, trendPerSecond: -0.1 })
  expect([line[0], line[1000], line[9000]]).toEqual([0.5, expect.closeTo(0.4, 12), expect.closeTo(-0.4, 12)])
})

test('each colour is added with its own level, drawn apart from the other', () => {
  const [pink, brown] = [pass({ colours: { pink: 0.3 } }), pass({ colours: { brown: 0.4 } })]
  const rmsOf = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length)
  expect([rmsOf(pink), rmsOf(brown)]).toEqual([expect.closeTo(0.3, 12), expect.closeTo(0.4, 12)])
  expect(pass({ colours: { pink: 0.3, brown: 0.4 } })).toEqual(pink.map((value, n) => value + brown[n]))
})

test('impulses hit their share, and what clips cuts them', () => {
  const hits = pass({ degradations: { impulses: { share: 0.01, size: 8 } } }).filter((value) => value !== 0)
  expect(hits.length / 10_000).toBeCloseTo(0.01, 2)
  expect(new Set(hits.map(Math.abs))).toEqual(new Set([2]))
  const cut = pass({ degradations: { impulses: { share: 0.01, size: 8 } }, clipLevel: 1.5 })
  expect(Math.max(...cut.map(Math.abs))).toBe(1.5)
})

test('a dropout loses everything, the offset too', () => {
  const lost = pass({ offset: 1, degradations: { dropouts: { share: 0.2, meanSeconds: 0.05 } } })
  expect(new Set(lost)).toEqual(new Set([0, 1]))
  expect(lost.filter((value) => value === 0).length / 10_000).toBeCloseTo(0.2, 0)
})

describe('what cannot be is refused', () => {
  test.each<[MixChain, string]>([
    [{ colours: { pink: -1 } }, 'pink noise of 0 or more. Received: -1.'],
    [{ colours: { brown: NaN } }, 'brown noise of 0 or more. Received: NaN.'],
    [{ offset: Infinity }, 'as offset. Received: Infinity.'],
    [{ trendPerSecond: NaN }, 'as trend. Received: NaN.'],
    [{ clipLevel: 0 }, 'clip level above 0. Received: 0.']
  ])('%j', (chain, message) => expect(() => checkChain(chain)).toThrow(message))
})
