import { describe, expect, it } from 'vitest'
import { analysedRange, placeInRange } from './analysed-range'
import { zoomedAxis } from './analysis.svelte'

describe('what is analysed', () => {
  const live = { selection: null, held: null, position: 12_345.4, span: 5000 }

  it('is what the screen shows while it follows, as far as there is something', () => {
    expect(analysedRange(live, 'selection')).toEqual({ axis: 'stream', startSample: 7345, endSample: 12_345 })
    expect(analysedRange({ ...live, position: 300 }, 'screen')).toMatchObject({ startSample: 0, endSample: 300 })
  })

  it('is the held part of the record, and the selection where it is wanted and there is one', () => {
    const held = { ...live, held: { start: 10.2, end: 99.1 } }
    expect(analysedRange(held, 'screen')).toEqual({ axis: 'record', startSample: 10, endSample: 100 })
    const selected = { ...held, selection: { start: 20, end: 30 } }
    expect(analysedRange(selected, 'selection')).toMatchObject({ startSample: 20, endSample: 30 })
    expect(analysedRange(selected, 'screen')).toMatchObject({ startSample: 10, endSample: 100 })
  })

  it('knows a place of the record in the newest pass of a loop', () => {
    const range = { axis: 'stream', startSample: 27_000, endSample: 32_000 } as const
    expect(placeInRange(1500, range, 10_000)).toBe(31_500)
    expect(placeInRange(8000, range, 10_000)).toBe(28_000)
    expect(placeInRange(1500, { ...range, axis: 'record' }, 10_000)).toBe(1500)
  })
})

describe('zooming the frequency axis', () => {
  it('keeps the frequency under the pointer in its place', () => {
    const linear = zoomedAxis({ lowHz: 0, highHz: 400, scale: 'linear' }, 0.5, 100, 1000)!
    expect(linear).toEqual({ lowHz: 50, highHz: 250 })
    const log = zoomedAxis({ lowHz: 1, highHz: 100, scale: 'log' }, 0.5, 10, 1000)!
    expect(log.lowHz).toBeCloseTo(10 / Math.sqrt(10), 9)
    expect(log.highHz).toBeCloseTo(10 * Math.sqrt(10), 9)
  })

  it('stays inside, and is the whole again once it is as wide', () => {
    expect(zoomedAxis({ lowHz: 0, highHz: 100, scale: 'linear' }, 2, 100, 1000)).toEqual({ lowHz: 0, highHz: 200 })
    expect(zoomedAxis({ lowHz: 50, highHz: 450, scale: 'linear' }, 2, 100, 1000)).toBeNull()
    expect(zoomedAxis({ lowHz: 2, highHz: 400, scale: 'log' }, 1.5, 20, 1000)).toBeNull()
  })
})
