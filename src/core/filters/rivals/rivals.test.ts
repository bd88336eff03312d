import { describe, expect, test } from 'vitest'
import reference from '../../../../fixtures/filters.json'
import { r2 } from '../../metrics/r2'
import { parseParams } from '../../params/params'
import { Random } from '../../random'
import { generateMix } from '../../signal/synth'
import { LockInAmplifier } from '../lock-in-amplifier'
import { fitTones } from '../least-squares'
import { OscillatorKalman } from '../oscillator-kalman'
import { RecursiveLeastSquares } from '../recursive-least-squares'
import { chirpOfIntegers } from '../references'
import { causalRivals, recordRivals, rivalById, rivals } from './index'
import { candidatesOf } from './define'

const task = { frequenciesHz: reference.frequenciesHz, sampleRate: reference.sampleRate }
const input = chirpOfIntegers(reference.count)

describe('equal to SciPy and NumPy to 1e-9', () => {
  const expectEqual = (outputs: Float64Array[], expected: readonly (readonly number[])[]) =>
    outputs.forEach((output, selector) =>
      reference.places.forEach((place, index) =>
        expect(Math.abs(output[place] - expected[selector][index])).toBeLessThan(1e-9)
      )
    )

  test.each(reference.lockIn)('lock-in of order $order, $cutoffHz Hz', ({ outputs, ...settings }) =>
    expectEqual(new LockInAmplifier(task, settings).process(input), outputs)
  )
  test.each(reference.rls)('recursive least squares, forgetting $forgetting', ({ outputs, ...settings }) =>
    expectEqual(new RecursiveLeastSquares(task, settings).process(input), outputs)
  )
  test.each(reference.kalman)('Kalman filter, process noise $process', ({ outputs, ...variances }) =>
    expectEqual(new OscillatorKalman(task, variances).process(input), outputs)
  )
  test('least squares over the record', () => expectEqual(fitTones(input, task), reference.leastSquares))
})

/** Rates and tones from a slow sensor to audio. */
const tasks = [
  { frequenciesHz: [0.1, 0.3, 0.7], sampleRate: 10 },
  { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000 },
  { frequenciesHz: [440, 554.4, 9000], sampleRate: 48_000 },
  { frequenciesHz: [400], sampleRate: 1000 }
]

const random = new Random(5)
const noise = Float64Array.from({ length: 3000 }, () => random.normal())

const largestOf = (output: Float64Array) => output.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

describe.each(causalRivals)('$title', (rival) => {
  const defaults = parseParams(rival.params)
  const make = () => rival.create(task, defaults)

  test.each([1, 7, 1000])('blocks of %s give what one block gives, to the bit', (length) => {
    const filter = make()
    const parts = task.frequenciesHz.map(() => new Float64Array(noise.length))
    for (let start = 0; start < noise.length; start += length) {
      const outputs = filter.process(noise.subarray(start, start + length))
      outputs.forEach((output, selector) => parts[selector].set(output, start))
    }
    expect(parts).toEqual(make().process(noise))
  })

  test('nothing after a sample changes the output at it', () => {
    const changed = noise.slice().fill(5, 1200)
    const before = make().process(noise)
    make()
      .process(changed)
      .forEach((output, selector) => expect(output.subarray(0, 1200)).toEqual(before[selector].subarray(0, 1200)))
  })

  test('after a reset it answers as from the start', () => {
    const filter = make()
    const first = filter.process(noise)
    filter.reset()
    expect(filter.process(noise)).toEqual(first)
  })

  test('a sample that is no number is taken as silence and poisons nothing', () => {
    const holes = noise.slice()
    const silent = noise.slice()
    for (const [place, value] of [
      [100, NaN],
      [200, Infinity],
      [300, -Infinity]
    ] as const) {
      holes[place] = value
      silent[place] = 0
    }
    expect(make().process(holes)).toEqual(make().process(silent))
  })

  test('every setting that tuning tries stays bounded over long noise, at every rate', () => {
    for (const other of tasks) {
      for (const params of candidatesOf(rival)) {
        const filter = rival.create(other, params)
        for (let round = 0; round < 5; round += 1) {
          // With no trust in its start a fit may swing wide before it has seen a period; not for ever.
          const largest = Math.max(...filter.process(noise).map(largestOf))
          expect(largest).toBeLessThan(round === 0 ? 200 : 10)
        }
      }
    }
  })

  test('tones that a signal cannot hold are refused', () => {
    expect(() => rival.create({ frequenciesHz: [1, 600], sampleRate: 1000 }, defaults)).toThrow('Received: 600 Hz')
    expect(() => rival.create({ frequenciesHz: [], sampleRate: 1000 }, defaults)).toThrow('Received none')
  })

  // The comb lets the noise through; on clean tones it must be as good as the others.
  test.each(tasks)('clean tones of $frequenciesHz Hz at $sampleRate Hz come apart', ({ frequenciesHz, sampleRate }) => {
    const spacing = Math.min(...frequenciesHz.map((f, k) => (k === 0 ? 2 * f : f - frequenciesHz[k - 1])))
    const durationSeconds = 60 / spacing
    const recipe = { frequenciesHz, sampleRate, durationSeconds, noise: 0, phase: 'random', seed: 3 } as const
    const { mix, tones } = generateMix(recipe)
    const outputs = rival.create({ frequenciesHz, sampleRate }, defaults).process(mix)
    const settled = Math.floor(mix.length / 2)
    tones.forEach((tone, selector) => expect(r2(tone, outputs[selector], settled)).toBeGreaterThan(0.97))
  })
})

describe.each(recordRivals)('$title', (rival) => {
  test('takes the tones out of noise, and holes as silence', () => {
    const recipe = { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, durationSeconds: 10, noise: 0.3 } as const
    const { mix, tones } = generateMix({ ...recipe, phase: 'random', seed: 4 })
    const params = parseParams(rival.params)
    const outputs = rival.filterRecord(mix, recipe, params)
    tones.forEach((tone, selector) => expect(r2(tone, outputs[selector])).toBeGreaterThan(0.85))
    const silent = mix.slice()
    const holes = mix.slice()
    silent[40] = 0
    holes[40] = NaN
    expect(rival.filterRecord(holes, recipe, params)).toEqual(rival.filterRecord(silent, recipe, params))
  })
})

test('told frequencies and noise the Kalman filter reaches the causal limit: R² 0.983 cold, 0.999 after 2 s', () => {
  const figures = Array.from({ length: 16 }, (_, seed) => {
    const recipe = { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, durationSeconds: 10, noise: 0.3 } as const
    const { mix, tones } = generateMix({ ...recipe, phase: 'random', seed })
    const initial = (0.5 * 1.0133) / 16
    const outputs = new OscillatorKalman(recipe, { measurement: 0.09, process: 0, initial }).process(mix)
    return tones.flatMap((tone, k) => [{ cold: r2(tone, outputs[k]), settled: r2(tone, outputs[k], 2000) }])
  }).flat()
  const mean = (key: 'cold' | 'settled') => figures.reduce((sum, figure) => sum + figure[key], 0) / figures.length
  expect(mean('cold')).toBeGreaterThan(0.98)
  expect(mean('cold')).toBeLessThan(0.987)
  expect(mean('settled')).toBeGreaterThan(0.998)
})

test('recursive least squares without forgetting ends at the fit of the whole record', () => {
  const filter = new RecursiveLeastSquares(task, { forgetting: 1, initial: 1e9 })
  const last = input.length - 1
  const fitted = fitTones(input, task)
  filter.process(input).forEach((output, k) => expect(output[last]).toBeCloseTo(fitted[k][last], 6))
})

test('a record too short to tell the tones apart is refused', () => {
  expect(() => fitTones(input.subarray(0, 5), task)).toThrow('5 samples are too few to tell 1, 3, 5, 7 Hz apart')
})

test('rivals have different ids, defaults within their tables, and grids within them', () => {
  expect(new Set(rivals.map(({ id }) => id)).size).toBe(rivals.length)
  for (const rival of rivals) {
    for (const params of candidatesOf(rival)) expect(parseParams(rival.params, params)).toEqual(params)
    expect(rivalById(rival.id)).toBe(rival)
  }
  expect(() => rivalById('tree')).toThrow('There is no rival "tree". Expected one of butterworth,')
})
