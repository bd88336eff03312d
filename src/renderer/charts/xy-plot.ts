/**
 * A chart of several curves over one axis as a uPlot: linear or logarithmic, each curve with its interval if it has
 * one. Knows nothing of what it draws.
 */
import uPlot from 'uplot'
import type { ScopeColours } from '../scope/theme-colours'
import { linearTicks, logTicks, rangeOf, type AxisRange } from './xy-ticks'

export interface XyCurve {
  readonly label: string
  readonly colour: string
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
  /** Ends of the interval about each value. */
  readonly low?: readonly (number | null)[]
  readonly high?: readonly (number | null)[]
  readonly dash?: readonly number[]
  readonly width?: number
  /** A mark at each value; for a few measured ones. */
  readonly hasMarks?: boolean
}

export interface XyAxis {
  readonly label: string
  readonly isLog?: boolean
  /** Left out, the range is that of the curves. */
  readonly range?: AxisRange
}

/** One value that deserves a look, such as the best. */
export interface XyMark {
  readonly x: number
  readonly y: number
  readonly label: string
  readonly colour: string
}

export interface XyChart {
  readonly x: XyAxis
  readonly y: XyAxis
  readonly curves: readonly XyCurve[]
  readonly marks?: readonly XyMark[]
  /** A line across at this value of y, such as "no difference". */
  readonly level?: number
}

export interface XyCursor {
  readonly x: number
  /** One a curve; null where it has no value there. */
  readonly values: readonly (number | null)[]
}

const pixelsPerTick = { x: 64, y: 30 }

export class XyPlot {
  readonly #host: HTMLElement
  readonly #colours: () => ScopeColours
  readonly #onCursor: (cursor: XyCursor | null) => void
  #plot: uPlot | undefined
  #chart: XyChart | undefined
  #xRange: AxisRange = { low: 0, high: 1 }
  #yRange: AxisRange = { low: 0, high: 1 }
  #look = ''

  constructor(host: HTMLElement, colours: () => ScopeColours, onCursor: (cursor: XyCursor | null) => void) {
    this.#host = host
    this.#colours = colours
    this.#onCursor = onCursor
  }

  /** Of the same curves and axes only the values change; others are drawn anew. Without room it waits for some. */
  draw(chart: XyChart): void {
    this.#chart = chart
    const { x, y, curves } = chart
    const ys = [...inOrder(curves, 'y'), ...inOrder(curves, 'low'), ...inOrder(curves, 'high')]
    this.#xRange = x.range ?? rangeOf(inOrder(curves, 'x'), { isLog: x.isLog, room: 0 })
    this.#yRange = y.range ?? rangeOf(ys, { isLog: y.isLog })
    const look = lookOf(chart, this.#colours())
    const plot = this.#plot
    if (plot && look === this.#look) {
      return plot.batch(() => {
        plot.setData(dataOf(chart), false)
        plot.setScale('x', { min: this.#xRange.low, max: this.#xRange.high })
        plot.setScale('y', { min: this.#yRange.low, max: this.#yRange.high })
      })
    }
    this.#look = look
    this.#plot?.destroy()
    const hasRoom = this.#host.clientWidth > 0 && this.#host.clientHeight > 0
    this.#plot = hasRoom ? new uPlot(this.#options(chart), dataOf(chart), this.#host) : undefined
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#host
    if (width === 0 || height === 0) return
    if (this.#plot) this.#plot.setSize({ width, height })
    else if (this.#chart) this.draw(this.#chart)
  }

  destroy(): void {
    this.#plot?.destroy()
  }

  #options(chart: XyChart): uPlot.Options {
    const { x, y, curves } = chart
    const colours = this.#colours()
    const grid: uPlot.Axis.Grid = { stroke: colours.grid, width: 1 }
    const shared = { stroke: colours.muted, font: colours.font, labelFont: colours.font, grid, ticks: { show: false } }
    const ticksOf = (axis: XyAxis, range: AxisRange, pixels: number, each: number) =>
      (axis.isLog ? logTicks : linearTicks)(range, Math.max(2, Math.floor(pixels / each)))
    return {
      width: this.#host.clientWidth,
      height: this.#host.clientHeight,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
      scales: {
        x: { time: false, auto: false, distr: x.isLog ? 3 : 1, range: () => [this.#xRange.low, this.#xRange.high] },
        y: { auto: false, distr: y.isLog ? 3 : 1, range: () => [this.#yRange.low, this.#yRange.high] }
      },
      axes: [
        {
          ...shared,
          label: x.label === '' ? undefined : x.label,
          labelSize: x.label === '' ? 0 : 18,
          size: 26,
          gap: 4,
          splits: (plot) => ticksOf(x, this.#xRange, plot.bbox.width / devicePixelRatio, pixelsPerTick.x),
          values: (_plot, ticks) => ticks.map(tickText),
          filter: (_plot, ticks) => ticks
        },
        {
          ...shared,
          label: y.label,
          labelSize: 18,
          size: 46,
          gap: 5,
          splits: (plot) => ticksOf(y, this.#yRange, plot.bbox.height / devicePixelRatio, pixelsPerTick.y),
          values: (_plot, ticks) => ticks.map(tickText),
          filter: (_plot, ticks) => ticks
        }
      ],
      series: [{}, ...curves.flatMap((curve) => seriesOf(curve))],
      // The upper end of an interval stands two places after its curve, the lower one place.
      bands: curves.flatMap((curve, index) =>
        curve.high ? [{ series: [3 * index + 3, 3 * index + 2] as uPlot.Band.Bounds, fill: faded(curve.colour) }] : []
      ),
      hooks: {
        drawAxes: [(plot) => this.#drawLevel(plot)],
        draw: [(plot) => this.#drawMarks(plot)],
        setCursor: [(plot) => this.#reportCursor(plot)]
      }
    }
  }

  #drawLevel(plot: uPlot): void {
    const level = this.#chart?.level
    if (level === undefined) return
    const { ctx, bbox } = plot
    const y = Math.round(plot.valToPos(level, 'y', true)) + 0.5
    if (y < bbox.top || y > bbox.top + bbox.height) return
    ctx.save()
    ctx.strokeStyle = this.#colours().muted
    ctx.setLineDash([2, 4])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.restore()
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot
    for (const { label, colour, ...at } of this.#chart?.marks ?? []) {
      const [left, top] = [plot.valToPos(at.x, 'x', true), plot.valToPos(at.y, 'y', true)]
      if (!Number.isFinite(left + top)) continue
      const isLeft = left > bbox.left + bbox.width / 2
      ctx.save()
      ctx.strokeStyle = ctx.fillStyle = colour
      ctx.lineWidth = 1.5 * devicePixelRatio
      ctx.beginPath()
      ctx.arc(left, top, 4 * devicePixelRatio, 0, 2 * Math.PI)
      ctx.stroke()
      ctx.font = this.#colours().font.replace('11px', `${11 * devicePixelRatio}px`)
      ctx.textAlign = isLeft ? 'right' : 'left'
      // Above the curve where there is room.
      const isHigh = top > bbox.top + 22 * devicePixelRatio
      ctx.textBaseline = isHigh ? 'bottom' : 'top'
      const x = left + (isLeft ? -7 : 7) * devicePixelRatio
      const y = top + (isHigh ? -7 : 7) * devicePixelRatio
      // A rim in the colour of the ground keeps it readable over the curves.
      ctx.strokeStyle = this.#colours().ground
      ctx.lineWidth = 4 * devicePixelRatio
      ctx.strokeText(label, x, y)
      ctx.fillText(label, x, y)
      ctx.restore()
    }
  }

  #reportCursor(plot: uPlot): void {
    const { idx, left } = plot.cursor
    const chart = this.#chart
    if (!chart || idx === null || idx === undefined || left === undefined || left < 0) return this.#onCursor(null)
    this.#onCursor({
      x: plot.data[0][idx],
      values: chart.curves.map((_, index) => plot.data[3 * index + 1][idx] ?? null)
    })
  }
}

/** Each curve is three series: itself and the two ends of its interval, which are only the edges of a band. */
function seriesOf({ label, colour, dash, width = 1.75, hasMarks = false }: XyCurve): uPlot.Series[] {
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: true }
  const curve: uPlot.Series = {
    ...{ label, stroke: colour, width, dash: dash && [...dash], spanGaps: true },
    points: { show: hasMarks, size: 6, fill: colour, stroke: colour }
  }
  return [curve, edge, { ...edge }]
}

/** What needs a new plot when it changes; the values alone do not. */
function lookOf({ x, y, curves }: XyChart, colours: ScopeColours): string {
  return JSON.stringify([
    colours,
    [x.label, x.isLog, y.label, y.isLog],
    curves.map(({ label, colour, dash, width, hasMarks, high }) => [label, colour, dash, width, hasMarks, !!high])
  ])
}

/** All curves over every x that any of them has. */
function dataOf({ curves }: XyChart): uPlot.AlignedData {
  const x = [...new Set(curves.flatMap((curve) => [...curve.x]))].sort((a, b) => a - b)
  const places = new Map(x.map((value, index) => [value, index]))
  const spread = (curve: XyCurve, values: readonly (number | null)[] | undefined) => {
    const row = new Array<number | null>(x.length).fill(null)
    values?.forEach((value, index) => {
      row[places.get(curve.x[index])!] = value !== null && Number.isFinite(value) ? value : null
    })
    return row
  }
  const rows = curves.flatMap((curve) => [spread(curve, curve.y), spread(curve, curve.low), spread(curve, curve.high)])
  return [x, ...rows] as uPlot.AlignedData
}

function inOrder(curves: readonly XyCurve[], part: 'x' | 'y' | 'low' | 'high'): (number | null)[] {
  return curves.flatMap((curve) => [...(curve[part] ?? [])])
}

function tickText(value: number): string {
  const size = Math.abs(value)
  const text = size >= 1e6 || (size > 0 && size < 1e-3) ? value.toExponential(0) : String(Number(value.toPrecision(6)))
  return text.replace('-', '−')
}

function faded(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
  return Number.isNaN(red + green + blue) ? 'transparent' : `rgb(${red} ${green} ${blue} / 18%)`
}
