/**
 * One lane of the scope as a uPlot: axes, grid and ticks are uPlot's, the traces are painted on the same canvas.
 * Draws at most once a frame, however often it is given something new. Knows nothing of the laboratory.
 */
import uPlot from 'uplot'
import type { TraceName } from '../../contract/lab'
import type { TraceStyle } from '../../contract/scope-settings'
import { decimalsOf, formatAmplitude } from '../format'
import { writeNumber } from '../number-style.svelte'
import type { Layer } from '../state/picture.svelte'
import { Afterglow } from './afterglow'
import { NextFrame } from './next-frame'
import type { ScopeColours } from './theme-colours'
import { timeTicks, type TimeTicks } from './time-ticks'
import { paintTrace } from './trace-painter'
import type { Scale } from './trace-shape'
import { valueTicks } from './value-ticks'
import type { ValueWindow } from './value-window'

export interface LaneContent {
  /** The edges in samples of the axis. */
  readonly from: number
  readonly to: number
  readonly sampleRate: number
  /** Seconds of the record, and whether the axis goes round it. */
  readonly duration: number
  readonly loop: boolean
  /** The newest sample on the axis, where it is visible. */
  readonly newest: number | undefined
  readonly window: ValueWindow
  /** The first trace is on top. */
  readonly traces: readonly { readonly name: TraceName; readonly style: TraceStyle; readonly colour: string }[]
  /** The newest is the last one. */
  readonly layers: readonly Layer[]
  /** Layers before the newest are sweeps that fade; else they are parts of one picture. */
  readonly fades: boolean
  readonly isSmooth: boolean
}

export interface LaneOptions {
  /** The lowest lane carries the labels of the time axis. */
  hasTimeLabels(): boolean
  /** Colours at this moment; asked again for each picture. */
  colours(): ScopeColours
}

export const timeAxisHeight = 24
export const valueAxisWidth = 58
/** Half a time label, so that the last one is whole. */
export const rightMargin = 18
/** Above the curves, and below them where no labels stand. */
export const edgeMargin = 4
const pixelsPerTimeTick = 90

const widths: Readonly<Record<TraceName, number>> = { mix: 1.1, output: 1.75, truth: 1, residual: 1, rival: 1.1 }
const dashes: Readonly<Partial<Record<TraceName, readonly number[]>>> = { truth: [5, 5] }
/** How bright each of several sweeps is that came with one picture. */
const sweepStrength = 0.5

export class LanePlot {
  readonly #plot: uPlot
  readonly #options: LaneOptions
  readonly #afterglow = new Afterglow()
  #ticks: TimeTicks = { ticks: [], seams: [] }
  readonly #next = new NextFrame<LaneContent>((content) => this.#show(content))
  #content: LaneContent | undefined
  /** What the afterglow was drawn for; on another axis it is cleared. */
  #glowAxis = ''
  #newLayers: readonly Layer[] = []

  constructor(host: HTMLElement, options: LaneOptions) {
    this.#options = options
    this.#plot = new uPlot(this.#uplotOptions(host), [[0, 1]] as unknown as uPlot.AlignedData, host)
  }

  get plotWidth(): number {
    return this.#plot.bbox.width
  }

  /** With the next frame; what was given before for the same frame is never drawn. */
  draw(content: LaneContent): void {
    this.#next.take(content)
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height })
  }

  /** Draw again with the colours of now. */
  repaint(): void {
    this.#afterglow.clear()
    this.#plot.redraw(false, true)
  }

  destroy(): void {
    this.#next.cancel()
    this.#plot.destroy()
  }

  #show(content: LaneContent): void {
    const before = this.#content
    this.#content = content
    this.#newLayers = before?.layers === content.layers ? [] : content.layers
    const { from, to, sampleRate, duration, loop, window } = content
    const plot = this.#plot
    const most = Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / pixelsPerTimeTick))
    this.#ticks = timeTicks({ start: from / sampleRate, end: to / sampleRate, duration, loop }, most)
    plot.batch(() => {
      plot.setScale('x', { min: from / sampleRate, max: to / sampleRate })
      plot.setScale('y', { min: window.low, max: window.high })
    })
  }

  #uplotOptions(host: HTMLElement): uPlot.Options {
    const { hasTimeLabels, colours } = this.#options
    const grid: uPlot.Axis.Grid = { stroke: () => colours().grid, width: 1 }
    const shared = { stroke: () => colours().muted, font: colours().font, grid, ticks: { show: false } }
    return {
      width: Math.max(50, host.clientWidth),
      height: Math.max(30, host.clientHeight),
      padding: [edgeMargin, rightMargin, hasTimeLabels() ? 0 : edgeMargin, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, auto: false }, y: { auto: false } },
      axes: [
        {
          ...shared,
          size: () => (hasTimeLabels() ? timeAxisHeight : 0),
          gap: 4,
          splits: () => this.#ticks.ticks.map(({ at }) => at),
          values: () => (hasTimeLabels() ? this.#ticks.ticks.map(({ label }) => `${label} s`) : [])
        },
        {
          ...shared,
          size: valueAxisWidth,
          gap: 6,
          splits: (plot) =>
            valueTicks(this.#content?.window ?? { low: -1, high: 1 }, plot.bbox.height / devicePixelRatio),
          values: (_plot, splits) => labelsOf(splits)
        }
      ],
      series: [{}],
      hooks: { drawAxes: [() => this.#paint()] }
    }
  }

  #paint(): void {
    const content = this.#content
    if (!content) return
    const { ctx, bbox } = this.#plot
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    this.#paintMarks(content)
    if (content.fades) this.#paintGlow(content)
    const layers = content.fades ? content.layers.slice(-1) : content.layers
    for (const layer of layers) this.#paintLayer(ctx, content, layer, 1)
    ctx.restore()
  }

  /** Sweeps that are new go onto the glow, from which they fade; the newest is drawn at its full strength above. */
  #paintGlow(content: LaneContent): void {
    const { ctx } = this.#plot
    const axis = `${content.from} ${content.to} ${content.window.low} ${content.window.high}`
    if (axis !== this.#glowAxis) this.#afterglow.clear()
    this.#glowAxis = axis
    const glow = this.#afterglow.next(ctx.canvas.width, ctx.canvas.height, performance.now())
    if (glow) for (const layer of this.#newLayers) this.#paintLayer(glow, content, layer, sweepStrength)
    this.#newLayers = []
    this.#afterglow.drawOn(ctx)
  }

  #paintLayer(context: CanvasRenderingContext2D, content: LaneContent, layer: Layer, strength: number): void {
    const { from, to, window, isSmooth } = content
    const { bbox } = this.#plot
    const perPlace = bbox.width / (to - from)
    const perUnit = -bbox.height / (window.high - window.low)
    const zero = bbox.top - window.high * perUnit
    for (const { name, style, colour } of [...content.traces].reverse()) {
      const trace = layer.data.traces.find((candidate) => candidate.name === name)
      if (!trace) continue
      const scale: Scale = {
        ...{ perPlace, x0: bbox.left - from * perPlace },
        ...{ perValue: perUnit * style.gain, y0: zero + style.offset * perUnit }
      }
      paintTrace(
        context,
        { data: layer.data, trace, shift: layer.shift },
        { from, to, scale, isSmooth, pixelRatio: devicePixelRatio },
        { colour, width: widths[name], dash: dashes[name] ?? [], strength }
      )
    }
    context.globalAlpha = 1
    context.setLineDash([])
  }

  /** The zero line, the seams of a loop and the newest sample, below the traces. */
  #paintMarks({ newest, sampleRate, window }: LaneContent): void {
    const { ctx, bbox } = this.#plot
    const { line, muted } = this.#options.colours()
    const vertical = (seconds: number, colour: string, dash: number[]) => {
      const x = Math.round(this.#plot.valToPos(seconds, 'x', true)) + 0.5
      if (x < bbox.left || x > bbox.left + bbox.width) return
      stroke(ctx, [x, bbox.top, x, bbox.top + bbox.height], colour, dash)
    }
    if (window.low < 0 && window.high > 0) {
      const zero = Math.round(this.#plot.valToPos(0, 'y', true)) + 0.5
      stroke(ctx, [bbox.left, zero, bbox.left + bbox.width, zero], line, [])
    }
    for (const seam of this.#ticks.seams) vertical(seam, muted, [2, 4])
    if (newest !== undefined) vertical(newest / sampleRate, muted, [])
  }
}

function stroke(ctx: CanvasRenderingContext2D, [x1, y1, x2, y2]: number[], colour: string, dash: number[]): void {
  ctx.beginPath()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1
  ctx.setLineDash(dash)
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
  ctx.setLineDash([])
}

function labelsOf(ticks: readonly number[]): string[] {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1
  const size = Math.max(...ticks.map(Math.abs))
  if (size >= 1e4 || size < 1e-3) return ticks.map(formatAmplitude)
  return ticks.map((tick) => writeNumber(tick.toFixed(decimalsOf(step))))
}
