/** Draws the strip of the whole record: one vertical stroke from least to greatest value for each pixel column. */
import type { ScopeColours } from './theme-colours'

const margin = 3

export function drawOverview(
  canvas: HTMLCanvasElement,
  size: { width: number; height: number },
  overview: { readonly min: Float32Array; readonly max: Float32Array } | undefined,
  colours: ScopeColours
): void {
  const width = Math.round(size.width * devicePixelRatio)
  const height = Math.round(size.height * devicePixelRatio)
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context || !overview || width === 0) return
  const { min, max } = columnsFor(overview, width)
  let peak = 0
  for (let x = 0; x < width; x += 1) peak = Math.max(peak, -min[x], max[x])
  const scale = peak > 0 ? (height / 2 - margin) / peak : 0
  context.fillStyle = colours.mix
  for (let x = 0; x < width; x += 1) {
    if (Number.isNaN(min[x])) continue
    const top = height / 2 - max[x] * scale
    context.fillRect(x, top, 1, Math.max(1, (max[x] - min[x]) * scale))
  }
}

/** Least and greatest value of each pixel column, whether there are more columns than pixels or fewer. */
export function columnsFor(
  { min, max }: { min: Float32Array; max: Float32Array },
  width: number
): { min: Float32Array; max: Float32Array } {
  const wanted = { min: new Float32Array(width), max: new Float32Array(width) }
  for (let x = 0; x < width; x += 1) {
    const from = Math.floor((x * min.length) / width)
    const to = Math.max(from + 1, Math.floor(((x + 1) * min.length) / width))
    let [least, greatest] = [min[from], max[from]]
    for (let i = from + 1; i < to; i += 1) {
      if (min[i] < least) least = min[i]
      if (max[i] > greatest) greatest = max[i]
    }
    wanted.min[x] = least
    wanted.max[x] = greatest
  }
  return wanted
}
