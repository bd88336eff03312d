import { describe, expect, test } from 'vitest'
import { Random } from '../random'
import { fft } from './fft'
import { colouredNoise, type NoiseColour } from './noise-colours'

const make = (colour: NoiseColour, sampleCount: number, rms = 0.5, seed = 1) =>
  colouredNoise({ colour, rms, sampleCount }, new Random(seed))

/** Mean power of the pieces of 4096 under a Hann taper. */
function powerSpectrum(noise: Float64Array): Float64Array {
  const size = 4096
  const power = new Float64Array(size / 2)
  for (let start = 0; start + size <= noise.length; start += size / 2) {
    const re = noise
      .slice(start, start + size)
      .map((value, n) => value * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size)))
    const im = new Float64Array(size)
    fft(re, im)
    for (let k = 0; k < size / 2; k += 1) power[k] += re[k] ** 2 + im[k] ** 2
  }
  return power
}

/** Fall in dB a decade of a straight line through the levels of octaves, from 1/512 to 1/8 of the sample rate. */
function slopeOf(noise: Float64Array): number {
  const power = powerSpectrum(noise)
  const points = [8, 16, 32, 64, 128, 256].map((from) => {
    const band = power.slice(from, 2 * from)
    return { x: Math.log10(from), y: 10 * Math.log10(band.reduce((sum, value) => sum + value, 0) / band.length) }
  })
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2)
}

test.each([
  ['pink', -10],
  ['brown', -20]
] as const)('the power of %s noise falls by %s dB a decade', (colour, slope) => {
  expect(Math.abs(slopeOf(make(colour, 2 ** 19)) - slope)).toBeLessThan(0.5)
})

test('a pink octave holds as much as any other', () => {
  const power = powerSpectrum(make('pink', 2 ** 19))
  const octaves = [8, 32, 128, 512].map((from) => power.slice(from, 2 * from).reduce((sum, value) => sum + value, 0))
  const levels = octaves.map((octave) => 10 * Math.log10(octave / octaves[0]))
  for (const level of levels) expect(Math.abs(level)).toBeLessThan(1)
})

describe.each(['pink', 'brown'] as const)('%s noise', (colour) => {
  test.each([2, 100, 10_000])('of %s samples has mean 0 and the root mean square asked for', (sampleCount) => {
    const noise = make(colour, sampleCount, 0.3)
    const mean = noise.reduce((sum, value) => sum + value, 0) / sampleCount
    const power = noise.reduce((sum, value) => sum + value ** 2, 0) / sampleCount
    expect(mean).toBeCloseTo(0, 12)
    expect(Math.sqrt(power)).toBeCloseTo(0.3, 12)
  })

  test('is the same for the same seed, and another for another', () => {
    expect(make(colour, 100)).toEqual(make(colour, 100))
    expect(make(colour, 100, 0.5, 2)).not.toEqual(make(colour, 100))
  })

  test('draws nothing at level 0, and one sample is 0', () => {
    const random = new Random(1)
    expect([...colouredNoise({ colour, rms: 0, sampleCount: 3 }, random)]).toEqual([0, 0, 0])
    expect(random.state).toEqual(new Random(1).state)
    expect([...make(colour, 1)]).toEqual([0])
  })
})
