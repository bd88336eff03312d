import { describe, expect, it } from 'vitest'
import type { RunSummary, RunValue } from '../../contract/training'
import { axisLeft, brushed, lineOf, nearestAxis, nearestPoint } from './parallel'
import { runAxis } from './run-axes'

const runs = (...values: Record<string, RunValue>[]): RunSummary[] =>
  values.map((each, index) => ({
    ...{ id: `run-${index}`, title: '', status: 'finished', createdAt: '', updatedAt: '', tags: [] },
    values: each
  }))

describe('an axis of runs', () => {
  it('goes from the least to the greatest, and has no place for a run without a value', () => {
    const { places } = runAxis(runs({ units: 32 }, { units: 64 }, { units: 48 }, {}), 'units')
    expect([...places]).toEqual([0, 1, 0.5, NaN])
  })

  it('goes by ratio where the values reach over decades', () => {
    const { places, ticks } = runAxis(runs({ rate: 1e-4 }, { rate: 1e-3 }, { rate: 1e-2 }), 'rate')
    expect(places[1]).toBeCloseTo(0.5, 12)
    expect(ticks.map(({ text }) => text)).toEqual(['1.00e−4', '3.00e−4', '0.001', '0.003', '0.01'])
  })

  it('gives each text a place of its own, in the order of the alphabet', () => {
    const axis = runAxis(runs({ kind: 'lstm' }, { kind: 'gru' }, { kind: 'cnn' }), 'kind')
    expect([...axis.places]).toEqual([1, 0.5, 0])
    expect(axis.ticks.map(({ text }) => text)).toEqual(['cnn', 'gru', 'lstm'])
  })

  it('puts what is the same in all runs into the middle', () => {
    expect([...runAxis(runs({ seed: 7 }, { seed: 7 }), 'seed').places]).toEqual([0.5, 0.5])
  })
})

describe('parallel coordinates', () => {
  const frame = { width: 220, height: 120, left: 10, right: 10, top: 10, bottom: 10 }
  const table = runs({ units: 32, loss: 1 }, { units: 64, loss: 0 }, { units: 48 })
  const axes = [runAxis(table, 'units'), runAxis(table, 'loss')]

  it('draw a run as a line over the axes, with a gap where it has no value', () => {
    expect([...lineOf(frame, axes, 0)]).toEqual([10, 110, 210, 10])
    expect([...lineOf(frame, axes, 2)]).toEqual([10, 60, 210, NaN])
    expect(axisLeft(frame, 1, 3)).toBe(110)
  })

  it('take the runs whose lines go through the brush, drawn up or down', () => {
    expect(brushed(frame, axes, { axis: 0, from: 0, to: 70 })).toEqual([1, 2])
    expect(brushed(frame, axes, { axis: 1, from: 20, to: 5 })).toEqual([0])
    expect(brushed(frame, axes, { axis: 7, from: 0, to: 120 })).toEqual([])
  })

  it('find the axis and the point that is meant, or none', () => {
    expect(nearestAxis(frame, 2, 205)).toBe(1)
    expect(nearestAxis(frame, 2, 110)).toBeUndefined()
    const points = [
      { x: 0, y: 0 },
      { x: 20, y: 20 }
    ]
    expect(nearestPoint(points, { x: 16, y: 17 })).toBe(1)
    expect(nearestPoint(points, { x: 10, y: 60 })).toBeUndefined()
  })
})
