/**
 * A still picture of signals as SVG text: lanes above each other on one time axis.
 *
 * Knows nothing of screens or files. The text has no scripts, no ids and no links, so it may stand inside any page.
 */
import type { Hertz, Samples, Seconds } from '../units'
import { envelope } from './envelope'
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

export interface Trace {
  readonly label: string
  /** Any colour of SVG. */
  readonly colour: string
  readonly dashed?: boolean
  readonly samples: Float32Array
}

export interface Lane {
  readonly title: string
  readonly xLabel: string
  readonly sampleRate: Hertz
  /** Where the traces' first sample stands in the record; 0 if not given. */
  readonly firstSample?: Samples
  readonly startSample: Samples
  readonly endSample: Samples
  readonly traces: readonly Trace[]
}

/** Lengths are pixels. */
const defaultWidth = 960
const defaultLaneHeight = 132
const outerMargin = 20
const titleHeight = 26
const laneGap = 12
const axisHeight = 44
/** All lanes, each with its title, legend and amplitude axis; the time axis stands below the last one. */
export function plotSvg(lanes: readonly Lane[], size: { width?: number; laneHeight?: number } = {}): string {
  const { width = defaultWidth, laneHeight = defaultLaneHeight } = size
  const time = timeRangeOf(lanes)
  const scales = lanes.map((lane) => amplitudeScale(lane, laneHeight))
  const longestLabel = Math.max(0, ...scales.flatMap(({ ticks }) => ticks.map(({ label }) => label.length)))
  const left = outerMargin + longestLabel * letterWidth + 8
  const plotWidth = Math.max(40, width - left - outerMargin)
  const pitch = titleHeight + laneHeight + laneGap
  const height = outerMargin + lanes.length * pitch - laneGap + axisHeight
  const xOf = (seconds: Seconds) => ((seconds - time.low) / (time.high - time.low)) * plotWidth
  const timeTicks = ticksOf(
    time,
    (labels) => (Math.max(...labels.map(({ length }) => length)) + 3) * letterWidth,
    plotWidth
  )

  const drawn = lanes.map((lane, index) => {
    const scale = scales[index]
    const top = outerMargin + index * pitch + titleHeight
    const grid = timeTicks.map(({ value }) => line(xOf(value), 0, xOf(value), laneHeight, gridColour))
    const rows = scale.ticks.map(({ value }) =>
      line(0, scale.yOf(value), plotWidth, scale.yOf(value), value === 0 ? zeroColour : gridColour)
    )
    const numbers = scale.ticks.map(({ value, label }) =>
      text(-8, scale.yOf(value) + 4, label, `text-anchor="end" fill="${quietColour}"`)
    )
    // What was measured stays visible below what is dashed.
    const traces = [...lane.traces].sort((a, b) => Number(a.dashed ?? false) - Number(b.dashed ?? false))
    const paths = traces.map((trace) => {
      const path = pathOf(trace.samples, lane, { xOf, yOf: scale.yOf })
      return `<path d="${path}" stroke="${escape(trace.colour)}"${trace.dashed ? dashes : ''}/>`
    })
    return [
      `<g transform="translate(${round(left)} ${round(top)})">`,
      `<rect width="${round(plotWidth)}" height="${laneHeight}" fill="${laneBackground}"/>`,
      ...grid,
      ...rows,
      // An inner picture cuts off what leaves it.
      `<svg width="${round(plotWidth)}" height="${laneHeight}" overflow="hidden">`,
      '<g fill="none" stroke-width="1.3" stroke-linejoin="round" stroke-linecap="round">',
      ...paths,
      '</g></svg>',
      ...numbers,
      ...heading(lane, plotWidth),
      '</g>'
    ].join('\n')
  })

  const bottom = outerMargin + lanes.length * pitch - laneGap
  const axis = timeTicks.map(({ value, label }) =>
    text(xOf(value), 17, label, `text-anchor="middle" fill="${quietColour}"`)
  )
  const caption = text(plotWidth / 2, 36, lanes.at(-1)?.xLabel ?? '', `text-anchor="middle" fill="${textColour}"`)
  const name = `Signals over time: ${lanes.map(({ title }) => title).join(', ')}`
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="${fontSize}">`,
    `<title>${escape(name)}</title>`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    ...drawn,
    `<g transform="translate(${round(left)} ${round(bottom)})">`,
    ...axis,
    caption,
    '</g>',
    '</svg>'
  ].join('\n')}\n`
}

const dashes = ' stroke-width="1.1" stroke-dasharray="5 4" stroke-linecap="butt"'

function timeRangeOf(lanes: readonly Lane[]): Range {
  const secondsAt = ({ firstSample = 0, sampleRate }: Lane, sample: Samples) => (firstSample + sample) / sampleRate
  const low = Math.min(...lanes.map((lane) => secondsAt(lane, lane.startSample)))
  const high = Math.max(...lanes.map((lane) => secondsAt(lane, lane.endSample)))
  return high > low ? { low, high } : { low: 0, high: 1 }
}

interface Scale {
  readonly ticks: readonly Tick[]
  yOf(value: number): number
}

/** The amplitudes of all traces of a lane between its ends, with a little air around them. */
function amplitudeScale(lane: Lane, laneHeight: number): Scale {
  let low = Infinity
  let high = -Infinity
  for (const { samples } of lane.traces) {
    for (let n = Math.max(0, Math.floor(lane.startSample)); n < Math.min(samples.length, lane.endSample); n += 1) {
      const sample = samples[n]
      if (!Number.isFinite(sample)) continue
      low = Math.min(low, sample)
      high = Math.max(high, sample)
    }
  }
  if (low > high) [low, high] = [-1, 1]
  if (low === high) [low, high] = low === 0 ? [-1, 1] : [low - Math.abs(low), high + Math.abs(high)]
  const air = 0.08 * (high - low)
  const range = { low: low - air, high: high + air }
  const yOf = (value: number) => ((range.high - value) / (range.high - range.low)) * laneHeight
  return { ticks: ticksOf(range, () => 1.5 * fontSize, laneHeight), yOf }
}

/**
 * A line through the samples, or, where there are more samples than pixels, through the ends of each pixel's envelope,
 * first the one nearer to where the line is. Samples that are not finite leave a gap.
 */
function pathOf(
  samples: Float32Array,
  lane: Lane,
  place: { xOf(seconds: Seconds): number; yOf(value: number): number }
): string {
  const { firstSample = 0, startSample, endSample, sampleRate } = lane
  const xOfSample = (sample: number) => place.xOf((firstSample + sample) / sampleRate)
  const columns = Math.round(xOfSample(endSample) - xOfSample(startSample))
  const points: string[] = []
  let pen: 'up' | 'down' = 'up'
  const draw = (x: number, y: number) => {
    points.push(`${pen === 'up' ? 'M' : 'L'}${round(x)} ${round(place.yOf(y))}`)
    pen = 'down'
  }
  if (endSample - startSample <= columns) {
    for (let n = Math.max(0, Math.floor(startSample)); n < Math.min(samples.length, endSample); n += 1) {
      if (!Number.isFinite(samples[n])) {
        pen = 'up'
        continue
      }
      // A point between two gaps is a line to itself, which round ends make visible.
      if (pen === 'up') draw(xOfSample(n), samples[n])
      draw(xOfSample(n), samples[n])
    }
    return points.join('')
  }
  const { min, max } = envelope(samples, startSample, endSample, columns)
  const width = (endSample - startSample) / columns
  let last = 0
  for (let c = 0; c < columns; c += 1) {
    if (!Number.isFinite(min[c]) || !Number.isFinite(max[c])) {
      pen = 'up'
      continue
    }
    const x = xOfSample(startSample + (c + 0.5) * width)
    const upwards = Math.abs(min[c] - last) <= Math.abs(max[c] - last)
    const [first, second] = upwards ? [min[c], max[c]] : [max[c], min[c]]
    draw(x, first)
    draw(x, second)
    last = second
  }
  return points.join('')
}

/** The title on the left and the legend on the right of the line above a lane; a title that is too long is cut. */
function heading(lane: Lane, plotWidth: number): string[] {
  // The line of a trace is drawn by letters, so that the legend is set by whatever font there is.
  const entries = lane.traces.map(({ label, colour, dashed }, index) => {
    const mark = `<tspan dx="${index === 0 ? 0 : 16}" font-weight="700" fill="${escape(colour)}">${dashed ? '--' : '\u2014'}</tspan>`
    return `${mark}<tspan dx="6">${escape(label)}</tspan>`
  })
  const legend = `<text x="${round(plotWidth)}" y="-9" text-anchor="end" fill="${quietColour}">${entries.join('')}</text>`
  const legendWidth = lane.traces.reduce((sum, { label }) => sum + 34 + label.length * letterWidth, 0)
  const letters = Math.max(1, Math.floor((plotWidth - legendWidth) / (letterWidth * 1.15)))
  const title = lane.title.length > letters ? `${lane.title.slice(0, letters - 1)}\u2026` : lane.title
  return [text(0, -9, title, `font-weight="600" fill="${textColour}"`), legend]
}
