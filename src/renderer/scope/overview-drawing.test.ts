import { describe, expect, it } from 'vitest'
import { columnsFor } from './overview-drawing'
import { graspOf } from './overview-grasp'

const samples = (...values: number[]) => Float32Array.from(values)

describe('columns of the overview', () => {
  const overview = { min: samples(-1, -4, -2, -3), max: samples(1, 4, 2, 3) }

  it('joins columns where there are fewer pixels', () => {
    expect(columnsFor(overview, 2)).toEqual({ min: samples(-4, -3), max: samples(4, 3) })
  })

  it('repeats columns where there are more pixels', () => {
    expect(columnsFor(overview, 8).max).toEqual(samples(1, 1, 4, 4, 2, 2, 3, 3))
  })
})

describe('a press in the overview', () => {
  const windows = [{ from: 0.2, to: 0.4 }]

  it('takes the window, its edges or a place outside', () => {
    const grasps = [0.1, 0.198, 0.203, 0.3, 0.398, 0.403, 0.5].map((share) => graspOf(share, windows, 1000))
    expect(grasps).toEqual(['outside', 'start', 'start', 'inside', 'end', 'end', 'outside'])
  })

  it('can take the middle of a window that is narrow', () => {
    expect(graspOf(0.5, [{ from: 0.498, to: 0.502 }], 1000)).toBe('inside')
  })

  it('takes no edge of a window that goes round the end of a loop', () => {
    const pieces = [
      { from: 0.9, to: 1 },
      { from: 0, to: 0.2 }
    ]
    expect([0.9, 0.2, 0.95, 0.5].map((share) => graspOf(share, pieces, 1000))).toEqual([
      ...['inside', 'inside', 'inside', 'outside']
    ])
  })
})
