import { describe, expect, it } from 'vitest'
import {
  bodyOutlines,
  curvePoints,
  indicesBetween,
  linePoints,
  rmsBand,
  shapeOf,
  thinnedPoints,
  type Scale
} from './trace-shape'

const samples = (...values: number[]) => Float32Array.from(values)
/** A pixel a place, ten a value, the axis at 100. */
const scale: Scale = { perPlace: 1, x0: 0, perValue: -10, y0: 100 }

describe('how a trace is drawn', () => {
  const shapeAt = (pixelsPerSample: number, isSmooth = true) =>
    shapeOf({ samplesPerColumn: 1, pixelsPerSample }, isSmooth)

  it('is a body with more samples than columns', () => {
    expect(shapeOf({ samplesPerColumn: 1.5, pixelsPerSample: 20 }, true)).toBe('body')
  })

  it('is a line, then the curve through the samples, then with dots on them', () => {
    expect([0.2, 1, 2.9, 3, 7.9, 8, 100].map((pixels) => shapeAt(pixels))).toEqual([
      ...['line', 'line', 'line', 'smooth', 'smooth', 'smooth-dots', 'smooth-dots']
    ])
  })

  it('stays straight between samples where the user wants it so', () => {
    expect([1, 5, 8].map((pixels) => shapeAt(pixels, false))).toEqual(['line', 'line', 'line-dots'])
  })
})

describe('lines', () => {
  it('go through the samples, with a gap where there is no value', () => {
    const values = { samples: samples(1, 2, NaN, 3), start: 50, step: 2 }
    expect(linePoints(values, scale, [0, 4]).map((line) => [...line])).toEqual([
      [50, 90, 52, 80],
      [56, 70]
    ])
  })

  it('go on past the edges of what is visible', () => {
    const values = { samples: new Float32Array(100), start: 0, step: 1 }
    expect(indicesBetween(values, 10, 20)).toEqual([9, 22])
    expect(indicesBetween(values, -50, 500)).toEqual([0, 100])
  })
})

describe('a line with several samples a pixel', () => {
  const dense: Scale = { perPlace: 0.2, x0: 0, perValue: 1, y0: 0 }
  const noise = Float32Array.from({ length: 1000 }, (_, n) => ((n * 7919) % 997) / 997)

  it('has two points a pixel and loses no peak', () => {
    const [line] = thinnedPoints({ samples: noise, start: 0, step: 1 }, dense, [0, 1000])
    expect(line.length / 2).toBeLessThanOrEqual(400)
    const drawn = new Set(line.filter((_, at) => at % 2 === 1))
    for (let from = 0; from < 1000; from += 5) {
      const few = noise.subarray(from, from + 5)
      expect(drawn.has(Math.max(...few)) && drawn.has(Math.min(...few))).toBe(true)
    }
    for (let at = 2; at < line.length; at += 2) expect(line[at]).toBeGreaterThan(line[at - 2])
  })

  it('goes through the same points when it was read from elsewhere', () => {
    const [whole] = thinnedPoints({ samples: noise, start: 0, step: 1 }, dense, [0, 1000])
    const [part] = thinnedPoints({ samples: noise.subarray(203), start: 203, step: 1 }, dense, [2, 700])
    const values = (line: Float32Array) => [...line].filter((_, at) => at % 2 === 1)
    expect(values(whole).join(' ')).toContain(values(part).slice(0, -2).join(' '))
  })

  it('breaks at a gap, and is every sample where they are not dense', () => {
    const holed = Float32Array.from(noise).fill(NaN, 300, 400)
    expect(thinnedPoints({ samples: holed, start: 0, step: 1 }, dense, [0, 1000])).toHaveLength(2)
    const values = { samples: noise, start: 0, step: 1 }
    expect(thinnedPoints(values, scale, [0, 1000])).toEqual(linePoints(values, scale, [0, 1000]))
  })
})

describe('the curve between samples', () => {
  const tone = Float32Array.from({ length: 80 }, (_, n) => Math.sin(n / 2))
  const wide: Scale = { perPlace: 10, x0: 0, perValue: 1, y0: 0 }

  it('has a point for each pixel and follows the tone', () => {
    const [line] = curvePoints({ samples: tone, start: 0, step: 1 }, wide, [20, 60])
    expect(line.length / 2).toBe(391)
    for (let at = 0; at < line.length; at += 2) expect(line[at + 1]).toBeCloseTo(Math.sin(line[at] / 10 / 2), 2)
  })

  it('breaks at a gap', () => {
    const holed = Float32Array.from(tone)
    holed[40] = NaN
    expect(curvePoints({ samples: holed, start: 0, step: 1 }, wide, [20, 60])).toHaveLength(2)
  })
})

describe('the body', () => {
  const body = { low: samples(-1, -2, NaN, 0), high: samples(1, 2, NaN, 0), start: 0, step: 1 }

  it('goes along its upper and back along its lower edge, once for each stretch', () => {
    const [first, second] = bodyOutlines(body, scale, [0, 4], 1)
    expect([...first]).toEqual([0, 90, 1, 80, 1, 120, 0, 110])
    // A constant is as high as a pixel.
    expect([...second]).toEqual([3, 99.5, 3, 100.5])
  })

  it('holds the RMS band, which never leaves it', () => {
    const { low, high } = rmsBand(samples(-1, 2, -4), samples(1, 3, -3), samples(0.5, 2.5, 3.5))
    expect([...low]).toEqual([-0.5, 2, -3.5])
    expect([...high]).toEqual([0.5, 2.5, -3])
  })
})
