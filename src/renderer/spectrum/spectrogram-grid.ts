/** Which columns of the spectrogram a stretch of time shows, on a grid that zooming and moving keep. Pure. */
import { placeInRecord, type SampleRange } from '../state/visible-range'

/** A column is about so many pixels wide. */
const pixelsPerColumn = 2

/** Samples from one column to the next: a power of two, so that a small zoom keeps the columns. */
export function hopFor(span: number, plotWidth: number): number {
  const wanted = (span * pixelsPerColumn) / Math.max(1, plotWidth)
  return Math.max(1, 2 ** Math.round(Math.log2(Math.max(wanted, 1e-9))))
}

/** Columns, not whole at the ends, that a range of samples takes on the picture. */
export function columnsOf({ start, end }: SampleRange, hop: number): { first: number; end: number } {
  return { first: start / hop, end: end / hop }
}

/** Whole columns to read: those that are seen and whose pieces can lie before the newest sample. */
export function readableColumns(
  { start, end }: SampleRange,
  { hop, fftSize, newest }: { hop: number; fftSize: number; newest: number }
): { first: number; end: number } {
  const first = Math.max(0, Math.floor(start / hop))
  const last = Math.floor((newest - fftSize / 2) / hop - 0.5)
  return { first, end: Math.max(first, Math.min(Math.ceil(end / hop), last + 1)) }
}

/** A place of the record across a plot that shows a range, from 0 to 1; undefined where it is not to be seen. */
export function shareOfPlace(place: number, { start, end }: SampleRange, sampleCount: number): number | undefined {
  const seen = passShifts(start, end, sampleCount).filter((shift) => place + shift >= start && place + shift <= end)
  // Of several passes the newest.
  const newest = seen[seen.length - 1]
  return newest === undefined ? undefined : (place + newest - start) / (end - start)
}

/** The parts of a plot, from 0 to 1, in which a part of the record is seen: one for each pass of a loop. */
export function sharesOfRange(
  part: SampleRange,
  { start, end }: SampleRange,
  sampleCount: number
): { from: number; to: number }[] {
  const shares = []
  for (const shift of passShifts(start, end, sampleCount)) {
    const from = Math.max(0, (part.start + shift - start) / (end - start))
    const to = Math.min(1, (part.end + shift - start) / (end - start))
    if (to > from) shares.push({ from, to })
  }
  return shares
}

/** The other way: which place of the record is seen at a share of the plot. */
export function placeAtShare(share: number, { start, end }: SampleRange, sampleCount: number): number {
  return placeInRecord(start + share * (end - start), sampleCount)
}

/** What is added to a place of the record in each pass of a loop that the range may show. */
function passShifts(start: number, end: number, sampleCount: number): number[] {
  if (sampleCount <= 0) return [0]
  const shifts = []
  for (let pass = Math.floor(start / sampleCount); pass <= Math.floor(end / sampleCount); pass += 1) {
    shifts.push(pass * sampleCount)
  }
  return shifts
}
