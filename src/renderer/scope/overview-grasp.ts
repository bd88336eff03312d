/** What a press in the overview takes hold of: the visible window, one of its edges, or a place outside. Pure. */
export type Grasp = 'outside' | 'inside' | 'start' | 'end'

/** So near to an edge a press takes the edge; a narrow window keeps a middle that can be taken. */
const edgePixels = 5

/** `share` from 0 to 1; windows as parts of the record, two of them where a loop's seam lies inside. */
export function graspOf(share: number, windows: readonly { from: number; to: number }[], width: number): Grasp {
  // A window in two pieces has no edges that could be moved.
  if (windows.length === 1) {
    const [{ from, to }] = windows
    const reach = Math.min(edgePixels / width, (to - from) / 3)
    if (Math.abs(share - from) <= Math.max(reach, edgePixels / width / 2) && share <= from + reach) return 'start'
    if (Math.abs(share - to) <= Math.max(reach, edgePixels / width / 2) && share >= to - reach) return 'end'
  }
  return windows.some(({ from, to }) => share >= from && share <= to) ? 'inside' : 'outside'
}
