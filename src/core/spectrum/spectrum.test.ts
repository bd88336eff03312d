import { describe, expect, test } from 'vitest'
import reference from '../../../fixtures/spectrum.json'
import { Random } from '../random'
import { checkFrequencyAxis, frequencyAtPlace, placeOfFrequency } from './frequency-axis'
import { noiseFloor } from './noise-floor'
import { spectrumPeaks } from './peaks'
import { spectrogram } from './spectrogram'
import { createTaper, taperNames, type TaperName } from './tapers'
import { thinSpectrum } from './thin-spectrum'
import { samplesForSegments, segmentCountOf, welch } from './welch'

const { sampleRate } = reference
const record = Float32Array.from(reference.record)
/** Samples of an array that begins at `origin`, fewer where it ends. */
const reader =
  (samples: Float32Array, origin = 0) =>
  (start: number, count: number) =>
    start < origin ? new Float32Array(0) : samples.subarray(start - origin, start - origin + count)
const relative = (found: number, expected: number) => Math.abs(found - expected) / Math.max(1e-12, Math.abs(expected))

describe('equal to SciPy', () => {
  test.each(taperNames)('the taper %s', (name) => {
    createTaper(name, 32).weights.forEach((weight, n) => expect(weight).toBeCloseTo(reference.tapers[name][n], 12))
  })

  test.each(reference.welch)('Welch, $taper, $segmentLength of $sampleCount samples in $fftSize', (expected) => {
    const { power, noiseBandwidthHz } = welch(record.subarray(0, expected.sampleCount), {
      ...{ sampleRate, taper: expected.taper as TaperName },
      ...{ fftSize: expected.fftSize, segmentLength: expected.segmentLength }
    })
    expect(power).toHaveLength(expected.power.length)
    const scale = Math.max(...expected.power)
    power.forEach((value, k) => {
      expect(Math.abs(value - expected.power[k])).toBeLessThan(1e-12 * scale)
      expect(Math.abs(value / noiseBandwidthHz - expected.density[k])).toBeLessThan((1e-12 * scale) / noiseBandwidthHz)
    })
  })

  test('the spectrogram, every bin of every column', () => {
    const { fftSize, hop, power } = reference.spectrogram
    // Rows as wide as a bin, each about one bin.
    const axis = {
      lowHz: 0.5 * (sampleRate / fftSize),
      highHz: 31.5 * (sampleRate / fftSize),
      scale: 'linear'
    } as const
    const rows = 31
    // SciPy's column c begins at 16 c. Ours lies about (c + 0.5) * 16: in a record that begins at sample 8 it is the
    // column two before.
    const settings = { ...{ sampleRate, fftSize, hop, axis, rows }, taper: 'hann' } as const
    const levels = spectrogram(reader(record, 8), { first: 2, end: 2 + power.length }, settings)
    power.forEach((bins, column) => {
      for (let row = 0; row < rows; row += 1) {
        const expected = 10 * Math.log10(2 * bins[row + 1])
        expect(Math.abs(levels[column * rows + row] - expected)).toBeLessThan(2e-5)
      }
    })
  })
})

describe('closed forms', () => {
  test.each(taperNames)('a tone in the middle of a bin stands there with its mean square, under %s', (taper) => {
    const samples = Float32Array.from(
      { length: 4096 },
      (_, n) => 3 + 0.6 * Math.sin((2 * Math.PI * 100 * n) / 1024 + 1)
    )
    const { power, segmentCount } = welch(samples, { sampleRate: 1024, fftSize: 1024, taper })
    expect(segmentCount).toBe(7)
    expect(power[100]).toBeCloseTo(0.18, 6)
  })

  test('a tone between two bins loses less than 0.01 dB under the flat top', () => {
    const samples = Float32Array.from({ length: 1024 }, (_, n) => Math.sin((2 * Math.PI * 100.5 * n) / 1024))
    const { power } = welch(samples, { sampleRate: 1024, fftSize: 1024, taper: 'flat-top' })
    expect(Math.abs(10 * Math.log10(2 * power[100]))).toBeLessThan(0.01)
  })

  test.each([1, 3, 15])(
    'the floor of white noise is its density, over %d pieces, whatever tones stand in it',
    (count) => {
      const random = new Random(4)
      const samples = Float32Array.from({ length: samplesForSegments(count, 4096) }, (_, n) => {
        return 0.2 * random.normal() + Math.sin(0.3 * n) + 2 * Math.sin(0.9 * n)
      })
      const spectrum = welch(samples, { sampleRate: 2000, fftSize: 4096, taper: 'hann' })
      expect(spectrum.segmentCount).toBe(count)
      const density = noiseFloor(spectrum) / spectrum.noiseBandwidthHz
      // One-sided: the variance over half the sample rate.
      expect(relative(density, 0.04 / 1000)).toBeLessThan(0.06)
    }
  )
})

test('pieces are counted as they fit', () => {
  expect(segmentCountOf(255, 256)).toBe(0)
  expect(segmentCountOf(256, 256)).toBe(1)
  expect(segmentCountOf(samplesForSegments(9, 255), 255)).toBe(9)
  expect(segmentCountOf(samplesForSegments(9, 255) - 1, 255)).toBe(8)
  expect(() => welch(new Float32Array(10), { sampleRate: 1, fftSize: 16, taper: 'hann' })).toThrow(
    'at least 16 samples'
  )
})

describe('peaks', () => {
  const spectrumOf = (taper: TaperName, tones: [number, number][]) => {
    const random = new Random(8)
    const samples = Float32Array.from({ length: 4096 }, (_, n) =>
      tones.reduce(
        (sum, [hertz, size]) => sum + size * Math.sin((2 * Math.PI * hertz * n) / 1000),
        0.001 * random.normal()
      )
    )
    return welch(samples, { sampleRate: 1000, fftSize: 4096, taper })
  }

  test.each(taperNames)('are the tones and not their side lobes, under %s', (taper) => {
    const spectrum = spectrumOf(taper, [
      [50.1, 1],
      [81.33, 0.5],
      [200.2, 0.25]
    ])
    const peaks = spectrumPeaks(spectrum, { taper, floor: noiseFloor(spectrum), maxCount: 8 })
    const expected = [50.1, 81.33, 200.2]
    expected.forEach((hertz, index) => expect(Math.abs(peaks[index].frequencyHz - hertz)).toBeLessThan(0.1))
    if (taper !== 'rectangular') expect(peaks).toHaveLength(3)
  })

  test('are at most as many as asked for, and none in noise', () => {
    const spectrum = spectrumOf('hann', [
      [50, 1],
      [80, 1],
      [110, 1]
    ])
    expect(spectrumPeaks(spectrum, { taper: 'hann', floor: noiseFloor(spectrum), maxCount: 2 })).toHaveLength(2)
    const noise = spectrumOf('hann', [])
    expect(spectrumPeaks(noise, { taper: 'hann', floor: noiseFloor(noise), maxCount: 9 })).toEqual([])
  })
})

describe('the axis of frequency', () => {
  test.each(['linear', 'log'] as const)('goes there and back, %s', (scale) => {
    const axis = { lowHz: 2, highHz: 500, scale }
    for (const place of [0, 0.25, 1])
      expect(placeOfFrequency(frequencyAtPlace(place, axis), axis)).toBeCloseTo(place, 12)
  })

  test('that has no length or begins at zero with a logarithm is refused', () => {
    expect(() => checkFrequencyAxis({ lowHz: 5, highHz: 5, scale: 'linear' })).toThrow('Received: 5 to 5 Hz')
    expect(() => checkFrequencyAxis({ lowHz: 0, highHz: 5, scale: 'log' })).toThrow('begins above zero')
  })
})

describe('a thinned spectrum', () => {
  const power = Float64Array.from({ length: 1001 }, (_, k) => (k === 777 ? 50 : 1 + (k % 3)))

  test('keeps every peak at its own frequency', () => {
    const { frequenciesHz, power: kept } = thinSpectrum(
      { power, binHz: 0.5 },
      { lowHz: 0, highHz: 500, scale: 'linear' },
      40
    )
    expect(kept.length).toBeLessThanOrEqual(80)
    expect(frequenciesHz[kept.indexOf(50)]).toBe(388.5)
    expect([...frequenciesHz]).toEqual([...frequenciesHz].sort((a, b) => a - b))
  })

  test('leaves bins as they are where there is room, also at the low end of a logarithmic axis', () => {
    const all = thinSpectrum({ power, binHz: 0.5 }, { lowHz: 10, highHz: 20, scale: 'linear' }, 400)
    expect(all.frequenciesHz).toHaveLength(21)
    const low = thinSpectrum({ power, binHz: 0.5 }, { lowHz: 1, highHz: 500, scale: 'log' }, 300)
    expect([...low.frequenciesHz.slice(0, 4)]).toEqual([1, 1.5, 2, 2.5])
    expect([...low.power]).toContain(50)
  })
})

describe('the spectrogram', () => {
  const settings = {
    taper: 'hann',
    ...{ sampleRate: 1000, fftSize: 256, hop: 40, rows: 50 },
    axis: { lowHz: 0, highHz: 500, scale: 'linear' }
  } as const
  const samples = Float32Array.from(
    { length: 5000 },
    (_, n) => (n < 2500 ? 1 : 0.1) * Math.sin(2 * Math.PI * 0.125 * n)
  )
  const strongestRow = (levels: Float32Array, column: number) => {
    const part = levels.subarray(column * 50, (column + 1) * 50)
    return part.indexOf(Math.max(...part))
  }

  test('has a tone in its row at its level, and follows it in time', () => {
    const levels = spectrogram(reader(samples), { first: 10, end: 110 }, settings)
    expect(strongestRow(levels, 0)).toBe(12)
    expect(levels[12]).toBeCloseTo(0, 1)
    expect(levels[99 * 50 + 12]).toBeCloseTo(-20, 1)
  })

  test('gives the same column whatever is asked for beside it', () => {
    const alone = spectrogram(reader(samples.subarray(900), 900), { first: 30, end: 31 }, settings)
    const among = spectrogram(reader(samples), { first: 20, end: 40 }, settings)
    expect(alone).toEqual(among.slice(10 * 50, 11 * 50))
  })

  test('leaves a column empty where its samples do not exist', () => {
    const holed = samples.slice()
    holed.fill(NaN, 3000)
    const levels = spectrogram(reader(holed), { first: 0, end: 130 }, settings)
    const isEmpty = (column: number) => Number.isNaN(levels[column * 50])
    expect([0, 2, 3, 70, 71, 72, 129].map(isEmpty)).toEqual([true, true, false, false, false, true, true])
  })

  test('means several pieces where a column is wide, and finds rows between bins on a logarithmic axis', () => {
    const stepping = samples.map((sample, n) => (n >= 2500 && n < 2560 ? Math.sin(2 * Math.PI * 0.125 * n) : sample))
    const wide = { ...settings, hop: 1024, axis: { lowHz: 1, highHz: 500, scale: 'log' } } as const
    const levels = spectrogram(reader(stepping), { first: 2, end: 3 }, wide)
    const row = strongestRow(levels, 0)
    expect(relative(frequencyAtPlace((row + 0.5) / 50, wide.axis), 125)).toBeLessThan(0.07)
    // Half of the column is at 0 dB and half at -20 dB.
    expect(levels[row]).toBeCloseTo(10 * Math.log10(0.505), 0)
    expect(levels.every((level) => level >= -200 && level < 0)).toBe(true)
  })
})
