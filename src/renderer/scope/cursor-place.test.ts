import { describe, expect, it } from 'vitest'
import type { TimeFrame } from '../state/time-frame'
import { axisToCursor, cursorFrameOf, cursorToAxis, snapped } from './cursor-place'

const samples = Float32Array.from({ length: 200 }, (_, n) => Math.sin((2 * Math.PI * n) / 100))
const trace = { name: 'output' as const, min: samples, max: samples, rms: samples }
const layers = [{ data: { startSample: 1000, samplesPerColumn: 1, traces: [trace] }, shift: 0 }]
const record: TimeFrame = { axis: 'record', from: 1000, to: 1200 }
const trigger: TimeFrame = { axis: 'trigger', from: -20, to: 80, trigger: 1000.25 }
const near = { frame: record, layers, trace: 'output' as const, reach: 8 }

describe('a cursor', () => {
  it('goes to samples, peaks and zero crossings of its trace', () => {
    expect(snapped(1021.4, { ...near, snapTo: 'samples' })).toBe(1021)
    expect(snapped(1021.4, { ...near, snapTo: 'peaks' })).toBe(1025)
    expect(snapped(1046.4, { ...near, snapTo: 'zero-crossings' })).toBeCloseTo(1050, 4)
    expect(snapped(1021.4, { ...near, snapTo: 'nothing' })).toBe(1021.4)
  })

  it('goes to a sample where nothing better is near, or only an envelope is drawn', () => {
    expect(snapped(1036.4, { ...near, snapTo: 'peaks' })).toBe(1036)
    const envelope = [{ ...layers[0], data: { ...layers[0].data, samplesPerColumn: 10 } }]
    expect(snapped(1021.4, { ...near, layers: envelope, snapTo: 'peaks' })).toBe(1021)
  })

  it('finds the samples also where they are counted from a trigger between two of them', () => {
    expect(snapped(10.1, { ...near, frame: trigger, snapTo: 'samples' })).toBe(9.75)
  })

  it('stands on the screen while sweeps are triggered, and at a place of the record else', () => {
    expect([record, trigger].map(cursorFrameOf)).toEqual(['record', 'trigger'])
    expect(cursorToAxis(trigger, 30, 10_000)).toBe(30)
    expect(cursorToAxis(trigger, 90, 10_000)).toBeUndefined()
    expect(cursorToAxis({ axis: 'stream', from: 11_000, to: 12_000 }, 1100, 10_000)).toBe(11_100)
    expect(axisToCursor({ axis: 'stream', from: 11_000, to: 12_000 }, 11_100, 10_000)).toBe(1100)
    expect(axisToCursor(trigger, 30, 10_000)).toBe(30)
  })
})
