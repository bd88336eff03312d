import { describe, expect, test } from 'vitest'
import { Random } from '../random'
import { estimateNoise, findTones } from './find-tones'
import { generateMix } from './synth'

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

interface Sine {
  frequencyHz: number
  amplitude?: number
  phase?: number
}

const sines = (tones: Sine[], sampleRate: number, count: number) =>
  Float32Array.from({ length: count }, (_, n) =>
    tones.reduce(
      (sum, { frequencyHz, amplitude = 1, phase = 0 }) =>
        sum + amplitude * Math.sin((2 * Math.PI * frequencyHz * n) / sampleRate + phase),
      0
    )
  )
const whiteNoise = (count: number, seed: number) => {
  const random = new Random(seed)
  return Float32Array.from({ length: count }, () => random.normal())
}
const frequenciesOf = (found: { frequencyHz: number }[]) => found.map(({ frequencyHz }) => frequencyHz)

test('the four tones of a noisy mix are found within 0.05 Hz for twenty seeds', () => {
  for (const seed of seeds) {
    const { mix, amplitudes } = generateMix({
      frequenciesHz: [1, 3, 5, 7],
      sampleRate: 1000,
      durationSeconds: 10,
      noise: 0.3,
      phase: 'random',
      seed
    })
    const found = findTones(mix, 1000).sort((a, b) => a.frequencyHz - b.frequencyHz)
    expect(found).toHaveLength(4)
    found.forEach(({ frequencyHz, amplitude, confidence }, index) => {
      expect(Math.abs(frequencyHz - [1, 3, 5, 7][index])).toBeLessThan(0.05)
      expect(Math.abs(amplitude - amplitudes[index] / 4)).toBeLessThan(0.03)
      expect(confidence).toBeGreaterThan(0.9)
    })
  }
})

test('white noise alone gives none for twenty seeds and three lengths', () => {
  for (const seed of seeds) {
    for (const count of [100, 10_000, 48_000]) expect(findTones(whiteNoise(count, seed), 1000)).toEqual([])
  }
})

describe('one pure tone gives exactly one', () => {
  test.each([
    { frequencyHz: 5, sampleRate: 1000, count: 10_000 },
    { frequencyHz: 5.0321, sampleRate: 1000, count: 10_000 },
    { frequencyHz: 1000, sampleRate: 48_000, count: 48_000 },
    { frequencyHz: 997.3, sampleRate: 48_000, count: 5000 },
    { frequencyHz: 0.31, sampleRate: 100, count: 1000 },
    { frequencyHz: 49.6, sampleRate: 100, count: 1000 },
    { frequencyHz: 230, sampleRate: 1000, count: 64 }
  ])('$frequencyHz Hz in $count samples at $sampleRate Hz', ({ frequencyHz, sampleRate, count }) => {
    for (const phase of [0, 0.7, 1.9, 3]) {
      const found = findTones(sines([{ frequencyHz, phase }], sampleRate, count), sampleRate)
      expect(found).toHaveLength(1)
      expect(Math.abs(found[0].frequencyHz - frequencyHz)).toBeLessThan((0.1 * sampleRate) / count)
      expect(Math.abs(found[0].amplitude - 1)).toBeLessThan(0.05)
      expect(found[0].confidence).toBeGreaterThan(0.9)
      expect(found[0].confidence).toBeLessThanOrEqual(1)
    }
  })
})

test('a tone of amplitude 1e-6 or 1e6 is found like one of amplitude 1', () => {
  for (const amplitude of [1e-6, 1e6]) {
    const found = findTones(sines([{ frequencyHz: 12.5, amplitude, phase: 1 }], 1000, 5000), 1000)
    expect(found).toHaveLength(1)
    expect(found[0].frequencyHz).toBeCloseTo(12.5, 2)
    expect(found[0].amplitude / amplitude).toBeCloseTo(1, 2)
  }
})

test('tones at 100 and 440 Hz at 48 kHz are found within 0.2 Hz, the strongest first', () => {
  for (const count of [4800, 48_000]) {
    const tones = [
      { frequencyHz: 100, amplitude: 0.3 },
      { frequencyHz: 440, amplitude: 0.6, phase: 2 }
    ]
    const found = findTones(sines(tones, 48_000, count), 48_000)
    expect(found).toHaveLength(2)
    expect(Math.abs(found[0].frequencyHz - 440)).toBeLessThan(0.2)
    expect(Math.abs(found[1].frequencyHz - 100)).toBeLessThan(0.2)
  }
})

test('a tone a hundred times weaker than its neighbour is found beside it', () => {
  const tones = [{ frequencyHz: 50.3 }, { frequencyHz: 58.1, amplitude: 0.01 }]
  const found = frequenciesOf(findTones(sines(tones, 1000, 5000), 1000))
  expect(found).toHaveLength(2)
  expect(found[1]).toBeCloseTo(58.1, 1)
})

test('no more tones are given than asked for', () => {
  const samples = sines(
    [{ frequencyHz: 10 }, { frequencyHz: 20, amplitude: 2 }, { frequencyHz: 30, amplitude: 3 }],
    500,
    5000
  )
  const found = frequenciesOf(findTones(samples, 500, 2))
  expect(found).toHaveLength(2)
  expect(found[0]).toBeCloseTo(30, 1)
  expect(found[1]).toBeCloseTo(20, 1)
  expect(findTones(samples, 500, 0)).toEqual([])
})

test('a constant, drift and less than two periods are no tones', () => {
  expect(findTones(new Float32Array(5000).fill(0.1), 1000)).toEqual([])
  expect(
    findTones(
      Float32Array.from({ length: 5000 }, (_, n) => n / 1000),
      1000
    )
  ).toEqual([])
  expect(findTones(sines([{ frequencyHz: 0.25, phase: 0.4 }], 1000, 5000), 1000)).toEqual([])
})

test('a tone on a large constant is found', () => {
  const found = findTones(
    sines([{ frequencyHz: 20, amplitude: 0.01 }], 1000, 5000).map((sample) => sample + 5),
    1000
  )
  expect(frequenciesOf(found)).toHaveLength(1)
  expect(found[0].frequencyHz).toBeCloseTo(20, 2)
})

test('silence, no samples and fewer than sixteen give none', () => {
  expect(findTones(new Float32Array(1000), 1000)).toEqual([])
  expect(findTones(new Float32Array(0), 1000)).toEqual([])
  expect(findTones(sines([{ frequencyHz: 250 }], 1000, 15), 1000)).toEqual([])
  expect(() => findTones(sines([{ frequencyHz: 250 }], 1000, 16), 1000)).not.toThrow()
})

test('samples that are not finite count as zero', () => {
  expect(findTones(new Float32Array(1000).fill(NaN), 1000)).toEqual([])
  const samples = sines([{ frequencyHz: 40 }], 1000, 5000)
  samples[100] = NaN
  samples[2000] = Infinity
  const found = findTones(samples, 1000)
  expect(found[0].frequencyHz).toBeCloseTo(40, 2)
  expect(found).toHaveLength(1)
})

test('a tone that starts after the first 2^20 samples is not looked for', () => {
  const samples = new Float32Array(2 ** 20 + 20_000)
  samples.set(sines([{ frequencyHz: 100 }], 1000, 20_000), 2 ** 20)
  expect(findTones(samples, 1000)).toEqual([])
})

test.each([0.01, 0.3, 5])('white noise of %s is found beside tones, to a tenth', (noise) => {
  const recipe = { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, durationSeconds: 10, phase: 'random' } as const
  for (const seed of [1, 2, 3]) {
    const found = estimateNoise(generateMix({ ...recipe, noise, seed }).mix)
    expect(Math.abs(found / noise - 1)).toBeLessThan(0.1)
  }
  expect(estimateNoise(new Float32Array(4))).toBeNaN()
})
