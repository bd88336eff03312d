import { describe, expect, test } from 'vitest'
import { Random } from '../random'
import { findTones } from './find-tones'
import { generateMix } from './synth'

const sines = (
  tones: readonly (readonly [frequencyHz: number, amplitude: number])[],
  sampleRate = 1000,
  count = 10_000
) =>
  Float32Array.from({ length: count }, (_, n) =>
    tones.reduce(
      (sum, [frequency, amplitude]) => sum + amplitude * Math.sin((2 * Math.PI * frequency * n) / sampleRate + 1),
      0
    )
  )

test.each([1, 2, 3, 4, 5, 6, 7, 8])('all four tones of the noisy mix %s are found within 0.05 Hz', (seed) => {
  const frequenciesHz = [1, 3, 5, 7]
  const recipe = { frequenciesHz, sampleRate: 1000, durationSeconds: 10, noise: 0.3, phase: 'random', seed } as const
  const { mix, amplitudes } = generateMix(recipe)
  const found = findTones(mix, 1000)
  const inOrder = [...found].sort((a, b) => a.frequencyHz - b.frequencyHz)
  expect(inOrder).toHaveLength(4)
  inOrder.forEach((tone, index) => {
    expect(Math.abs(tone.frequencyHz - frequenciesHz[index])).toBeLessThan(0.05)
    expect(Math.abs(tone.amplitude - amplitudes[index] / 4)).toBeLessThan(0.03)
    expect(tone.confidence).toBeGreaterThan(0.999)
  })
  expect(found.map((tone) => tone.amplitude)).toEqual(found.map((tone) => tone.amplitude).sort((a, b) => b - a))
})

test('white noise holds no tones, in 99 of 100 draws or more', () => {
  const heard = Array.from({ length: 100 }, (_, seed) => {
    const random = new Random(seed)
    return findTones(
      Float32Array.from({ length: 5000 }, () => random.normal()),
      1000
    )
  }).filter((found) => found.length > 0)
  expect(heard.length).toBeLessThanOrEqual(1)
})

test('noise that falls with frequency holds no tones', () => {
  const random = new Random(4)
  let value = 0
  const brown = Float32Array.from({ length: 20_000 }, () => (value = 0.98 * value + random.normal()))
  expect(findTones(brown, 1000)).toEqual([])
})

describe('without noise', () => {
  test.each([12.345, 100, 333.33, 0.7])('one tone of %s Hz is one tone, and no side lobes', (frequencyHz) => {
    const found = findTones(sines([[frequencyHz, 0.5]]), 1000)
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0].frequencyHz - frequencyHz)).toBeLessThan(0.003)
    expect(found[0].amplitude).toBeCloseTo(0.5, 2)
  })

  test('a tone 50 dB below another is found, one 70 dB below is not', () => {
    const found = findTones(
      sines([
        [100, 1],
        [200, 0.003],
        [300, 0.0003]
      ]),
      1000
    )
    expect(found.map(({ frequencyHz }) => Math.round(frequencyHz))).toEqual([100, 200])
  })

  test('two tones three bins apart are two', () => {
    const found = findTones(
      sines([
        [50, 1],
        [50.3, 1]
      ]),
      1000
    )
    expect(found.map(({ frequencyHz }) => frequencyHz).sort()).toEqual([expect.closeTo(50, 1), expect.closeTo(50.3, 1)])
  })

  test('no more are told than asked for', () => {
    const found = findTones(
      sines([
        [50, 1],
        [150, 0.9],
        [250, 0.8]
      ]),
      1000,
      2
    )
    expect(found.map(({ frequencyHz }) => Math.round(frequencyHz))).toEqual([50, 150])
  })
})

test('a constant, silence, NaN and a handful of samples hold no tones', () => {
  expect(findTones(new Float32Array(1000).fill(5), 1000)).toEqual([])
  expect(findTones(new Float32Array(1000), 1000)).toEqual([])
  expect(findTones(new Float32Array(1000).fill(NaN), 1000)).toEqual([])
  expect(findTones(sines([[100, 1]], 1000, 20), 1000)).toEqual([])
  expect(findTones(new Float32Array(0), 1000)).toEqual([])
})

test('a few lost samples hide nothing', () => {
  const samples = sines([[100, 1]])
  samples.fill(NaN, 500, 520)
  expect(findTones(samples, 1000)[0].frequencyHz).toBeCloseTo(100, 2)
})

test('of a long recording the middle is looked at', () => {
  const samples = new Float32Array(1_000_000)
  samples.set(sines([[440, 0.3]], 48_000, 300_000), 350_000)
  expect(findTones(samples, 48_000).map(({ frequencyHz }) => frequencyHz)).toEqual([expect.closeTo(440, 2)])
})
