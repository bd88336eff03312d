/** Where the labels of peaks stand so that none covers another or leaves the plot. Knows nothing of frequencies. */

export interface WantedLabel {
  readonly text: string
  /** The peak that it belongs to, in pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
}

export interface PlacedLabel extends WantedLabel {
  readonly left: number
  readonly top: number
}

export interface LabelRoom {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly height: number
}

const gap = 4
/** Above its peak, or so many lines higher, or not at all. */
const mostLines = 3

/** In the order of importance: a later label that finds no place is left out. */
export function placeLabels(labels: readonly WantedLabel[], room: LabelRoom): PlacedLabel[] {
  const placed: PlacedLabel[] = []
  for (const label of labels) {
    const left = Math.max(room.left, Math.min(room.right - label.width, label.x - label.width / 2))
    for (let line = 0; line < mostLines; line += 1) {
      const top = Math.max(room.top, label.y - gap - (line + 1) * room.height)
      const isFree = placed.every(
        (other) =>
          left + label.width + gap <= other.left ||
          other.left + other.width + gap <= left ||
          top + room.height <= other.top ||
          other.top + room.height <= top
      )
      if (!isFree) continue
      placed.push({ ...label, left, top })
      break
    }
  }
  return placed
}
