/** Which rows of a long table are on the screen. Pure: pixels in, rows out. */

export interface VisibleRows {
  readonly first: number
  /** The last one, included; before the first where there is none. */
  readonly last: number
}

/** Rows a little beyond both edges, so that a scroll finds them there. */
const spare = 8

export function visibleRows(
  { scrollTop, height }: { readonly scrollTop: number; readonly height: number },
  rowHeight: number,
  count: number
): VisibleRows {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare)
  const last = Math.min(count - 1, Math.ceil((scrollTop + height) / rowHeight) + spare)
  return { first, last }
}

/** Where to scroll so that a row is wholly in sight below a head of this height; undefined if it is. */
export function scrollToRow(
  row: number,
  { scrollTop, height }: { readonly scrollTop: number; readonly height: number },
  rowHeight: number
): number | undefined {
  const top = row * rowHeight
  if (top < scrollTop) return top
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height
  return undefined
}
