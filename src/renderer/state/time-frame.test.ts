import { describe, expect, it } from 'vitest'
import { atShare, axisToRecord, rangeToAxis, recordToAxis, shareOf, type TimeFrame } from './time-frame'

const record: TimeFrame = { axis: 'record', from: 2000, to: 4000 }
/** Over the seam between the second and the third pass of a record of 10,000. */
const stream: TimeFrame = { axis: 'stream', from: 18_000, to: 23_000 }
const trigger: TimeFrame = { axis: 'trigger', from: -100, to: 400, trigger: 12_000.5 }

describe('the axis of the time view', () => {
  it('lies over the record', () => {
    expect(axisToRecord(record, 2500, 10_000)).toBe(2500)
    expect(axisToRecord(stream, 19_000, 10_000)).toBe(9000)
    expect(axisToRecord(stream, 21_000, 10_000)).toBe(1000)
    expect(axisToRecord(trigger, 0, 10_000)).toBe(2000.5)
  })

  it('shows a place of the record where it is visible', () => {
    expect(recordToAxis(record, 2500, 10_000)).toBe(2500)
    expect(recordToAxis(record, 1000, 10_000)).toBeUndefined()
    expect(recordToAxis(stream, 9000, 10_000)).toBe(19_000)
    expect(recordToAxis(stream, 1000, 10_000)).toBe(21_000)
    expect(recordToAxis(stream, 5000, 10_000)).toBeUndefined()
    expect(recordToAxis(trigger, 2100.5, 10_000)).toBe(100)
  })

  it('shows a range of the record in pieces, one a pass', () => {
    expect(rangeToAxis(record, { start: 1000, end: 3000 }, 10_000)).toEqual([{ from: 2000, to: 3000 }])
    expect(rangeToAxis(stream, { start: 1000, end: 9000 }, 10_000)).toEqual([
      { from: 18_000, to: 19_000 },
      { from: 21_000, to: 23_000 }
    ])
    expect(rangeToAxis(stream, { start: 4000, end: 5000 }, 10_000)).toEqual([])
    expect(rangeToAxis(trigger, { start: 2000, end: 2200 }, 10_000)).toEqual([{ from: -0.5, to: 199.5 }])
  })

  it('counts shares from the left edge to the right one', () => {
    expect(shareOf(record, 2500)).toBe(0.25)
    expect(atShare(trigger, 0.2)).toBe(0)
  })
})
