/**
 * Where the view may be and how it moves: ranges of samples that are panned and zoomed inside a record. Pure: knows
 * nothing of playing, of the screen and of history.
 */
import type { SampleRange } from './visible-range'

export interface RangeLimits {
  readonly sampleCount: number
  /** The narrowest and the widest view, in samples. */
  readonly least: number
  readonly most: number
}

/** The range moved and narrowed until it is inside the record. One that is wider than the record begins with it. */
export function insideRecord({ start, end }: SampleRange, { sampleCount, least, most }: RangeLimits): SampleRange {
  const span = Math.min(most, Math.max(least, end - start))
  const middle = (start + end) / 2
  const first = span === end - start ? start : middle - span / 2
  const begin = Math.max(0, Math.min(first, sampleCount - span))
  return { start: begin, end: begin + span }
}

export function panned(range: SampleRange, samples: number, limits: RangeLimits): SampleRange {
  return insideRecord({ start: range.start + samples, end: range.end + samples }, limits)
}

/** Wider (factor above 1) or narrower; what is at `place` stays where it is on the screen. */
export function zoomed(range: SampleRange, factor: number, place: number, limits: RangeLimits): SampleRange {
  const old = range.end - range.start
  const span = Math.min(limits.most, Math.max(limits.least, old * factor))
  const start = place - ((place - range.start) / old) * span
  return insideRecord({ start, end: start + span }, limits)
}

/** The range with a twentieth of it free on both sides. */
export function withMargin({ start, end }: SampleRange): SampleRange {
  const margin = (end - start) / 20
  return { start: start - margin, end: end + margin }
}

export function sameRange(a: SampleRange, b: SampleRange): boolean {
  return a.start === b.start && a.end === b.end
}
