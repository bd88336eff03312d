/**
 * Which samples the scope shows, and where they lie in the record. Positions grow for ever while a signal loops; a
 * place in the record is a position modulo its length.
 */

export interface SampleRange {
  readonly start: number
  readonly end: number
}

/**
 * The window that ends at the newest sample. At the very start it stays at 0 and fills from the left, so that nothing
 * is shown from before the signal.
 */
export function followingRange(position: number, timeBaseSeconds: number, sampleRate: number): SampleRange {
  const count = Math.max(2, Math.round(timeBaseSeconds * sampleRate))
  const start = Math.max(0, Math.round(position) - count)
  return { start, end: start + count }
}

/** The place in a record of `sampleCount` samples; the end of the record stays the end until something follows. */
export function placeInRecord(position: number, sampleCount: number): number {
  if (position <= sampleCount || sampleCount <= 0) return Math.max(0, position)
  return position % sampleCount
}

/**
 * A range that follows the stream as places in the record: its last pass. Where a loop's seam lies inside, it begins
 * with the record.
 */
export function rangeAtPlace({ start, end }: SampleRange, sampleCount: number): SampleRange {
  if (end <= sampleCount || sampleCount <= 0) return { start, end }
  const span = end - start
  if (span >= sampleCount) return { start: 0, end: span }
  const first = start % sampleCount
  return first + span <= sampleCount ? { start: first, end: first + span } : { start: 0, end: span }
}

/** The range as parts of the record between 0 and 1, in two pieces where a loop's seam lies inside. */
export function rangeInRecord(range: SampleRange, sampleCount: number): { from: number; to: number }[] {
  if (sampleCount <= 0) return []
  if (range.end <= sampleCount) return [{ from: range.start / sampleCount, to: range.end / sampleCount }]
  if (range.start === 0 || range.end - range.start >= sampleCount) return [{ from: 0, to: 1 }]
  const from = (range.start % sampleCount) / sampleCount
  const to = from + (range.end - range.start) / sampleCount
  return to <= 1
    ? [{ from, to }]
    : [
        { from, to: 1 },
        { from: 0, to: to - 1 }
      ]
}
