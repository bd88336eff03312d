/**
 * How a trace is drawn at a scale, and the points that are drawn. Pure: knows nothing of canvas and colour.
 *
 * A value stands at a place of its axis; `Scale` maps places and values to pixels.
 */
import { interpolateSinc } from '../../core/signal/sinc'

export type TraceShape =
  /** More samples than pixels: the body from least to greatest value with the RMS band inside. */
  | 'body'
  /** Samples joined by straight lines. */
  | 'line'
  /** The band-limited curve through the samples. */
  | 'smooth'
  /** The same, with a dot on every sample. */
  | 'smooth-dots'
  /** Straight lines with a dot on every sample. */
  | 'line-dots'

/** From so many pixels between two samples on the curve between them shows, and the samples as dots. */
const pixelsForCurve = 3
const pixelsForDots = 8

export function shapeOf(
  { samplesPerColumn, pixelsPerSample }: { samplesPerColumn: number; pixelsPerSample: number },
  isSmooth: boolean
): TraceShape {
  if (samplesPerColumn > 1) return 'body'
  if (pixelsPerSample >= pixelsForDots) return isSmooth ? 'smooth-dots' : 'line-dots'
  return isSmooth && pixelsPerSample >= pixelsForCurve ? 'smooth' : 'line'
}

/** x = place * perPlace + x0, y = value * perValue + y0. */
export interface Scale {
  readonly perPlace: number
  readonly x0: number
  readonly perValue: number
  readonly y0: number
}

export interface Values {
  readonly samples: Float32Array
  /** Where the first value stands, and how far it is to the next. */
  readonly start: number
  readonly step: number
}

/** Points of lines: x and y in turns; a gap begins a new line. */
export type Lines = readonly Float32Array[]

/** Values between two places and one beyond each of them, so that lines go on past the edges. */
export function indicesBetween({ samples, start, step }: Values, from: number, to: number): [number, number] {
  const first = Math.max(0, Math.floor((from - start) / step) - 1)
  return [first, Math.min(samples.length, Math.ceil((to - start) / step) + 2)]
}

export function linePoints(values: Values, scale: Scale, [first, end]: readonly [number, number]): Lines {
  const builder = new LineBuilder(end - first)
  for (let n = first; n < end; n += 1) {
    builder.add(
      (values.start + n * values.step) * scale.perPlace + scale.x0,
      values.samples[n] * scale.perValue + scale.y0
    )
  }
  return builder.finish()
}

/**
 * The line where several samples share a pixel: of each few of them the least and the greatest in their order, so that no
 * peak is lost. The few are the same wherever the view is, so that panning does not change the line.
 */
export function thinnedPoints(values: Values, scale: Scale, range: readonly [number, number]): Lines {
  const [first, end] = range
  const { samples, start, step } = values
  const few = Math.floor(1 / (scale.perPlace * step))
  if (few < 3) return linePoints(values, scale, range)
  const phase = ((Math.floor(start / step) % few) + few) % few
  const builder = new LineBuilder(2 * Math.ceil((end - first) / few) + 4)
  const add = (n: number) =>
    builder.add((start + n * step) * scale.perPlace + scale.x0, samples[n] * scale.perValue + scale.y0)
  for (let from = first; from < end;) {
    const to = Math.min(end, from + few - ((phase + from) % few))
    let [least, greatest] = [from, from]
    for (let n = from + 1; n < to; n += 1) {
      if (samples[n] < samples[least]) least = n
      if (samples[n] > samples[greatest]) greatest = n
    }
    add(Math.min(least, greatest))
    if (least !== greatest) add(Math.max(least, greatest))
    from = to
  }
  return builder.finish()
}

/** The band-limited curve, one point a pixel. */
export function curvePoints(values: Values, scale: Scale, [first, end]: readonly [number, number]): Lines {
  const { samples, start, step } = values
  const toX = (n: number) => (start + n * step) * scale.perPlace + scale.x0
  const perPixel = 1 / (scale.perPlace * step)
  const count = Math.max(0, Math.ceil((end - 1 - first) / perPixel))
  const builder = new LineBuilder(count + 1)
  for (let point = 0; point <= count; point += 1) {
    const n = Math.min(end - 1, first + point * perPixel)
    builder.add(toX(n), interpolateSinc(samples, n) * scale.perValue + scale.y0)
  }
  return builder.finish()
}

/**
 * The body between two rows of values as outlines, there along the upper and back along the lower one; a gap begins a
 * new one. No thinner than `leastHeight` pixels, so that a constant is seen.
 */
export function bodyOutlines(
  { low, high, start, step }: { low: Float32Array; high: Float32Array; start: number; step: number },
  scale: Scale,
  [first, end]: readonly [number, number],
  leastHeight: number
): Lines {
  const outlines: Float32Array[] = []
  for (let from = first; from < end;) {
    if (low[from] !== low[from]) {
      from += 1
      continue
    }
    let to = from
    while (to < end && low[to] === low[to]) to += 1
    const size = to - from
    const outline = new Float32Array(4 * size)
    for (let n = 0; n < size; n += 1) {
      const x = (start + (from + n) * step) * scale.perPlace + scale.x0
      let top = high[from + n] * scale.perValue + scale.y0
      let bottom = low[from + n] * scale.perValue + scale.y0
      const missing = leastHeight - (bottom - top)
      if (missing > 0) {
        top -= missing / 2
        bottom += missing / 2
      }
      outline[2 * n] = x
      outline[2 * n + 1] = top
      outline[4 * size - 2 - 2 * n] = x
      outline[4 * size - 1 - 2 * n] = bottom
    }
    outlines.push(outline)
    from = to
  }
  return outlines
}

/** From minus to plus the root mean square, as far as the body reaches. */
export function rmsBand(
  min: Float32Array,
  max: Float32Array,
  rms: Float32Array
): { low: Float32Array; high: Float32Array } {
  const low = new Float32Array(rms.length)
  const high = new Float32Array(rms.length)
  for (let n = 0; n < rms.length; n += 1) {
    low[n] = Math.max(min[n], Math.min(max[n], -rms[n]))
    high[n] = Math.min(max[n], Math.max(min[n], rms[n]))
  }
  return { low, high }
}

class LineBuilder {
  readonly #lines: Float32Array[] = []
  readonly #points: Float32Array
  #count = 0

  constructor(most: number) {
    this.#points = new Float32Array(2 * Math.max(0, most))
  }

  add(x: number, y: number): void {
    if (y !== y) return this.#break()
    this.#points[2 * this.#count] = x
    this.#points[2 * this.#count + 1] = y
    this.#count += 1
  }

  finish(): Lines {
    this.#break()
    return this.#lines
  }

  #break(): void {
    if (this.#count > 0) this.#lines.push(this.#points.slice(0, 2 * this.#count))
    this.#count = 0
  }
}
