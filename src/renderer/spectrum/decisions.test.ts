import { describe, expect, it } from 'vitest'
import type { TraceSpectrum } from '../../contract/lab'
import { colourMap, colourStep, cssColour } from './colour-maps'
import { draggedFrequency, roundedTo } from './drag-frequency'
import { frequencyTicks } from './frequency-ticks'
import { placeLabels } from './label-places'
import { calmTop, decibelRange, greatestLevel, levelOf, levelRange, linearRange } from './level-range'
import { levelAt, nearestIndex, readout } from './readout'
import { hopFor, placeAtShare, readableColumns, shareOfPlace, sharesOfRange } from './spectrogram-grid'
import { frequencyOfX, plotBox, xOfFrequency, yOfLevel } from './spectrum-drawing'

describe('colours of levels', () => {
  it.each(['viridis', 'cividis', 'grey'] as const)(
    '%s grows lighter all the way, so that any eye can order it',
    (name) => {
      const colours = colourMap(name)
      expect(colours).toHaveLength(1024)
      // Rec. 709 weights: the grey that a colour leaves.
      const lightness = Array.from({ length: 256 }, (_, step) => {
        const [red, green, blue] = colours.subarray(4 * step)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
      })
      for (let step = 1; step < 256; step += 1)
        expect(lightness[step]).toBeGreaterThanOrEqual(lightness[step - 1] - 0.6)
      expect(lightness[255] - lightness[0]).toBeGreaterThan(150)
    }
  )

  it('begin and end where they were published', () => {
    expect([...colourMap('viridis').subarray(0, 4)]).toEqual([0x44, 0x01, 0x54, 255])
    expect([...colourMap('cividis').subarray(1020)]).toEqual([0xff, 0xea, 0x46, 255])
  })

  it('take the ends outside their range, and the text that can be read on them', () => {
    const range = { lowDb: -60, highDb: 0 }
    expect([-99, -60, -30, 0, 12].map((level) => colourStep(level, range))).toEqual([0, 0, 128, 255, 255])
    const colours = colourMap('viridis')
    expect(cssColour(colours, 0)).toEqual({ background: 'rgb(68 1 84)', takesDarkText: false })
    expect(cssColour(colours, 255).takesDarkText).toBe(true)
  })
})

describe('ticks of frequency', () => {
  it('step 1-2-5 on a linear axis', () => {
    const ticks = frequencyTicks({ lowHz: 0, highHz: 500, scale: 'linear' }, 6)
    expect(ticks.map(({ label }) => label)).toEqual(['0', '100', '200', '300', '400', '500'])
    expect(ticks[1].place).toBeCloseTo(0.2)
  })

  it('label 1-2-5 of each decade on a logarithmic axis, or the decades alone where there is little room', () => {
    const axis = { lowHz: 0.25, highHz: 24_000, scale: 'log' } as const
    const labels = (most: number) => frequencyTicks(axis, most).flatMap(({ label }) => label || [])
    expect(labels(20)).toEqual([
      '0.5',
      '1',
      '2',
      '5',
      '10',
      '20',
      '50',
      '100',
      '200',
      '500',
      '1k',
      '2k',
      '5k',
      '10k',
      '20k'
    ])
    expect(labels(8)).toEqual(['1', '10', '100', '1k', '10k'])
    expect(frequencyTicks(axis, 20).length).toBeGreaterThan(40)
  })

  it('are as on a linear axis within less than a decade', () => {
    const ticks = frequencyTicks({ lowHz: 4, highHz: 8, scale: 'log' }, 8)
    expect(ticks.map(({ label }) => label)).toEqual(['4.0', '4.5', '5.0', '5.5', '6.0', '6.5', '7.0', '7.5', '8.0'])
  })
})

describe('the level axis', () => {
  it('shows amplitude 1 as 0 dB', () => {
    expect(levelOf(0.5, 'decibels')).toBeCloseTo(0, 12)
    expect(levelOf(0.5, 'linear')).toBeCloseTo(1, 12)
  })

  it('reaches from below the floor to above the peak, and stays for small changes', () => {
    const range = decibelRange(undefined, -12, -62)
    expect(range).toEqual({ low: -90, high: 0 })
    expect(decibelRange(range, -9, -68)).toBe(range)
    expect(decibelRange(range, 4, -62)).toEqual({ low: -90, high: 10 })
    expect(decibelRange(range, -50, -120)).toEqual({ low: -140, high: -40 })
    expect(decibelRange(undefined, -Infinity, -Infinity)).toEqual({ low: -100, high: 0 })
  })

  it('hold the peak and the floor of what is shown, and stay where nothing is', () => {
    const mix = { power: Float32Array.of(1e-6, 0.03, 1e-7), floorPower: 3e-7 }
    const output = { power: Float32Array.of(1e-16, 0.02, 1e-16), floorPower: 1e-16 }
    const range = levelRange(undefined, [mix, output], 'decibels')
    expect(range).toEqual(decibelRange(undefined, levelOf(0.03, 'decibels'), levelOf(3e-10, 'decibels')))
    expect(levelRange(range, [], 'decibels')).toBe(range)
    expect(levelRange(undefined, [], 'decibels')).toEqual({ low: -100, high: 0 })
    expect(levelRange(undefined, [], 'linear')).toEqual({ low: 0, high: 1 })
  })

  it('begins at zero where it is linear', () => {
    const range = linearRange(undefined, 0.25)
    expect(range).toEqual({ low: 0, high: 0.3 })
    expect(linearRange(range, 0.27)).toBe(range)
    expect(linearRange(range, 0.9).high).toBe(1.5)
    expect(linearRange(range, 0.05).high).toBeLessThan(0.1)
  })

  it('of the colours rises at once and falls late', () => {
    const columns = new Map([
      [3, Float32Array.of(-40, -13.2)],
      [4, Float32Array.of(-20, -60)]
    ])
    expect(greatestLevel({ first: 0, end: 9 }, (column) => columns.get(column))).toBeCloseTo(-13.2, 5)
    expect(calmTop(undefined, -13.2)).toBe(-10)
    expect(calmTop(-10, -4)).toBe(0)
    expect(calmTop(-10, -17)).toBe(-10)
    expect(calmTop(-10, -31)).toBe(-30)
    expect(calmTop(-10, -Infinity)).toBe(-10)
  })
})

describe('labels of peaks', () => {
  const room = { left: 0, right: 300, top: 0, height: 14 }

  it('stand above their peaks, the weaker one higher where both would collide', () => {
    const placed = placeLabels(
      [
        { text: 'strong', x: 100, y: 60, width: 40 },
        { text: 'near', x: 110, y: 62, width: 40 },
        { text: 'far', x: 200, y: 100, width: 40 }
      ],
      room
    )
    expect(placed.map(({ text, left, top }) => [text, left, top])).toEqual([
      ['strong', 80, 42],
      ['near', 90, 16 + 14 - 14],
      ['far', 180, 82]
    ])
  })

  it('never cover one another or leave the plot, and go where there is no room', () => {
    const crowd = Array.from({ length: 30 }, (_, index) => ({
      text: String(index),
      x: 10 * index,
      y: 30 + (index % 5),
      width: 50
    }))
    const placed = placeLabels(crowd, room)
    expect(placed.length).toBeGreaterThan(4)
    expect(placed.length).toBeLessThan(30)
    for (const one of placed) {
      expect(one.left).toBeGreaterThanOrEqual(0)
      expect(one.left + one.width).toBeLessThanOrEqual(300)
      for (const other of placed) {
        if (one === other) continue
        const apart = Math.abs(one.top - other.top) >= 14 || one.left + 50 <= other.left || other.left + 50 <= one.left
        expect(apart).toBe(true)
      }
    }
  })
})

describe('dragging a marker', () => {
  const axis = { lowHz: 0, highHz: 20, scale: 'linear' } as const
  const drag = (place: number, snaps = true) =>
    draggedFrequency(place, axis, { plotWidth: 800, peaksHz: [3.0012, 7.02345], snaps })

  it('means no finer a frequency than the screen can tell', () => {
    expect(drag(0.5)).toBe(10)
    expect(drag(0.5021)).toBe(10.04)
    expect(roundedTo(12_345.678, 7)).toBe(12_345)
    expect(roundedTo(0.123456, 0.002)).toBe(0.124)
  })

  it('is drawn to a peak nearby unless it is told not to be', () => {
    expect(drag(7.1 / 20)).toBe(7.023)
    expect(drag(7.1 / 20, false)).toBe(7.1)
    expect(drag(7.4 / 20)).toBe(7.4)
  })

  it('stays on the axis', () => expect([drag(-3), drag(9)]).toEqual([0, 20]))
})

describe('places in the plot', () => {
  it('go there and back', () => {
    const box = plotBox(876, 230)
    const axis = { lowHz: 1, highHz: 500, scale: 'log' } as const
    expect(box).toEqual({ left: 58, top: 8, width: 800, height: 200 })
    expect(xOfFrequency(1, axis, box)).toBe(58)
    expect(frequencyOfX(xOfFrequency(37, axis, box), axis, box)).toBeCloseTo(37, 9)
    expect(frequencyOfX(9999, axis, box)).toBeCloseTo(500, 9)
    expect(yOfLevel(-50, { low: -100, high: 0 }, box)).toBe(108)
    expect(yOfLevel(-1e9, { low: -100, high: 0 }, box)).toBeCloseTo(212, 9)
  })

  it('tell the level at a frequency', () => {
    const trace: TraceSpectrum = {
      ...{ name: 'mix', floorPower: 1e-6, peaks: [] },
      frequenciesHz: Float32Array.of(1, 2, 4),
      power: Float32Array.of(0.5, 0.005, 0.00005)
    }
    expect(nearestIndex(trace.frequenciesHz, 2.9)).toBe(1)
    expect(nearestIndex([], 1)).toBeUndefined()
    expect(readout([trace], 2.2, 'decibels')).toEqual([{ name: 'mix', text: '−20.0 dB' }])
    expect(readout([trace], 0, 'linear')).toEqual([{ name: 'mix', text: '1.000' }])
    expect(levelAt(undefined, 1)).toBe(-Infinity)
  })
})

describe('the grid of the spectrogram', () => {
  it('keeps its columns for a small zoom', () => {
    expect(hopFor(5000, 900)).toBe(8)
    expect(hopFor(4000, 900)).toBe(8)
    expect(hopFor(9000, 900)).toBe(16)
    expect(hopFor(10, 900)).toBe(1)
  })

  it('asks for no column that needs samples of the future', () => {
    expect(readableColumns({ start: 1000, end: 6000 }, { hop: 10, fftSize: 1000, newest: 6000 })).toEqual({
      first: 100,
      end: 550
    })
    expect(readableColumns({ start: 0, end: 5000 }, { hop: 10, fftSize: 1000, newest: 200 })).toEqual({
      first: 0,
      end: 0
    })
  })

  it('knows a place of the record in the picture of a loop, and the other way', () => {
    const range = { start: 17_000, end: 22_000 }
    expect(shareOfPlace(8000, range, 10_000)).toBeCloseTo(0.2)
    expect(shareOfPlace(1000, range, 10_000)).toBeCloseTo(0.8)
    expect(shareOfPlace(5000, range, 10_000)).toBeUndefined()
    expect(placeAtShare(0.8, range, 10_000)).toBeCloseTo(1000)
    const shares = sharesOfRange({ start: 500, end: 8000 }, range, 10_000)
    expect(shares.map(({ from, to }) => [from, to].map((share) => Number(share.toFixed(6))))).toEqual([
      [0, 0.2],
      [0.7, 1]
    ])
  })
})
