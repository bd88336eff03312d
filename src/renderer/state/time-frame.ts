/**
 * What the left and the right edge of the time view mean, and how its axis lies over the record. Along the stream the
 * record repeats; behind a trigger places are counted from it. All in samples; pure.
 */
export type TimeFrame =
  | { readonly axis: 'record'; readonly from: number; readonly to: number }
  | { readonly axis: 'stream'; readonly from: number; readonly to: number }
  /** `trigger` is a position of the stream. */
  | { readonly axis: 'trigger'; readonly from: number; readonly to: number; readonly trigger: number }

/** The place of the record that stands at a place of the axis. */
export function axisToRecord(frame: TimeFrame, at: number, sampleCount: number): number {
  if (frame.axis === 'record' || sampleCount <= 0) return at
  const position = frame.axis === 'trigger' ? at + frame.trigger : at
  return position <= sampleCount ? position : position % sampleCount
}

/** Where a place of the record stands on the axis, in its newest visible pass; undefined if it is not visible. */
export function recordToAxis(frame: TimeFrame, place: number, sampleCount: number): number | undefined {
  const origin = frame.axis === 'trigger' ? frame.trigger : 0
  const [from, to] = [frame.from + origin, frame.to + origin]
  if (frame.axis === 'record' || sampleCount <= 0) return place >= from && place <= to ? place : undefined
  const pass = Math.floor((to - place) / sampleCount)
  const position = place + Math.max(0, pass) * sampleCount
  return position >= from && position <= to ? position - origin : undefined
}

/** Visible pieces of a range of the record, on the axis. */
export function rangeToAxis(
  frame: TimeFrame,
  { start, end }: { start: number; end: number },
  sampleCount: number
): { from: number; to: number }[] {
  const origin = frame.axis === 'trigger' ? frame.trigger : 0
  const [from, to] = [frame.from + origin, frame.to + origin]
  const repeats = frame.axis !== 'record' && sampleCount > 0
  const firstPass = repeats ? Math.max(0, Math.floor((from - end) / sampleCount)) : 0
  const lastPass = repeats ? Math.max(0, Math.floor((to - start) / sampleCount)) : 0
  const pieces: { from: number; to: number }[] = []
  for (let pass = firstPass; pass <= lastPass; pass += 1) {
    const shift = pass * (repeats ? sampleCount : 0)
    const piece = { from: Math.max(from, start + shift) - origin, to: Math.min(to, end + shift) - origin }
    if (piece.to > piece.from) pieces.push(piece)
  }
  return pieces
}

/** From 0 at the left edge to 1 at the right one. */
export function shareOf(frame: TimeFrame, at: number): number {
  return (at - frame.from) / (frame.to - frame.from)
}

export function atShare(frame: TimeFrame, share: number): number {
  return frame.from + share * (frame.to - frame.from)
}
