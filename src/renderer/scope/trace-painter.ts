/** Puts traces on a canvas: lines and curves as strokes, bodies as fills with their RMS band. Decides nothing. */
import type { TraceData } from '../../contract/lab'
import {
  bodyOutlines,
  curvePoints,
  indicesBetween,
  linePoints,
  rmsBand,
  shapeOf,
  thinnedPoints,
  type Lines,
  type Scale,
  type Values
} from './trace-shape'

export interface TracePaint {
  readonly colour: string
  readonly width: number
  readonly dash: readonly number[]
  /** From 0 to 1, for sweeps that fade. */
  readonly strength: number
}

const bodyStrength = 0.42
const dotRadius = 2.2

/** `shift` samples to the left, between two places of the axis; pixels are those of the canvas. */
export function paintTrace(
  context: CanvasRenderingContext2D,
  { data, trace, shift }: { data: TraceData; trace: TraceData['traces'][number]; shift: number },
  view: { from: number; to: number; scale: Scale; isSmooth: boolean; pixelRatio: number },
  paint: TracePaint
): void {
  const { scale, pixelRatio } = view
  const isEnvelope = data.samplesPerColumn > 1
  // A column stands in the middle of the samples that it holds.
  const start = data.startSample + (isEnvelope ? data.samplesPerColumn / 2 : 0) - shift
  const values: Values = { samples: trace.min, start, step: data.samplesPerColumn }
  const range = indicesBetween(values, view.from, view.to)
  const pixelsPerSample = (scale.perPlace * data.samplesPerColumn) / pixelRatio
  const shape = shapeOf({ samplesPerColumn: data.samplesPerColumn, pixelsPerSample }, view.isSmooth)
  context.strokeStyle = context.fillStyle = paint.colour
  context.globalAlpha = paint.strength
  context.lineWidth = paint.width * pixelRatio
  context.lineJoin = 'round'
  context.setLineDash(paint.dash.map((length) => length * pixelRatio))
  switch (shape) {
    case 'body': {
      const outline = (low: Float32Array, high: Float32Array) =>
        bodyOutlines({ low, high, start, step: data.samplesPerColumn }, scale, range, context.lineWidth)
      const { low, high } = rmsBand(trace.min, trace.max, trace.rms)
      context.globalAlpha = paint.strength * bodyStrength
      fill(context, outline(trace.min, trace.max))
      context.globalAlpha = paint.strength
      fill(context, outline(low, high))
      return
    }
    case 'line':
      // Round corners are not seen here, and cost the most of a long line.
      context.lineJoin = 'bevel'
      return stroke(context, thinnedPoints(values, scale, range))
    case 'smooth':
      return stroke(context, curvePoints(values, scale, range))
    case 'line-dots':
      stroke(context, linePoints(values, scale, range))
      return dots(context, linePoints(values, scale, range), dotRadius * pixelRatio)
    case 'smooth-dots':
      stroke(context, curvePoints(values, scale, range))
      return dots(context, linePoints(values, scale, range), dotRadius * pixelRatio)
  }
}

function trace(context: CanvasRenderingContext2D, lines: Lines): void {
  context.beginPath()
  for (const line of lines) {
    context.moveTo(line[0], line[1])
    for (let at = 2; at < line.length; at += 2) context.lineTo(line[at], line[at + 1])
  }
}

function stroke(context: CanvasRenderingContext2D, lines: Lines): void {
  trace(context, lines)
  context.stroke()
}

function fill(context: CanvasRenderingContext2D, lines: Lines): void {
  trace(context, lines)
  context.fill()
}

function dots(context: CanvasRenderingContext2D, lines: Lines, radius: number): void {
  context.beginPath()
  for (const line of lines) {
    for (let at = 0; at < line.length; at += 2) {
      context.moveTo(line[at] + radius, line[at + 1])
      context.arc(line[at], line[at + 1], radius, 0, 2 * Math.PI)
    }
  }
  context.fill()
}
