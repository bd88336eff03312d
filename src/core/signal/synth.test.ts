import { describe, expect, test } from 'vitest'
import { standardDegradations } from './degradations'
import { generatorPresets, generatorPresetNames } from './generator-presets'
import { presets } from './presets'
import { InputError } from './signal'
import { generateMix, toneAngle, type MixRecipe } from './synth'

const recipe: MixRecipe = {
  frequenciesHz: [1, 3, 5, 7],
  sampleRate: 1000,
  durationSeconds: 10,
  noise: 0.3,
  phase: 'random',
  seed: 7
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: ArrayLike<number>) => {
  const centre = mean(values)
  return Math.sqrt(mean(Array.from(values, (value) => (value - centre) ** 2)))
}
const sumOf = (tones: readonly Float32Array[]) => tones[0].map((_, n) => tones.reduce((sum, tone) => sum + tone[n], 0))

test('fixed tones are sines of amplitude 1 / N and phase 0', () => {
  const { tones, amplitudes, phasesRadians } = generateMix({ ...recipe, phase: 'fixed' })
  expect(amplitudes).toEqual([1, 1, 1, 1])
  expect(phasesRadians).toEqual([0, 0, 0, 0])
  recipe.frequenciesHz.forEach((frequency, index) => {
    for (let n = 0; n < 10_000; n += 37) {
      expect(tones[index][n]).toBeCloseTo(Math.sin((2 * Math.PI * frequency * n) / 1000) / 4, 7)
    }
  })
})

test('random tones are sines of the amplitudes and phases told', () => {
  const { tones, amplitudes, phasesRadians } = generateMix(recipe)
  recipe.frequenciesHz.forEach((frequency, index) => {
    const expected = (n: number) =>
      (amplitudes[index] / 4) * Math.sin((2 * Math.PI * frequency * n) / 1000 + phasesRadians[index])
    for (let n = 0; n < 10_000; n += 37) expect(tones[index][n]).toBeCloseTo(expected(n), 7)
  })
})

test('random amplitudes fill 0.8 to 1.2 and phases fill the circle', () => {
  const drawn = Array.from({ length: 500 }, (_, seed) => generateMix({ ...recipe, durationSeconds: 0.001, seed }))
  const amplitudes = drawn.flatMap((mix) => mix.amplitudes)
  const phases = drawn.flatMap((mix) => mix.phasesRadians)
  expect([Math.min(...amplitudes), mean(amplitudes), Math.max(...amplitudes)]).toEqual([
    expect.closeTo(0.8, 2),
    expect.closeTo(1, 1),
    expect.closeTo(1.2, 2)
  ])
  expect([Math.min(...phases), Math.max(...phases)]).toEqual([expect.closeTo(0, 1), expect.closeTo(2 * Math.PI, 1)])
})

test('the mix less its tones is white Gaussian noise of the deviation asked for', () => {
  const { mix, tones } = generateMix({ ...recipe, durationSeconds: 100 })
  const sum = sumOf(tones)
  const noise = mix.map((value, n) => value - sum[n])
  expect(mean(noise)).toBeCloseTo(0, 2)
  expect(deviation(noise)).toBeCloseTo(0.3, 2)
  expect(mean(noise.map((value) => (value / 0.3) ** 4))).toBeCloseTo(3, 0)
  expect(mean(noise.subarray(1).map((value, n) => value * noise[n]))).toBeCloseTo(0, 2)
})

test('without noise and jitter the mix is the sum of the tones', () => {
  const { mix, tones } = generateMix({ ...recipe, noise: 0 })
  sumOf(tones).forEach((value, n) => expect(Math.abs(mix[n] - value)).toBeLessThan(2e-7))
})

describe('degradations', () => {
  test('impulses and dropouts change the mix and leave the truth', () => {
    const clean = generateMix(recipe)
    const { impulses, dropouts } = standardDegradations
    const damaged = generateMix({ ...recipe, degradations: { impulses, dropouts } })
    expect(damaged.tones).toEqual(clean.tones)
    const lost = damaged.mix.filter((sample) => sample === 0).length
    const hit = damaged.mix.filter((sample, n) => sample !== 0 && Math.abs(sample - clean.mix[n]) > 2).length
    expect(lost / 10_000).toBeGreaterThan(0.02)
    expect(lost / 10_000).toBeLessThan(0.09)
    expect(hit / 10_000).toBeCloseTo(0.0095, 2)
  })

  test('a drifting tone stays a tone of its amplitude, and turns as fast as its walls allow', () => {
    const still = generateMix({ ...recipe, noise: 0 })
    const { tones, mix } = generateMix({ ...recipe, noise: 0, degradations: { drift: standardDegradations.drift } })
    sumOf(tones).forEach((value, n) => expect(Math.abs(mix[n] - value)).toBeLessThan(2e-7))
    tones.forEach((tone, index) => {
      expect(deviation(tone)).toBeCloseTo(deviation(still.tones[index]), 1)
      const crossings = tone.filter((value, n) => n > 0 && value >= 0 && tone[n - 1] < 0).length
      expect(Math.abs(crossings - 10 * recipe.frequenciesHz[index])).toBeLessThanOrEqual(
        0.3 * recipe.frequenciesHz[index] + 1
      )
    })
    expect(tones[3]).not.toEqual(still.tones[3])
  })

  test('amplitude steps change the size of a tone and nothing of its phase', () => {
    const still = generateMix({ ...recipe, noise: 0 })
    const { tones } = generateMix({ ...recipe, noise: 0, degradations: { steps: standardDegradations.steps } })
    const ratios = [...tones[1]].map((value, n) => value / still.tones[1][n]).filter(Number.isFinite)
    expect(Math.min(...ratios)).toBeGreaterThan(0.29)
    expect(Math.max(...ratios)).toBeLessThan(1.71)
    expect(new Set(ratios.map((ratio) => ratio.toFixed(3))).size).toBeGreaterThan(2)
  })

  test('a degradation that cannot be is refused', () => {
    const impulses = { share: 2, size: 10 }
    expect(() => generateMix({ ...recipe, degradations: { impulses } })).toThrow('share from 0 to 1')
  })
})

describe('chance', () => {
  test('the same recipe gives the same samples', () => {
    expect(generateMix(recipe)).toEqual(generateMix(recipe))
  })

  test('a noise seed changes the noise and keeps the tones', () => {
    const training = generateMix({ ...recipe, noiseSeed: 1 })
    const held = generateMix({ ...recipe, noiseSeed: 2 })
    expect(held.tones).toEqual(training.tones)
    expect(held.mix).not.toEqual(training.mix)
  })

  test('a seed changes tones and noise, and is the noise seed where none is given', () => {
    expect(generateMix({ ...recipe, seed: 8 }).tones).not.toEqual(generateMix(recipe).tones)
    expect(generateMix({ ...recipe, noiseSeed: 7 })).toEqual(generateMix(recipe))
  })
})

test('amplitude jitter multiplies each sample by a number in 1 - j to 1 + j, inside the mix only', () => {
  const { mix, tones } = generateMix({ ...recipe, frequenciesHz: [5], noise: 0, phase: 'fixed', amplitudeJitter: 0.2 })
  const factors = [...mix].map((value, n) => value / tones[0][n]).filter((_, n) => Math.abs(tones[0][n]) > 0.1)
  expect(Math.min(...factors)).toBeCloseTo(0.8, 2)
  expect(Math.max(...factors)).toBeCloseTo(1.2, 2)
  expect(deviation(factors)).toBeCloseTo(0.2 / Math.sqrt(3), 2)
})

test('phase jitter of j moves each sample by up to j cycles, inside the mix only', () => {
  const { mix, tones } = generateMix({ ...recipe, frequenciesHz: [1], noise: 0, phase: 'fixed', phaseJitter: 0.1 })
  // Where the clean tone crosses zero upwards, the jittered one is sin(offset).
  const offsets = [...mix].flatMap((value, n) => (n % 1000 === 0 ? [Math.asin(value) / (2 * Math.PI)] : []))
  expect(tones[0][1000]).toBeCloseTo(0, 6)
  expect(Math.max(...offsets.map(Math.abs))).toBeLessThanOrEqual(0.1)
  expect(new Set(offsets).size).toBe(10)
  // The mean over the offsets, sin(2 pi j) / (2 pi j), is what remains of the tone.
  const left = mean(mix.map((value, n) => value * tones[0][n])) / mean(tones[0].map((value) => value ** 2))
  expect(left).toBeCloseTo(Math.sin(0.2 * Math.PI) / (0.2 * Math.PI), 2)
})

test('amplitudes and phases that are given go before those that are drawn', () => {
  const drawn = generateMix(recipe)
  const shapes = [{ amplitude: 0.5 }, {}, { phaseRadians: 1 }, { amplitude: 0, phaseRadians: 2 }]
  const { amplitudes, phasesRadians, tones } = generateMix({ ...recipe, tones: shapes })
  expect(amplitudes).toEqual([0.5, drawn.amplitudes[1], drawn.amplitudes[2], 0])
  expect(phasesRadians).toEqual([drawn.phasesRadians[0], drawn.phasesRadians[1], 1, 2])
  expect(tones[1]).toEqual(drawn.tones[1])
  expect(Math.max(...tones[0])).toBeCloseTo(0.125, 4)
})

test('modulation, drift and steps move the clean tone too; what happens to the mix does not', () => {
  const moving = {
    ...{
      ...recipe,
      noise: 0,
      tones: [{ am: { rateHz: 0.5, depth: 0.5 } }, { fm: { rateHz: 1, deviationHz: 0.5 } }, {}, {}]
    },
    ...{ degradations: { drift: { range: 0.03, perRootSecond: 0.01 }, steps: { meanSeconds: 1, low: 0.5, high: 1.5 } } }
  }
  const plain = generateMix(moving)
  expect(plain.tones[0]).not.toEqual(generateMix(recipe).tones[0])
  sumOf(plain.tones).forEach((value, n) => expect(Math.abs(plain.mix[n] - value)).toBeLessThan(4e-7))
  const damaged = generateMix({
    ...moving,
    clipLevel: 0.2,
    offset: 1,
    degradations: { ...moving.degradations, impulses: { share: 0.1, size: 9 } }
  })
  expect(damaged.tones).toEqual(plain.tones)
  expect(damaged.mix).not.toEqual(plain.mix)
})

test('the bits of a recipe without the newer parts stay what they were', () => {
  // FNV-1a over the bytes, taken before there were any newer parts.
  const hashOf = ({ mix, tones }: { mix: Float32Array; tones: readonly Float32Array[] }) =>
    [mix, ...tones]
      .flatMap((samples) => [...new Uint8Array(samples.buffer)])
      .reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5)
  expect(hashOf(generateMix({ ...presets.seed, durationSeconds: 1, seed: 1 }))).toBe(1675573213)
  expect(hashOf(generateMix({ ...recipe, durationSeconds: 1 }))).toBe(3397972501)
})

test.each(generatorPresetNames)('the preset %s gives a mix and a clean tone for each frequency', (name) => {
  const { recipe: preset } = generatorPresets[name]
  const { mix, tones } = generateMix({ ...preset, seed: 1 })
  expect(tones).toHaveLength(preset.frequenciesHz.length)
  expect(mix.every(Number.isFinite)).toBe(true)
  expect(deviation(mix)).toBeGreaterThan(0.05)
})

test('after an hour at 48 kHz the angle is still exact to 1e-7', () => {
  const sample = 3600 * 48_000 - 1
  for (const frequencyHz of [1, 440, 12_345, 23_999]) {
    const exact = Number((BigInt(frequencyHz) * BigInt(sample)) % 48_000n) / 48_000
    expect(Math.abs(toneAngle({ frequencyHz, sampleRate: 48_000, sample }) / (2 * Math.PI) - exact)).toBeLessThan(
      1.6e-8
    )
  }
})

test.each([
  [{ frequenciesHz: [0] }, 'above 0'],
  [{ frequenciesHz: [500] }, 'below half the sample rate, 500 Hz'],
  [{ frequenciesHz: [NaN] }, 'Received: NaN'],
  [{ frequenciesHz: [] }, 'at least one frequency'],
  [{ sampleRate: 0 }, 'sample rate above 0'],
  [{ durationSeconds: 0 }, 'duration'],
  [{ durationSeconds: Infinity }, 'duration'],
  [{ noise: -1 }, 'noise of 0 or more'],
  [{ phaseJitter: NaN }, 'phase jitter of 0 or more'],
  [{ seed: 1.5 }, 'whole number'],
  [{ noiseSeed: 2 ** 32 }, 'whole number'],
  [{ tones: [{}] }, 'one shape for each of the 4 frequencies'],
  [{ tones: [{ amplitude: -1 }, {}, {}, {}] }, 'amplitudes of 0 or more. Received: -1 at 1 Hz'],
  [{ tones: [{}, { phaseRadians: NaN }, {}, {}] }, 'phases that are numbers. Received: NaN at 3 Hz'],
  [{ clipLevel: 0 }, 'clip level above 0'],
  [{ degradations: { dropouts: { share: 2, meanSeconds: 1 } } }, 'dropouts with share from 0 to 0.95']
])('%j is refused', (change, message) => {
  const mixing = () => generateMix({ ...recipe, ...change } as MixRecipe)
  expect(mixing).toThrow(InputError)
  expect(mixing).toThrow(message)
})

test('the reference preset gives 10,000 samples, 39,800 sequences and 560 batches of 64', () => {
  const { seed } = presets
  const sampleCount = generateMix({ ...seed, seed: 1 }).mix.length
  const sequenceCount = (sampleCount - seed.sequenceLength) * seed.frequenciesHz.length
  expect([sampleCount, sequenceCount]).toEqual([10_000, 39_800])
  expect(Math.ceil((sequenceCount * (1 - seed.validationShare)) / 64)).toBe(560)
})
