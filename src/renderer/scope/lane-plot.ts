/**
 * One lane of the scope as a uPlot: traces over time on an amplitude axis that is symmetrical about zero.
 * Knows nothing of the laboratory; it draws what it is given.
 */
import uPlot from 'uplot'
import type { TraceName } from '../../contract/lab'
import { decimalsOf, formatAmplitude } from '../format'
import { writeNumber } from '../number-style.svelte'
import type { DrawnColumns } from './columns'
import type { ScopeColours } from './theme-colours'
import { timeTicks, type TimeTicks } from './time-ticks'
import { valueTicks } from './value-ticks'

export interface LaneContent {
  readonly columns: DrawnColumns
  /** Seconds since the stream's origin. */
  readonly from: number
  readonly to: number
  readonly newest: number
  readonly duration: number
  readonly loop: boolean
  readonly limit: number
}

export interface LaneOptions {
  readonly traces: readonly TraceName[]
  /** The lowest lane carries the labels of the time axis. */
  readonly hasTimeLabels: boolean
  /** Colours at this moment; asked again for each picture. */
  colours(): ScopeColours
  tone(): string
  /** Values of the traces under the pointer, or null when it is elsewhere. */
  onCursor(values: CursorValues | null): void
}

export interface CursorValues {
  /** Place in the record, in seconds. */
  readonly seconds: number
  /** How finely the pointer can tell two times apart. */
  readonly step: number
  readonly values: readonly (number | null)[]
}

export const timeAxisHeight = 24
const valueAxisWidth = 58
/** Half a time label, so that the last one is whole. */
const rightMargin = 18
const pixelsPerTimeTick = 90

export class LanePlot {
  readonly #plot: uPlot
  readonly #options: LaneOptions
  #ticks: TimeTicks = { ticks: [], seams: [] }
  #content: LaneContent | undefined

  constructor(host: HTMLElement, options: LaneOptions) {
    this.#options = options
    const empty = [[], ...options.traces.map(() => [])] as unknown as uPlot.AlignedData
    this.#plot = new uPlot(this.#uplotOptions(host), empty, host)
  }

  get plotWidth(): number {
    return this.#plot.bbox.width
  }

  draw(content: LaneContent): void {
    this.#content = content
    const { columns, from, to, duration, loop, limit } = content
    const plot = this.#plot
    const most = Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / pixelsPerTimeTick))
    this.#ticks = timeTicks({ start: from, end: to, duration, loop }, most)
    plot.batch(() => {
      plot.setData([columns.x, ...columns.values] as uPlot.AlignedData, false)
      plot.setScale('x', { min: from, max: to })
      plot.setScale('y', { min: -limit, max: limit })
    })
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width, height })
  }

  /** Draw again with the colours of now. */
  repaint(): void {
    this.#plot.redraw(false, true)
  }

  destroy(): void {
    this.#plot.destroy()
  }

  #uplotOptions(host: HTMLElement): uPlot.Options {
    const { traces, hasTimeLabels, colours } = this.#options
    const grid: uPlot.Axis.Grid = { stroke: () => colours().grid, width: 1 }
    const shared = { stroke: () => colours().muted, font: colours().font, grid, ticks: { show: false } }
    return {
      width: Math.max(50, host.clientWidth),
      height: Math.max(30, host.clientHeight),
      padding: [4, rightMargin, hasTimeLabels ? 0 : 4, 0],
      legend: { show: false },
      cursor: {
        sync: { key: 'scope', setSeries: false, scales: ['x', null] },
        drag: { x: false, y: false },
        points: { show: false },
        y: false
      },
      scales: { x: { time: false, auto: false }, y: { auto: false } },
      axes: [
        {
          ...shared,
          size: hasTimeLabels ? timeAxisHeight : 0,
          gap: 4,
          splits: () => this.#ticks.ticks.map(({ at }) => at),
          values: () => (hasTimeLabels ? this.#ticks.ticks.map(({ label }) => `${label} s`) : [])
        },
        {
          ...shared,
          size: valueAxisWidth,
          gap: 6,
          splits: (plot) => valueTicks(this.#content?.limit ?? 1, plot.bbox.height / devicePixelRatio),
          values: (_plot, splits) => labelsOf(splits)
        }
      ],
      series: [{}, ...traces.map((name) => this.#series(name))],
      hooks: {
        drawAxes: [() => this.#drawMarkers()],
        setCursor: [() => this.#reportCursor()]
      }
    }
  }

  #series(name: TraceName): uPlot.Series {
    const { colours, tone } = this.#options
    const stroke = () => (name === 'output' ? tone() : colours()[name])
    const width = name === 'output' ? 1.75 : name === 'mix' ? 1.1 : 1
    return {
      label: name,
      stroke,
      width,
      dash: name === 'truth' ? [5, 5] : undefined,
      points: { show: false },
      spanGaps: false
    }
  }

  /** The zero line, the seams of a loop and the newest sample, below the traces. */
  #drawMarkers(): void {
    const { ctx, bbox } = this.#plot
    const content = this.#content
    if (!content) return
    const { line, muted } = this.#options.colours()
    const vertical = (seconds: number, colour: string, dash: number[]) => {
      const x = Math.round(this.#plot.valToPos(seconds, 'x', true)) + 0.5
      if (x < bbox.left || x > bbox.left + bbox.width) return
      stroke(ctx, [x, bbox.top, x, bbox.top + bbox.height], colour, dash)
    }
    const zero = Math.round(this.#plot.valToPos(0, 'y', true)) + 0.5
    stroke(ctx, [bbox.left, zero, bbox.left + bbox.width, zero], line, [])
    for (const seam of this.#ticks.seams) vertical(seam, muted, [2, 4])
    if (content.newest < content.to) vertical(content.newest, muted, [])
  }

  #reportCursor(): void {
    const { idx, left } = this.#plot.cursor
    const content = this.#content
    if (idx === null || idx === undefined || left === undefined || left < 0 || !content) {
      this.#options.onCursor(null)
      return
    }
    const at = content.columns.x[idx]
    const seconds = content.loop && content.duration > 0 ? at % content.duration : at
    const step = (content.to - content.from) / 1000
    this.#options.onCursor({ seconds, step, values: content.columns.values.map((values) => values[idx] ?? null) })
  }
}

function stroke(ctx: CanvasRenderingContext2D, [x1, y1, x2, y2]: number[], colour: string, dash: number[]): void {
  ctx.save()
  ctx.beginPath()
  ctx.strokeStyle = colour
  ctx.lineWidth = 1
  ctx.setLineDash(dash)
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
  ctx.restore()
}

function labelsOf(ticks: readonly number[]): string[] {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1
  const size = Math.max(...ticks.map(Math.abs))
  if (size >= 1e4 || size < 1e-3) return ticks.map(formatAmplitude)
  return ticks.map((tick) => writeNumber(tick.toFixed(decimalsOf(step))))
}
