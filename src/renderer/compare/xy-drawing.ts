/** Draws pairs of values as a curve in a square. Decides nothing of what they are. */
import type { ScopeColours } from '../scope/theme-colours'

export interface Square {
  readonly left: number
  readonly top: number
  readonly side: number
}

/** The greatest square in the middle of a rectangle. */
export function squareIn({ width, height }: { width: number; height: number }): Square {
  const side = Math.max(1, Math.min(width, height) - 2)
  return { left: (width - side) / 2, top: (height - side) / 2, side }
}

export interface PairsPicture {
  readonly pairs: { readonly truth: Float32Array; readonly output: Float32Array } | undefined
  /** Both axes run from -limit to +limit. */
  readonly limit: number
  readonly box: Square
  readonly colours: ScopeColours
  readonly tone: string
}

/** A place in the square for a pair; up is plus. */
export function placeOfPair(
  x: number,
  y: number,
  limit: number,
  { left, top, side }: Square
): { x: number; y: number } {
  return { x: left + (0.5 + x / limit / 2) * side, y: top + (0.5 - y / limit / 2) * side }
}

/** Older parts of the curve are fainter, in so many steps. */
const fadeSteps = 4

export function drawPairs(context: CanvasRenderingContext2D, { pairs, limit, box, colours, tone }: PairsPicture): void {
  context.lineWidth = 1
  context.strokeStyle = colours.line
  context.strokeRect(
    Math.round(box.left) + 0.5,
    Math.round(box.top) + 0.5,
    Math.round(box.side) - 1,
    Math.round(box.side) - 1
  )
  const segment = (x1: number, y1: number, x2: number, y2: number) => {
    const [from, to] = [placeOfPair(x1, y1, limit, box), placeOfPair(x2, y2, limit, box)]
    context.beginPath()
    context.moveTo(from.x, from.y)
    context.lineTo(to.x, to.y)
    context.stroke()
  }
  context.strokeStyle = colours.grid
  segment(-limit, 0, limit, 0)
  segment(0, -limit, 0, limit)
  context.strokeStyle = colours.truth
  context.setLineDash([5, 5])
  segment(-limit, -limit, limit, limit)
  context.setLineDash([])
  if (!pairs) return
  const count = pairs.truth.length
  context.strokeStyle = tone
  context.lineWidth = 1.25
  for (let step = 0; step < fadeSteps; step += 1) {
    const from = Math.max(0, Math.floor((step * count) / fadeSteps) - 1)
    const to = Math.floor(((step + 1) * count) / fadeSteps)
    context.globalAlpha = 0.35 + (0.65 * (step + 1)) / fadeSteps
    context.beginPath()
    for (let n = from; n < to; n += 1) {
      const { x, y } = placeOfPair(pairs.truth[n], pairs.output[n], limit, box)
      if (n === from) context.moveTo(x, y)
      else context.lineTo(x, y)
    }
    context.stroke()
  }
  context.globalAlpha = 1
}
