import { describe, expect, it } from 'vitest'
import type { TraceData } from '../../contract/lab'
import { drawnColumns, hasValues, peakOf } from './columns'
import { columnsFor } from './overview-drawing'

const samples = (...values: number[]) => Float32Array.of(...values)

describe('columns of the scope', () => {
  const single = samples(0, 0.5, NaN)
  const still: TraceData = {
    startSample: 1000,
    samplesPerColumn: 1,
    traces: [{ name: 'mix', min: single, max: single, rms: single }]
  }
  const envelope: TraceData = {
    startSample: 0,
    samplesPerColumn: 10,
    traces: [{ name: 'mix', min: samples(-1, -3, NaN), max: samples(2, 1, NaN), rms: samples(1, 1, NaN) }]
  }

  it('draws samples at their times, with a gap where there is no value', () => {
    const { x, values } = drawnColumns(still, ['mix'], 1000)
    expect(x).toEqual([1, 1.001, 1.002])
    expect(values).toEqual([[0, 0.5, null]])
  })

  it('draws an envelope as two points in the middle of each column, going on at the nearer end', () => {
    const { x, values } = drawnColumns(envelope, ['mix'], 1000)
    expect(x).toEqual([0.005, 0.005, 0.015, 0.015, 0.025, 0.025])
    expect(values).toEqual([[-1, 2, 1, -3, null, null]])
  })

  it('leaves a trace that did not come empty', () => {
    expect(drawnColumns(still, ['truth'], 1000).values).toEqual([[null, null, null]])
  })

  it('finds the greatest size, and whether anything is there', () => {
    expect(peakOf(envelope, ['mix'])).toBe(3)
    expect(peakOf(envelope, ['output'])).toBe(0)
    expect(hasValues(envelope, 'mix')).toBe(true)
    expect(hasValues(envelope, 'truth')).toBe(false)
  })
})

describe('columns of the overview', () => {
  const overview = { min: samples(-1, -4, -2, -3), max: samples(1, 4, 2, 3) }

  it('joins columns where there are fewer pixels', () => {
    expect(columnsFor(overview, 2)).toEqual({ min: samples(-4, -3), max: samples(4, 3) })
  })

  it('repeats columns where there are more pixels', () => {
    expect(columnsFor(overview, 8).max).toEqual(samples(1, 1, 4, 4, 2, 2, 3, 3))
  })
})
