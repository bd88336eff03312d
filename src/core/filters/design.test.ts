import { describe, expect, test } from 'vitest'
import reference from '../../../fixtures/filters.json'
import { bandAround, butterworthBandPass, butterworthLowPass, notch, peak } from './design'
import { chirpOfIntegers } from './references'
import { responseOf, SectionCascade, type Section } from './sections'
import { filterZeroPhase } from './zero-phase'

const input = chirpOfIntegers(reference.count)
const largestDifference = (output: Float64Array, expected: readonly number[]) =>
  Math.max(...reference.places.map((place, index) => Math.abs(output[place] - expected[index])))
const run = (sections: Section[]) => new SectionCascade(sections).process(input)

describe.each(reference.bandPasses)(
  'a Butterworth band-pass of order $order from $lowHz to $highHz Hz at $sampleRate Hz equals SciPy',
  ({ order, sampleRate, causal, zeroPhase, ...edges }) => {
    const sections = butterworthBandPass(order, edges, sampleRate)

    test('as a causal filter', () => expect(largestDifference(run(sections), causal)).toBeLessThan(1e-9))
    test('run forwards and backwards', () =>
      expect(largestDifference(filterZeroPhase(sections, input), zeroPhase)).toBeLessThan(1e-9))
  }
)

test.each(reference.lowPasses)(
  'a Butterworth low-pass of order $order at $cutoffHz of $sampleRate Hz equals SciPy',
  ({ order, cutoffHz, sampleRate, output }) => {
    expect(largestDifference(run(butterworthLowPass(order, cutoffHz, sampleRate)), output)).toBeLessThan(1e-9)
  }
)

test.each(reference.peaksAndNotches)(
  'peak and notch at $centerHz Hz, $bandwidthHz Hz wide, at $sampleRate Hz equal SciPy',
  ({ peak: peakOutput, notch: notchOutput, ...given }) => {
    expect(largestDifference(run([peak(given)]), peakOutput)).toBeLessThan(1e-9)
    expect(largestDifference(run([notch(given)]), notchOutput)).toBeLessThan(1e-9)
  }
)

test('the response in closed form equals SciPy', () => {
  const { order, sampleRate, frequenciesHz, re, im, ...edges } = reference.response
  const sections = butterworthBandPass(order, edges, sampleRate)
  frequenciesHz.forEach((frequencyHz, index) => {
    const response = responseOf(sections, (2 * Math.PI * frequencyHz) / sampleRate)
    expect(Math.hypot(response.re - re[index], response.im - im[index])).toBeLessThan(1e-9)
  })
})

test.each([
  [1, 0.5, 1000],
  [7, 20, 1000],
  [490, 300, 1000],
  [10_000, 5000, 48_000],
  [0.1, 0.01, 10]
])('the band around %s Hz of %s Hz at %s Hz has its width, gain 1 and phase 0 there', (centerHz, width, sampleRate) => {
  const edges = bandAround({ centerHz, bandwidthHz: width, sampleRate })
  expect(edges.highHz - edges.lowHz).toBeCloseTo(width, 9)
  const response = responseOf(butterworthBandPass(3, edges, sampleRate), (2 * Math.PI * centerHz) / sampleRate)
  expect(response.re).toBeCloseTo(1, 6)
  expect(response.im).toBeCloseTo(0, 6)
})

test('what cannot be designed is refused with what was expected and what came', () => {
  expect(() => butterworthBandPass(2, { lowHz: 3, highHz: 2 }, 10)).toThrow('Received: 3 to 2 Hz')
  expect(() => butterworthBandPass(2, { lowHz: 3, highHz: 5 }, 10)).toThrow('below 5 Hz')
  expect(() => butterworthBandPass(0, { lowHz: 1, highHz: 2 }, 10)).toThrow('from 1 to 12. Received: 0')
  expect(() => butterworthLowPass(2, 0, 10)).toThrow('Received: 0 Hz')
  expect(() => bandAround({ centerHz: 1, bandwidthHz: 5, sampleRate: 10 })).toThrow('Received: 5 Hz')
  expect(() => notch({ centerHz: 5, bandwidthHz: 1, sampleRate: 10 })).toThrow('Received: 5 and 1 Hz')
})

test('a record that is shorter than its continuation is refused', () => {
  const sections = butterworthBandPass(2, { lowHz: 1, highHz: 2 }, 10)
  expect(() => filterZeroPhase(sections, new Float64Array(15))).toThrow('more than 15 samples')
  expect(filterZeroPhase(sections, new Float64Array(16))).toEqual(new Float64Array(16))
})
