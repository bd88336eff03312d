/** Where a cursor stands on the axis, and the place that it prefers near another one. Pure. */
import { nearestPeak, nearestSample, nearestZeroCrossing } from '../../core/signal/snap'
import type { TraceName } from '../../contract/lab'
import type { CursorFrame, SnapTo } from '../state/cursors.svelte'
import type { Layer } from '../state/picture.svelte'
import { axisToRecord, recordToAxis, type TimeFrame } from '../state/time-frame'
import { samplesOf } from './readings'

/** While sweeps begin at a trigger, cursors stand on the screen and count from it. */
export function cursorFrameOf(frame: TimeFrame): CursorFrame {
  return frame.axis === 'trigger' ? 'trigger' : 'record'
}

/** From a cursor's own place to the axis; undefined if it is not visible. */
export function cursorToAxis(frame: TimeFrame, place: number, sampleCount: number): number | undefined {
  if (frame.axis !== 'trigger') return recordToAxis(frame, place, sampleCount)
  return place >= frame.from && place <= frame.to ? place : undefined
}

export function axisToCursor(frame: TimeFrame, at: number, sampleCount: number): number {
  return frame.axis === 'trigger' ? at : axisToRecord(frame, at, sampleCount)
}

/** The place on the axis that a cursor takes near `at`, `reach` samples away at most. */
export function snapped(
  at: number,
  {
    snapTo,
    frame,
    layers,
    trace,
    reach
  }: {
    snapTo: SnapTo
    frame: TimeFrame
    layers: readonly Layer[]
    trace: TraceName | undefined
    reach: number
  }
): number {
  if (snapTo === 'nothing') return at
  const stretch = trace && snapTo !== 'samples' ? samplesOf(layers, trace) : undefined
  const found =
    stretch && snapTo === 'peaks'
      ? nearestPeak(stretch, at, reach)
      : stretch && snapTo === 'zero-crossings'
        ? nearestZeroCrossing(stretch, at, reach)
        : undefined
  if (found !== undefined) return found
  // Samples stand at whole positions; the trigger may not.
  const origin = frame.axis === 'trigger' ? frame.trigger : 0
  return nearestSample(at + origin) - origin
}
