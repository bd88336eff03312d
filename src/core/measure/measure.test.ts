import { describe, expect, test } from 'vitest'
import reference from '../../../fixtures/measure.json'
import { crossTalk } from './cross-talk'
import { MeasurementFrames } from './frame-statistics'
import { measureIds, measureKinds, type MeasureId, type Measurements } from './kinds'
import { levelsOf } from './levels'
import { measure } from './measure'
import { purityOf } from './purity'
import { fitTones, wrapRadians } from './tone-fit'
import { cycleAt, cyclesOf, transitionsOf } from './transitions'

const sampled = (count: number, value: (n: number) => number) =>
  Float32Array.from({ length: count }, (_, n) => value(n))
const square = sampled(1000, (n) => (n % 100 < 30 ? 2 : -1))

describe.each(reference.cases)('equal to NumPy and SciPy: $name', (found) => {
  const values = measure({
    ...found,
    samples: Float32Array.from(found.samples),
    pair: found.target && { target: Float32Array.from(found.target), estimate: Float32Array.from(found.estimate) }
  })
  const expected = found.values as Partial<Record<MeasureId, number>>

  test.each(measureIds)('%s', (id) => {
    if (expected[id] === undefined) return expect(values[id]).toBeNull()
    // Figures of what is left of a clean sine are figures of the rounding of its 32-bit samples.
    const tolerance = Math.abs(expected[id]) > 100 && measureKinds[id].unit === 'decibels' ? 1e-3 : 1e-6
    expect(Math.abs(values[id]! - expected[id])).toBeLessThan(tolerance * Math.max(1, Math.abs(expected[id])))
  })
})

describe('closed forms', () => {
  test.each([0.1, 1 / 3, 1, -7e5])('a constant of %s holds no tone, and no figure of one', (level) => {
    const samples = new Float32Array(4000).fill(level)
    const values = measure({ samples, sampleRate: 1000, startSample: 0, toneHz: 5 })
    expect(values).toMatchObject({ toneAmplitude: 0, tonePhase: null, snr: null, sinad: null, thd: null, sfdr: null })
    const output = sampled(4000, (n) => Math.sin((2 * Math.PI * 5 * n) / 1000))
    const silenced = { target: output, estimate: samples }
    expect(measure({ samples, sampleRate: 1000, startSample: 0, toneHz: 5, pair: silenced })).toMatchObject({
      amplitudeError: -100,
      phaseError: null
    })
    const wrong = { target: samples, estimate: output }
    expect(measure({ samples, sampleRate: 1000, startSample: 0, toneHz: 5, pair: wrong }).amplitudeError).toBeNull()
  })

  test('a signal at half the sample rate holds no slower tone', () => {
    const samples = sampled(2000, (n) => (n % 2 ? 1 : -1))
    expect(measure({ samples, sampleRate: 1000, startSample: 0, toneHz: 5 })).toMatchObject({
      ...{ toneAmplitude: 0, snr: null, min: -1, max: 1 }
    })
  })

  test.each([499.9, 499.95, 499.999])(
    'a tone of %s of 1000 Hz, beside half the rate, has its level alone',
    (toneHz) => {
      const samples = sampled(4000, (n) => Math.sin((2 * Math.PI * toneHz * n) / 1000))
      expect(purityOf(samples, 1000, toneHz)).toBeUndefined()
      expect(measure({ samples, sampleRate: 1000, startSample: 0, toneHz })).toMatchObject({ snr: null, thd: null })
      expect(measure({ samples, sampleRate: 1000, startSample: 0, toneHz }).rms).toBeGreaterThan(0)
    }
  )

  test('a square wave has its two levels, its duty and its period exactly', () => {
    const values = measure({ samples: square, sampleRate: 1000, startSample: 0, toneHz: 10 })
    expect(values).toMatchObject({ min: -1, max: 2, peakToPeak: 3, amplitude: 3, overshoot: 0 })
    expect(values.mean).toBeCloseTo(0.3 * 2 - 0.7, 9)
    expect(values.rms).toBeCloseTo(Math.sqrt(0.3 * 4 + 0.7), 9)
    expect(values.acRms).toBeCloseTo(3 * Math.sqrt(0.3 * 0.7), 9)
    expect(values.duty).toBeCloseTo(30, 9)
    expect(values.period).toBeCloseTo(0.1, 12)
    expect(values.width).toBeCloseTo(0.03, 12)
    expect(values.riseTime).toBeCloseTo(0.8e-3, 9)
  })

  test('a triangle rises from 10 to 90 % in 0.8 of half its period', () => {
    const triangle = sampled(1000, (n) => Math.abs(((n + 50) % 200) - 100) / 100)
    const { riseTime, fallTime, frequency } = measure({
      ...{ samples: triangle, sampleRate: 1000, startSample: 0, toneHz: 5 }
    })
    expect(riseTime).toBeCloseTo(0.08, 7)
    expect(fallTime).toBeCloseTo(0.08, 7)
    expect(frequency).toBeCloseTo(5, 7)
  })

  test('a tone with known harmonics has their THD and SINAD, over broken cycles and at a frequency known by half', () => {
    const turn = (2 * Math.PI * 37.21) / 8000
    const samples = sampled(
      4000,
      (n) => Math.sin(turn * n) + 0.1 * Math.sin(2 * turn * n) + 0.01 * Math.cos(3 * turn * n)
    )
    const purity = purityOf(samples, 8000, 37)!
    expect(purity.frequencyHz).toBeCloseTo(37.21, 2)
    expect(purity.thdDb).toBeCloseTo(10 * Math.log10(0.01 + 0.0001), 2)
    // Over 18.6 cycles harmonics are not quite at right angles to the fundamental.
    expect(purity.sinadDb).toBeCloseTo(-10 * Math.log10(0.01 + 0.0001), 1)
    expect(purity.sfdrDb).toBeCloseTo(20, 1)
    expect(purity.snrDb).toBeGreaterThan(60)
  })

  test('white noise of known power gives its SNR', () => {
    // A sawtooth of irrational step is spread evenly: its mean square is 1/12.
    const samples = sampled(32_768, (n) => Math.sin(0.05 * n) + 0.1 * (((n * 0.618034) % 1) - 0.5))
    expect(purityOf(samples, 1000, (0.05 * 1000) / (2 * Math.PI))!.snrDb).toBeCloseTo(10 * Math.log10(600), 1)
  })

  test('amplitude and phase errors are those that were put in, and count from the stream’s start', () => {
    const tone = (amplitude: number, phase: number) =>
      sampled(2500, (n) => amplitude * Math.sin((2 * Math.PI * 3 * (n + 700)) / 1000 + phase))
    const values = measure({
      ...{ samples: tone(0.5, 0.3), sampleRate: 1000, startSample: 700, toneHz: 3 },
      pair: { target: tone(0.5, 0.3), estimate: tone(0.45, 0.2) }
    })
    expect(values.toneAmplitude).toBeCloseTo(0.5, 6)
    expect(values.tonePhase).toBeCloseTo((0.3 * 180) / Math.PI, 4)
    expect(values.amplitudeError).toBeCloseTo(-10, 4)
    expect(values.phaseError).toBeCloseTo((-0.1 * 180) / Math.PI, 4)
  })
})

describe('what cannot be measured has no value', () => {
  const idsWithValue = (values: Measurements) => measureIds.filter((id) => values[id] !== null)

  test('nothing at all', () => {
    const values = measure({ samples: new Float32Array(0), sampleRate: 1000, startSample: 0, toneHz: 5 })
    expect(idsWithValue(values)).toEqual([])
    const missing = measure({ samples: new Float32Array(99).fill(NaN), sampleRate: 1000, startSample: 0, toneHz: 5 })
    expect(idsWithValue(missing)).toEqual([])
  })

  test('a constant has levels and no times', () => {
    const values = measure({ samples: new Float32Array(500).fill(0.25), sampleRate: 1000, startSample: 0, toneHz: 5 })
    expect(values).toMatchObject({ min: 0.25, max: 0.25, mean: 0.25, rms: 0.25, acRms: 0, crestFactor: 1 })
    expect(values).toMatchObject({ period: null, duty: null, overshoot: null, amplitudeError: null, r2: null })
  })

  test('less than two cycles have no purity, less than half a cycle no tone', () => {
    const of = (count: number) =>
      measure({
        samples: sampled(count, (n) => Math.sin(n / 100)),
        sampleRate: 1000,
        startSample: 0,
        toneHz: 5 / Math.PI
      })
    expect(of(1500).toneAmplitude).not.toBeNull()
    expect(of(1200).snr).toBeNull()
    expect(of(300).toneAmplitude).toBeNull()
  })

  test('samples that are no numbers are passed over', () => {
    const holed = square.map((value, n) => (n % 7 === 3 ? NaN : value))
    const levels = levelsOf(holed)!
    expect(levels).toMatchObject({ min: -1, max: 2, base: -1, top: 2 })
    expect(cyclesOf(transitionsOf(holed, levels)).period).toBeCloseTo(100, 1)
  })
})

describe('transitions', () => {
  test('noise at the middle counts once', () => {
    const chattering = sampled(400, (n) => {
      const slow = Math.sin((2 * Math.PI * n) / 100 + 0.2)
      return slow + 0.09 * (n % 2 === 0 ? 1 : -1)
    })
    const transitions = transitionsOf(chattering, { base: -1, top: 1 })
    expect(transitions.map(({ rises }) => rises)).toEqual([false, true, false, true, false, true, false])
  })

  test('the cycle under a place goes from rise to rise, and there is none outside', () => {
    const transitions = transitionsOf(square, { base: -1, top: 2 })
    expect(cycleAt(transitions, 250)).toEqual({ start: 200, end: 300 })
    expect(cycleAt(transitions, 299.6)).toEqual({ start: 300, end: 400 })
    expect(cycleAt(transitions, 10)).toBeUndefined()
    expect(cycleAt(transitions, 990)).toBeUndefined()
  })
})

describe('the fit of tones', () => {
  test('tells two tones apart within two cycles of one of them', () => {
    const samples = sampled(700, (n) => 3 + Math.sin(0.0188 * n) + 0.01 * Math.sin(0.04 * n + 1))
    const hertz = (turn: number) => (turn * 1000) / (2 * Math.PI)
    const fit = fitTones(samples, { frequenciesHz: [hertz(0.0188), hertz(0.04)], sampleRate: 1000 })!
    expect(fit.mean).toBeCloseTo(3, 5)
    expect(fit.tones[1].amplitude).toBeCloseTo(0.01, 6)
    expect(fit.tones[1].phaseRadians).toBeCloseTo(1, 4)
  })

  test('gives nothing where the tones are the same or the samples too few', () => {
    const samples = sampled(100, (n) => Math.sin(n))
    expect(fitTones(samples, { frequenciesHz: [5, 5], sampleRate: 1000 })).toBeUndefined()
    expect(fitTones(samples.subarray(0, 5), { frequenciesHz: [5, 9], sampleRate: 1000 })).toBeUndefined()
  })

  test('keeps its phase over a million samples', () => {
    const samples = sampled(2 ** 20, (n) => Math.cos(((2 * Math.PI * 440) / 48_000) * n))
    const { amplitude, phaseRadians } = fitTones(samples, { frequenciesHz: [440], sampleRate: 48_000 })!.tones[0]
    expect(amplitude).toBeCloseTo(1, 6)
    expect(phaseRadians).toBeCloseTo(Math.PI / 2, 6)
  })

  test.each([
    [Math.PI, Math.PI],
    [-Math.PI, Math.PI],
    [7, 7 - 2 * Math.PI],
    [-0.5, -0.5]
  ])('the angle %d is wrapped to %d', (angle, wrapped) => expect(wrapRadians(angle)).toBeCloseTo(wrapped, 12))
})

describe('cross-talk', () => {
  const { frequenciesHz, sampleRate, levelDb } = reference.crossTalk
  const mix = Float32Array.from(reference.crossTalk.mix)
  const outputs = reference.crossTalk.outputs.map((output) => Float32Array.from(output))

  test('equals NumPy', () => {
    const found = crossTalk(mix, outputs, { frequenciesHz, sampleRate })!
    found.levelDb.forEach((row, asked) => {
      row.forEach((level, leaked) => expect(level).toBeCloseTo(levelDb[asked][leaked], 6))
    })
  })

  test('knows below which level it says nothing, and which tone the mix has not', () => {
    const found = crossTalk(mix, outputs, { frequenciesHz, sampleRate })!
    for (const row of found.floorDb) for (const floor of row) expect(floor).toBeLessThan(-70)
    const without = crossTalk(mix, outputs, { frequenciesHz: [1, 3, 5, 400], sampleRate })!
    expect(without.levelDb.map((row) => row[3])).toEqual([null, null, null, null])
    expect(crossTalk(mix.subarray(0, 8), outputs, { frequenciesHz, sampleRate })).toBeUndefined()
  })
})

describe('frames', () => {
  const frame = (change: Partial<Measurements>) =>
    ({ ...Object.fromEntries(measureIds.map((id) => [id, null])), ...change }) as Measurements

  test('have mean and deviation, and pass over what has no value', () => {
    const frames = new MeasurementFrames()
    for (const rms of [2, 4, 4, 4, 5, 5, 7, 9]) frames.add(frame({ rms, snr: Infinity }))
    frames.add(frame({}))
    expect(frames.of('rms')!).toMatchObject({ count: 8, mean: 5 })
    expect(frames.of('rms')!.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12)
    expect(frames.of('snr')).toBeUndefined()
    frames.reset()
    expect(frames.of('rms')).toBeUndefined()
  })

  test('know that a phase goes round', () => {
    const frames = new MeasurementFrames()
    for (const tonePhase of [179, -179, 178, -178]) frames.add(frame({ tonePhase }))
    expect(Math.abs(frames.of('tonePhase')!.mean)).toBeCloseTo(180, 9)
    expect(frames.of('tonePhase')!.deviation).toBeLessThan(2)
  })
})

test('there are twenty-five kinds, each with a unit and one sentence', () => {
  expect(measureIds).toHaveLength(25)
  for (const id of measureIds) expect(measureKinds[id].meaning).toMatch(/^[A-Z].*\.$/)
})
