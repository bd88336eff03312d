import { describe, expect, test } from 'vitest'
import reference from '../../../fixtures/tone-metrics.json'
import { compareWithBaselines } from './baselines'
import { siSdrImprovementDb, snrImprovementDb } from './improvement'
import { measureLatency } from './latency'
import { r2 } from './r2'
import { settlingOfPower, settlingSamples } from './settling'
import { realTimeFactor } from './speed'
import { toneErrorOf } from './tone-error'

const { sampleRate, frequenciesHz } = reference

describe.each(reference.cases)('$name', ({ startSample, tones, mix, outputs, figures }) => {
  const selectors = figures.map((figure, k) => ({
    ...{ frequencyHz: frequenciesHz[k], target: tones[k], estimate: outputs[k] },
    ...figure
  }))

  test.each(selectors)('figures of $frequencyHz Hz equal NumPy to 1e-6', (selector) => {
    const { frequencyHz, target, estimate } = selector
    const error = toneErrorOf(target, estimate, { frequencyHz, sampleRate, startSample })
    const baselines = compareWithBaselines(target, estimate, startSample)
    const found = {
      siSdrImprovementDb: siSdrImprovementDb({ target, mix, estimate, startSample }),
      snrImprovementDb: snrImprovementDb({ target, mix, estimate, startSample }),
      amplitudeError: error.amplitude,
      phaseErrorRadians: error.phaseRadians,
      settlingSamples: settlingSamples(target, estimate, { periodSamples: sampleRate / frequencyHz }),
      latencySamples: measureLatency(target, estimate, { maxLag: Math.floor(sampleRate / frequencyHz / 2) }),
      ...baselines
    }
    for (const [name, value] of Object.entries(found)) {
      const expected = selector[name as keyof typeof found] ?? Infinity
      if (expected === Infinity) expect({ [name]: value }).toEqual({ [name]: Infinity })
      else expect({ name, difference: Math.abs(value - expected) < 1e-6 }).toEqual({ name, difference: true })
    }
  })
})

const sine = (frequencyHz: number, { count = 1000, amplitude = 1, phase = 0 } = {}) =>
  Float64Array.from(
    { length: count },
    (_, n) => amplitude * Math.sin((2 * Math.PI * frequencyHz * n) / sampleRate + phase)
  )

test('half the amplitude and a quarter of a turn late are an error of -0.5 and -pi / 2', () => {
  const estimate = sine(5, { amplitude: 0.5, phase: -Math.PI / 2 })
  const { amplitude, phaseRadians } = toneErrorOf(sine(5), estimate, { frequencyHz: 5, sampleRate })
  expect(amplitude).toBeCloseTo(-0.5, 9)
  expect(phaseRadians).toBeCloseTo(-Math.PI / 2, 9)
})

test('a target without the tone has no amplitude or phase error', () => {
  const silence = new Float64Array(1000)
  expect(toneErrorOf(silence, sine(5), { frequencyHz: 5, sampleRate })).toEqual({ amplitude: NaN, phaseRadians: NaN })
})

test('the target itself settles at once, silence never, and a tone that starts late when it starts', () => {
  const target = sine(5)
  expect(settlingSamples(target, target, { periodSamples: 20 })).toBe(0)
  expect(settlingSamples(target, new Float64Array(1000), { periodSamples: 20 })).toBe(Infinity)
  const late = target.map((value, n) => (n < 300 ? 0 : value))
  // A window of one period may hold a tenth of the tone's power: the last two samples before the start and a bit.
  expect(Math.abs(settlingSamples(target, late, { periodSamples: 20 }) - 296)).toBeLessThan(4)
  expect(settlingOfPower(new Float64Array(3), { periodSamples: 20, targetPower: 1 })).toBeNaN()
})

test('a delayed noise is found late by its delay, and silence has no latency', () => {
  const noise = Float64Array.from({ length: 500 }, (_, n) => ((n * n * 7919) % 1009) / 504 - 1)
  const delayed = noise.map((_, n) => noise[n - 17] ?? 0)
  expect(measureLatency(noise, delayed, { maxLag: 50 })).toBeCloseTo(17, 1)
  expect(measureLatency(noise, new Float64Array(500), { maxLag: 50 })).toBeNaN()
})

test('against the mean the comparison is 1 - sqrt(1 - R²), and the mean itself is no better than itself', () => {
  const target = sine(5)
  const estimate = target.map((value, n) => 0.7 * value + 0.2 * Math.cos(n))
  expect(compareWithBaselines(target, estimate).betterThanMean).toBeCloseTo(1 - Math.sqrt(1 - r2(target, estimate)), 12)
  expect(compareWithBaselines(target, new Float64Array(1000)).betterThanMean).toBeCloseTo(0, 12)
  expect(compareWithBaselines([1, 1], [1, 2]).betterThanMean).toBeNaN()
})

test('an error of 0.35 of the variance of a sine is 41 % better than the mean and 54 % better than chance', () => {
  const target = sine(5)
  const estimate = target.map((value) => value * (1 - Math.sqrt(0.35)))
  const { betterThanMean, betterThanRandom } = compareWithBaselines(target, estimate)
  expect(betterThanMean).toBeCloseTo(0.408, 3)
  expect(betterThanRandom).toBeCloseTo(0.542, 3)
})

test('ten seconds of signal in two of computing are five times real time', () => {
  expect(realTimeFactor({ samples: 1000, sampleRate: 100, computing: 2 })).toBe(5)
})
