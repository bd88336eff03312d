import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { ScopeSettings } from '../../contract/scope-settings'
import type { Layer } from '../state/picture.svelte'
import { frequencyAt, risesOn } from './cycle-frequency'
import { fadeAfter } from './afterglow'
import { lanesOf } from './lanes'
import { hasValues, peakOf, readingAt, samplesOf, valueAt } from './readings'

const samples = (...values: number[]) => Float32Array.from(values)
const single = samples(0, 0.5, NaN)
const still: Layer = {
  data: { startSample: 1000, samplesPerColumn: 1, traces: [{ name: 'mix', min: single, max: single, rms: single }] },
  shift: 0
}
const envelope: Layer = {
  data: {
    ...{ startSample: 0, samplesPerColumn: 10 },
    traces: [{ name: 'mix', min: samples(-1, -3, NaN), max: samples(2, 1, NaN), rms: samples(1, 1, NaN) }]
  },
  shift: 0
}

describe('what a trace is at a place', () => {
  it('is the nearest sample, or the column', () => {
    expect(readingAt([still], 'mix', 1000.8)).toEqual({ kind: 'sample', value: 0.5 })
    expect(readingAt([envelope], 'mix', 19)).toEqual({ kind: 'column', min: -3, max: 1 })
    expect(valueAt([envelope], 'mix', 19)).toBe(-1)
  })

  it('is nothing in a gap, outside, and for a trace that did not come', () => {
    expect(readingAt([still], 'mix', 1002)).toBeUndefined()
    expect(readingAt([still], 'mix', 900)).toBeUndefined()
    expect(readingAt([still], 'truth', 1000)).toBeUndefined()
  })

  it('is read from the newest layer that has it there, where that stands', () => {
    const newer = { ...still, shift: 1000 }
    expect(valueAt([envelope, newer], 'mix', 1)).toBe(0.5)
    expect(valueAt([envelope, newer], 'mix', 15)).toBe(-1)
    expect(samplesOf([envelope, newer], 'mix')).toEqual({ samples: single, startSample: 0 })
    expect(samplesOf([envelope], 'mix')).toBeUndefined()
  })

  it('has a greatest size, as it is drawn', () => {
    expect(peakOf([envelope], [{ name: 'mix', gain: 1, offset: 0 }])).toBe(3)
    expect(peakOf([envelope], [{ name: 'mix', gain: 2, offset: 1 }])).toBe(5)
    expect(peakOf([envelope], [{ name: 'output', gain: 1, offset: 0 }])).toBe(0)
    expect(hasValues([envelope], 'mix')).toBe(true)
    expect(hasValues([envelope], 'truth')).toBe(false)
  })
})

describe('the cycle under the pointer', () => {
  const tone = Float32Array.from({ length: 1000 }, (_, n) => Math.sin((2 * Math.PI * (n - 30.5)) / 80))
  const layers: Layer[] = [
    {
      data: { startSample: 5000, samplesPerColumn: 1, traces: [{ name: 'output', min: tone, max: tone, rms: tone }] },
      shift: 0
    }
  ]

  it('has its frequency, from rise to rise', () => {
    const rises = risesOn(layers, 'output')
    expect(rises[0]).toBeCloseTo(5030.5, 2)
    expect(frequencyAt(rises, 5500, 1000)).toBeCloseTo(12.5, 3)
  })

  it('has none before the first rise, behind the last, and where an envelope is drawn', () => {
    const rises = risesOn(layers, 'output')
    expect(frequencyAt(rises, 5010, 1000)).toBeUndefined()
    expect(frequencyAt(rises, 5999, 1000)).toBeUndefined()
    expect(risesOn([envelope], 'mix')).toEqual([])
  })
})

describe('the lanes', () => {
  const settings = v.parse(ScopeSettings, {})
  const hidden = { ...settings.traces.mix, isVisible: false }

  it('are stacked, the output on its clean tone, or all in one', () => {
    expect(lanesOf(settings).map(({ traces }) => traces)).toEqual([['mix'], ['output', 'truth', 'rival'], ['residual']])
    expect(lanesOf({ ...settings, lanes: 'overlaid' }).map(({ traces }) => traces)).toEqual([
      ['output', 'truth', 'rival', 'mix', 'residual']
    ])
  })

  it('leave out what is hidden, and keep a way back', () => {
    const { traces } = settings
    expect(lanesOf({ lanes: 'stacked', traces: { ...traces, mix: hidden } }).map(({ id }) => id)).toEqual([
      ...['output', 'residual']
    ])
    const all = { mix: hidden, output: hidden, truth: hidden, residual: hidden, rival: hidden }
    expect(lanesOf({ lanes: 'stacked', traces: { ...traces, ...all } })).toMatchObject([{ id: 'all', traces: [] }])
  })
})

describe('the afterglow', () => {
  it('loses half of its light in a quarter of a second, in steps that a canvas can hold', () => {
    expect(fadeAfter(250)).toBe(0.5)
    expect(fadeAfter(16)).toBe(0)
    expect(fadeAfter(-5)).toBe(0)
    expect(fadeAfter(60)).toBeGreaterThan(0.12)
  })
})
