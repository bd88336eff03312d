import { beforeEach, describe, expect, it, vi } from 'vitest'
import { timeBaseSteps } from './time-base'
import { ViewHistory } from './view-history'
import { insideRecord, panned, withMargin, zoomed } from './view-range'
import { View } from './view.svelte'

const limits = { sampleCount: 10_000, least: 8, most: 10_000 }

describe('a range in a record', () => {
  it('is moved inside, not cut', () => {
    expect(insideRecord({ start: -500, end: 1500 }, limits)).toEqual({ start: 0, end: 2000 })
    expect(insideRecord({ start: 9500, end: 11_500 }, limits)).toEqual({ start: 8000, end: 10_000 })
  })

  it('is never narrower than the least, about its middle', () => {
    expect(insideRecord({ start: 100, end: 102 }, limits)).toEqual({ start: 97, end: 105 })
  })

  it('begins with a record that it is wider than', () => {
    expect(insideRecord({ start: 500, end: 30_500 }, { ...limits, most: 50_000 })).toEqual({ start: 0, end: 30_000 })
  })

  it('pans up to the ends', () => {
    expect(panned({ start: 1000, end: 2000 }, 300, limits)).toEqual({ start: 1300, end: 2300 })
    expect(panned({ start: 1000, end: 2000 }, -3000, limits)).toEqual({ start: 0, end: 1000 })
  })

  it('zooms about a place that stays where it is on the screen', () => {
    const narrower = zoomed({ start: 1000, end: 2000 }, 0.5, 1250, limits)
    expect(narrower).toEqual({ start: 1125, end: 1625 })
    expect((1250 - narrower.start) / (narrower.end - narrower.start)).toBeCloseTo(0.25)
  })

  it('fits with a little room at both sides', () => {
    expect(withMargin({ start: 1000, end: 2000 })).toEqual({ start: 950, end: 2050 })
  })
})

describe('the history of views', () => {
  it('goes back and forward', () => {
    const history = new ViewHistory<string>()
    history.note('one', 0)
    history.note('two', 5000)
    expect(history.back('three')).toBe('two')
    expect(history.back('two')).toBe('one')
    expect(history.back('one')).toBeUndefined()
    expect(history.forward('one')).toBe('two')
    expect(history.forward('two')).toBe('three')
    expect(history.canGoForward).toBe(false)
  })

  it('takes quick moves as one, unless the user let go between them', () => {
    const history = new ViewHistory<string>()
    history.note('one', 0)
    history.note('two', 100)
    history.note('three', 200)
    expect(history.back('four')).toBe('one')
    history.clear()
    history.note('one', 0)
    history.endMove()
    history.note('two', 10)
    expect(history.back('three')).toBe('two')
  })

  it('forgets what was ahead when a new way is taken', () => {
    const history = new ViewHistory<string>()
    history.note('one', 0)
    history.back('two')
    history.note('one', 100)
    expect(history.canGoForward).toBe(false)
  })
})

describe('the view', () => {
  const state = { position: 0 }
  const changed = vi.fn()
  let view: View
  beforeEach(() => {
    state.position = 6000
    changed.mockClear()
    const inputs = { sampleRate: () => 1000, sampleCount: () => 10_000, position: () => state.position }
    view = new View({ ...inputs, timeBases: () => timeBaseSteps(1000, 10) }, changed)
  })

  it('follows the newest sample at first', () => {
    expect(view.range).toEqual({ start: 1000, end: 6000 })
    state.position = 8000
    expect(view.range).toEqual({ start: 3000, end: 8000 })
  })

  it('stops following when the user pans, and follows again on one verb', () => {
    view.pan(-500)
    state.position = 9000
    expect(view.following).toBe(false)
    expect(view.range).toEqual({ start: 500, end: 5500 })
    view.follow()
    expect(view.range).toEqual({ start: 4000, end: 9000 })
    expect(changed).toHaveBeenCalledTimes(2)
  })

  it('goes on following when the time base changes, and holds when the user zooms at a place', () => {
    view.zoomStep(-1)
    expect(view.following).toBe(true)
    expect(view.spanSeconds).toBe(2)
    view.zoomStep(-1, 5000)
    expect(view.following).toBe(false)
    expect(view.range).toEqual({ start: 4500, end: 5500 })
  })

  it('keeps its middle when a held view gets another time base', () => {
    view.show({ start: 2000, end: 4000 })
    view.setSpan(1)
    expect(view.range).toEqual({ start: 2500, end: 3500 })
  })

  it('fits the record and a part of it', () => {
    view.fit()
    expect(view.range).toEqual({ start: 0, end: 10_000 })
    view.fitRange({ start: 4000, end: 5000 })
    expect(view.range).toEqual({ start: 3950, end: 5050 })
  })

  it('goes back to following and forward again', () => {
    view.fit()
    view.fitRange({ start: 4000, end: 5000 })
    view.back()
    expect(view.range).toEqual({ start: 0, end: 10_000 })
    view.back()
    expect(view.following).toBe(true)
    expect(view.canGoBack).toBe(false)
    view.forward()
    expect(view.range).toEqual({ start: 0, end: 10_000 })
    expect(view.canGoForward).toBe(true)
  })

  it('shows the last pass of a signal that loops', () => {
    state.position = 28_000
    expect(view.range).toEqual({ start: 3000, end: 8000 })
    state.position = 22_000
    expect(view.range).toEqual({ start: 0, end: 5000 })
  })
})
