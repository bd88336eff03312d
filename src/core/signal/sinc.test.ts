import { describe, expect, it } from 'vitest'
import { interpolateSinc } from './sinc'

const tone = (cyclesPerSample: number, phase = 0.3) =>
  Float32Array.from({ length: 100 }, (_, n) => Math.sin(2 * Math.PI * cyclesPerSample * n + phase))

describe('the band-limited curve', () => {
  it.each([0.01, 0.1, 0.25, 0.4])('is the tone of %f cycles a sample between its samples', (cycles) => {
    const samples = tone(cycles)
    for (let place = 40; place < 60; place += 0.137) {
      expect(Math.abs(interpolateSinc(samples, place) - Math.sin(2 * Math.PI * cycles * place + 0.3))).toBeLessThan(
        0.01
      )
    }
  })

  it('goes through every sample, and keeps a constant', () => {
    const samples = tone(0.2)
    for (let n = 0; n < samples.length; n += 1) expect(interpolateSinc(samples, n)).toBe(samples[n])
    const flat = new Float32Array(50).fill(0.75)
    for (let place = 1; place < 48; place += 0.31) expect(interpolateSinc(flat, place)).toBeCloseTo(0.75, 6)
  })

  it('swings over where samples alone would hide the peak', () => {
    // A quarter of the sample rate, sampled 45 degrees off its peaks: all samples are 0.707, the tone is 1.
    const samples = tone(0.25, Math.PI / 4)
    expect(Math.max(...samples.map(Math.abs))).toBeCloseTo(Math.SQRT1_2, 5)
    expect(Math.abs(interpolateSinc(samples, 50.5))).toBeCloseTo(1, 2)
  })

  it('is nothing beside a gap and outside, and stays finite near them', () => {
    const samples = tone(0.05)
    samples[50] = NaN
    expect(interpolateSinc(samples, 49.5)).toBeNaN()
    expect(interpolateSinc(samples, -0.5)).toBeNaN()
    expect(interpolateSinc(samples, 99.5)).toBeNaN()
    expect(Math.abs(interpolateSinc(samples, 48.5))).toBeLessThan(1.3)
    expect(Math.abs(interpolateSinc(samples, 0.5))).toBeLessThan(1.3)
  })
})
