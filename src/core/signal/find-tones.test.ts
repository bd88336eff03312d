import { describe, expect, test } from 'vitest'
import { Random } from '../random'
import { estimateNoise, findTones } from './find-tones'
import { colouredNoise, noiseColours } from './noise-colours'
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
      expect(confidence).toBeGreaterThan(0.8)
    })
  }
})

test('white noise alone gives none for a hundred seeds and six lengths', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    for (const count of [16, 32, 100, 400, 5000, 20_000]) expect(findTones(whiteNoise(count, seed), 1000)).toEqual([])
  }
})

test.each(noiseColours)('the hills of %s noise are no tones, but for a few in a hundred', (colour) => {
  for (const [sampleCount, most] of [
    [1000, 5],
    [10_000, 2]
  ]) {
    let fooled = 0
    for (let seed = 1; seed <= 100; seed += 1) {
      const noise = colouredNoise({ colour, rms: 1, sampleCount }, new Random(seed))
      if (findTones(Float32Array.from(noise), 1000).length > 0) fooled += 1
    }
    expect(fooled).toBeLessThanOrEqual(most)
  }
})

test('a tone in pink noise is found, alone, and stands as far above the noise around it as it was put', () => {
  for (const seed of seeds) {
    const noise = colouredNoise({ colour: 'pink', rms: 1, sampleCount: 20_000 }, new Random(seed))
    const tone = sines([{ frequencyHz: 33.3, amplitude: 0.5, phase: seed }], 1000, 20_000)
    const found = findTones(
      tone.map((sample, n) => sample + noise[n]),
      1000
    )
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0].frequencyHz - 33.3)).toBeLessThan(0.02)
  }
})

describe('how far a tone stands above the floor', () => {
  test('is, in white noise, its share of the power that a bin of the tapered spectrum holds', () => {
    // A bin of the Hann-tapered spectrum, in units of a tone's amplitude squared, holds 6 variance / count.
    const [count, amplitude, deviation] = [20_000, 0.5, 1]
    const expected = 10 * Math.log10((amplitude ** 2 * count) / (6 * deviation ** 2))
    let sum = 0
    for (const seed of seeds) {
      const noise = whiteNoise(count, seed)
      const tone = sines([{ frequencyHz: 111.1, amplitude }], 1000, count)
      const [found] = findTones(
        tone.map((sample, n) => sample + noise[n]),
        1000
      )
      sum += found.overFloorDb / seeds.length
    }
    // Of two estimates of the floor the higher counts.
    expect(sum).toBeLessThan(expected + 0.3)
    expect(sum).toBeGreaterThan(expected - 2.5)
  })

  test('decides the confidence: none at the threshold, sure far above', () => {
    const found = (amplitude: number) => {
      const noise = whiteNoise(10_000, 3)
      const tone = sines([{ frequencyHz: 111.1, amplitude }], 1000, 10_000)
      return findTones(
        tone.map((sample, n) => sample + noise[n]),
        1000
      )[0]
    }
    const confidences = [0.3, 0.5, 0.9, 1.8].map((amplitude) => found(amplitude).confidence)
    confidences.forEach((value, index) => expect(value).toBeGreaterThan(index === 0 ? 0 : confidences[index - 1]))
    expect(confidences[3]).toBeGreaterThan(0.98)
    expect(found(0.02)).toBeUndefined()
  })
})

describe('tones that are near each other', () => {
  test.each([
    { between: 3, count: 5000 },
    { between: 4, count: 5000 },
    { between: 3.4, count: 1000 }
  ])('are told apart from $between periods of the record on', ({ between, count }) => {
    const resolution = 1000 / count
    for (const phase of [0, 0.8, 1.7, 2.6]) {
      const tones = [{ frequencyHz: 60.37 }, { frequencyHz: 60.37 + between * resolution, amplitude: 0.8, phase }]
      const found = findTones(sines(tones, 1000, count), 1000)
      expect(found).toHaveLength(2)
      const rising = frequenciesOf(found).sort((a, b) => a - b)
      rising.forEach((hertz, index) =>
        expect(Math.abs(hertz - tones[index].frequencyHz)).toBeLessThan(0.2 * resolution)
      )
    }
  })

  test('less than that apart are one, even where they cancel each other in the middle', () => {
    for (const phase of [0, 1, 2, 3]) {
      const tones = [{ frequencyHz: 60 }, { frequencyHz: 60.1, phase }]
      expect(findTones(sines(tones, 1000, 5000), 1000)).toHaveLength(1)
    }
  })
})

test('a tone and its harmonics are found each, a hundredth of its amplitude included', () => {
  const tones = [1, 0.3, 0.1, 0.01].map((amplitude, index) => ({ frequencyHz: 50.2 * (index + 1), amplitude }))
  const found = findTones(sines(tones, 2000, 20_000), 2000)
  expect(found).toHaveLength(4)
  found.forEach(({ frequencyHz, amplitude }, index) => {
    expect(frequencyHz).toBeCloseTo(tones[index].frequencyHz, 2)
    expect(amplitude / tones[index].amplitude).toBeCloseTo(1, 1)
  })
})

test('the four tones of a short record that crowd at its lowest frequencies are found', () => {
  const tones = [1.1, 3, 5, 7].map((frequencyHz, index) => ({ frequencyHz, phase: index }))
  const found = frequenciesOf(findTones(sines(tones, 1000, 2500), 1000)).sort((a, b) => a - b)
  expect(found).toHaveLength(4)
  found.forEach((hertz, index) => expect(Math.abs(hertz - tones[index].frequencyHz)).toBeLessThan(0.1))
})

test('a signal of ten samples a second shows its slow tones', () => {
  const tones = [{ frequencyHz: 0.1 }, { frequencyHz: 0.47, amplitude: 0.5 }, { frequencyHz: 3.9, amplitude: 0.4 }]
  const found = frequenciesOf(findTones(sines(tones, 10, 600), 10))
  expect(found).toHaveLength(3)
  found.forEach((hertz, index) => expect(Math.abs(hertz - tones[index].frequencyHz)).toBeLessThan(0.005))
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

test.each([1000, 4000, 4096])(
  'what stands at half the sample rate is no tone, and hides no other (%s samples)',
  (count) => {
    const alternating = Float32Array.from({ length: count }, (_, n) => (n % 2 ? 1 : -1))
    expect(findTones(alternating, 1000)).toEqual([])
    const beside = alternating.map((sample, n) => 0.2 * sample + Math.sin((2 * Math.PI * 37 * n) / 1000))
    const found = findTones(beside, 1000)
    expect(found).toHaveLength(1)
    expect(found[0].frequencyHz).toBeCloseTo(37, 1)
  }
)

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
