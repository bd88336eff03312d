/**
 * Curves over a common axis as SVG text: panels above each other, with error bars where a value has a half-width.
 *
 * Knows nothing of what the curves mean. The text has no scripts, no ids and no links, so it may stand inside any page.
 */
import {
  background,
  escape,
  fontSize,
  gridColour,
  laneBackground,
  letterWidth,
  line,
  quietColour,
  round,
  text,
  textColour,
  ticksOf,
  zeroColour,
  type Range,
  type Tick
} from './svg-parts'

export interface ChartPoint {
  readonly x: number
  /** Not finite: the curve has a gap there. */
  readonly y: number
  readonly halfWidth?: number
}

export interface ChartSeries {
  readonly label: string
  /** Any colour of SVG. */
  readonly colour: string
  readonly dashed?: boolean
  /** A dot at each point: for few points that were measured. */
  readonly dots?: boolean
  readonly points: readonly ChartPoint[]
}

export interface ChartPanel {
  /** What the vertical axis shows, with its unit. */
  readonly title: string
  readonly series: readonly ChartSeries[]
  /** Values outside are cut off; absent: as wide as the values are. */
  readonly range?: Range
}

export interface ChartAxis {
  readonly label: string
  readonly scale: 'linear' | 'log'
}

/** Lengths are pixels. */
const outerMargin = 20
const titleHeight = 26
const panelGap = 14
const axisHeight = 44
const legendLineHeight = 18

/** All panels, the legend above the first one and the common axis below the last. */
export function chartSvg(
  panels: readonly ChartPanel[],
  axis: ChartAxis,
  { title, width = 960, panelHeight = 220 }: { title: string; width?: number; panelHeight?: number }
): string {
  const toAxis = (x: number) => (axis.scale === 'log' ? Math.log10(x) : x)
  const xRange = rangeOf(
    panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(({ x }) => toAxis(x))))
  )
  const scales = panels.map((panel) => verticalScale(panel, panelHeight))
  const longestLabel = Math.max(...scales.flatMap(({ ticks }) => ticks.map(({ label }) => label.length)), 0)
  const left = outerMargin + longestLabel * letterWidth + 8
  const plotWidth = Math.max(40, width - left - outerMargin)
  const xOf = (x: number) => ((toAxis(x) - xRange.low) / (xRange.high - xRange.low)) * plotWidth
  const xTicks = axis.scale === 'log' ? logTicks(xRange, plotWidth) : linearTicks(xRange, plotWidth)
  const legend = legendOf(panels, plotWidth)
  const top = outerMargin + legend.height
  const pitch = titleHeight + panelHeight + panelGap
  const height = top + panels.length * pitch - panelGap + axisHeight

  const drawn = panels.map((panel, index) => {
    const { yOf, ticks } = scales[index]
    return [
      `<g transform="translate(${round(left)} ${round(top + index * pitch + titleHeight)})">`,
      `<rect width="${round(plotWidth)}" height="${panelHeight}" fill="${laneBackground}"/>`,
      ...xTicks.map(({ value }) => line(xOf(value), 0, xOf(value), panelHeight, gridColour)),
      ...ticks.map(({ value }) => line(0, yOf(value), plotWidth, yOf(value), value === 0 ? zeroColour : gridColour)),
      // An inner picture cuts off what leaves it.
      `<svg width="${round(plotWidth)}" height="${panelHeight}" overflow="hidden">`,
      ...panel.series.map((series) => curve(series, { xOf, yOf })),
      '</svg>',
      ...ticks.map(({ value, label }) => text(-8, yOf(value) + 4, label, `text-anchor="end" fill="${quietColour}"`)),
      text(0, -9, panel.title, `font-weight="600" fill="${textColour}"`),
      '</g>'
    ].join('\n')
  })

  const bottom = top + panels.length * pitch - panelGap
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="${fontSize}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    `<g transform="translate(${round(left)} ${outerMargin})">`,
    ...legend.lines,
    '</g>',
    ...drawn,
    `<g transform="translate(${round(left)} ${round(bottom)})">`,
    ...xTicks.map(({ value, label }) => text(xOf(value), 17, label, `text-anchor="middle" fill="${quietColour}"`)),
    text(plotWidth / 2, 36, axis.label, `text-anchor="middle" fill="${textColour}"`),
    '</g>',
    '</svg>'
  ].join('\n')}\n`
}

function verticalScale({ series, range }: ChartPanel, height: number): { ticks: Tick[]; yOf(y: number): number } {
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ y, halfWidth = 0 }) => (Number.isFinite(halfWidth) ? [y - halfWidth, y + halfWidth] : [y]))
  )
  const whole = range ?? rangeOf(values)
  const air = range ? 0 : 0.06 * (whole.high - whole.low)
  const { low, high } = { low: whole.low - air, high: whole.high + air }
  return {
    ticks: ticksOf({ low, high }, () => 1.8 * fontSize, height),
    yOf: (y) => ((high - y) / (high - low)) * height
  }
}

function rangeOf(values: readonly number[]): Range {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return { low: 0, high: 1 }
  return low === high ? { low: low - 1, high: high + 1 } : { low, high }
}

const roomOfLabels = (labels: readonly string[]) => (Math.max(...labels.map(({ length }) => length)) + 3) * letterWidth

function linearTicks(range: Range, pixels: number): Tick[] {
  return ticksOf(range, roomOfLabels, pixels)
}

/** 1, 2 and 5 of each power of ten where there is room, else its powers alone; a narrow range gets even steps. */
function logTicks({ low, high }: Range, pixels: number): Tick[] {
  if (high - low < 0.7) {
    const even = ticksOf({ low: 10 ** low, high: 10 ** high }, (labels) => 1.6 * roomOfLabels(labels), pixels)
    return even.filter(({ value }) => value > 0)
  }
  const factors = pixels / (high - low) > 150 ? [1, 2, 5] : [1]
  const ticks: Tick[] = []
  for (let exponent = Math.floor(low); exponent <= Math.ceil(high); exponent += 1) {
    for (const factor of factors) {
      const value = Number(`${factor}e${exponent}`)
      if (Math.log10(value) < low - 1e-9 || Math.log10(value) > high + 1e-9) continue
      ticks.push({ value, label: value >= 1000 ? `${value / 1000}k` : String(value) })
    }
  }
  return ticks
}

function curve(
  { points, colour, dashed, dots }: ChartSeries,
  { xOf, yOf }: { xOf(x: number): number; yOf(y: number): number }
): string {
  const ink = escape(colour)
  let path = ''
  let pen: 'up' | 'down' = 'up'
  const marks: string[] = []
  for (const { x, y, halfWidth } of points) {
    if (!Number.isFinite(y)) {
      pen = 'up'
      continue
    }
    path += `${pen === 'up' ? 'M' : 'L'}${round(xOf(x))} ${round(yOf(y))}`
    pen = 'down'
    if (dots) marks.push(`<circle cx="${round(xOf(x))}" cy="${round(yOf(y))}" r="2.6" fill="${ink}"/>`)
    if (halfWidth !== undefined && Number.isFinite(halfWidth))
      marks.push(line(xOf(x), yOf(y - halfWidth), xOf(x), yOf(y + halfWidth), ink))
  }
  const dashes = dashed ? ' stroke-dasharray="5 4"' : ''
  return `<path d="${path}" fill="none" stroke="${ink}" stroke-width="1.6" stroke-linejoin="round"${dashes}/>${marks.join('')}`
}

/** Each label once, in lines as wide as the panels. */
function legendOf(panels: readonly ChartPanel[], plotWidth: number): { lines: string[]; height: number } {
  const entries = new Map(panels.flatMap(({ series }) => series.map((one) => [one.label, one] as const)))
  const lines: string[] = []
  let x = 0
  let row = 0
  for (const { label, colour, dashed } of entries.values()) {
    const room = 30 + label.length * letterWidth + 14
    if (x > 0 && x + room > plotWidth) {
      x = 0
      row += 1
    }
    const y = row * legendLineHeight + 10
    lines.push(
      `<path d="M${round(x)} ${y - 4}h22" stroke="${escape(colour)}" stroke-width="2.4"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`,
      text(x + 28, y, label, `fill="${quietColour}"`)
    )
    x += room
  }
  return { lines, height: (row + 1) * legendLineHeight }
}
