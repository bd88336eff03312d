/** Parallel coordinates: where each axis stands, the line of each run over them, and which runs a brush takes. */
import type { RunAxis } from './run-axes'

export interface ParallelFrame {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Where an axis stands, in pixels from the left. */
export function axisLeft({ width, left, right }: ParallelFrame, index: number, count: number): number {
  return count < 2 ? width / 2 : left + (index * (width - left - right)) / (count - 1)
}

/** In pixels from the top; greater values are higher. */
export function placeTop({ height, top, bottom }: ParallelFrame, place: number): number {
  return height - bottom - place * (height - top - bottom)
}

/** The corners of a run's line: x, y, x, y, …; a run without a value on an axis has NaN there, and its line a gap. */
export function lineOf(frame: ParallelFrame, axes: readonly RunAxis[], run: number): Float64Array {
  const line = new Float64Array(2 * axes.length)
  axes.forEach(({ places }, index) => {
    line[2 * index] = axisLeft(frame, index, axes.length)
    line[2 * index + 1] = placeTop(frame, places[run])
  })
  return line
}

export interface Brush {
  readonly axis: number
  /** Pixels from the top, in any order. */
  readonly from: number
  readonly to: number
}

/** The runs whose line goes through the brush. */
export function brushed(frame: ParallelFrame, axes: readonly RunAxis[], { axis, from, to }: Brush): number[] {
  const [high, low] = [Math.min(from, to), Math.max(from, to)]
  return [...(axes[axis]?.places ?? [])].flatMap((place, run) => {
    const y = placeTop(frame, place)
    return y >= high && y <= low ? [run] : []
  })
}

/** The axis nearest to a place; undefined where there is none within reach. */
export function nearestAxis(frame: ParallelFrame, count: number, x: number, reach = 18): number | undefined {
  let nearest: number | undefined
  let least = reach
  for (let index = 0; index < count; index += 1) {
    const distance = Math.abs(axisLeft(frame, index, count) - x)
    if (distance <= least) [nearest, least] = [index, distance]
  }
  return nearest
}

/** The point nearest to a place of a scatter plot; undefined where there is none within reach. */
export function nearestPoint(
  points: readonly { readonly x: number; readonly y: number }[],
  at: { readonly x: number; readonly y: number },
  reach = 10
): number | undefined {
  let nearest: number | undefined
  let least = reach ** 2
  points.forEach(({ x, y }, index) => {
    const distance = (x - at.x) ** 2 + (y - at.y) ** 2
    if (distance <= least) [nearest, least] = [index, distance]
  })
  return nearest
}
