/** Draws spectra on a canvas: grid, curves, noise floor, labels of peaks. Decides nothing of what is measured. */
import type { TraceSpectrum } from '../../contract/lab'
import { frequencyAtPlace, placeOfFrequency, type FrequencyAxis } from '../../core/spectrum/frequency-axis'
import { decimalsOf, formatFrequency } from '../format'
import { writeNumber } from '../number-style.svelte'
import { tickStep } from '../scope/time-ticks'
import type { ScopeColours } from '../scope/theme-colours'
import { frequencyTicks } from './frequency-ticks'
import { placeLabels, type WantedLabel } from './label-places'
import { levelOf, type LevelKind, type LevelRange } from './level-range'

/** Lengths are pixels of CSS. The same sides as a lane of the scope: time views below each other stay aligned. */
export const plotMargins = { left: 58, right: 18, top: 8, bottom: 22 } as const
const pixelsPerLevelTick = 34
const pixelsPerFrequencyTick = 64
const labelHeight = 14

export interface PlotBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export function plotBox(width: number, height: number): PlotBox {
  const { left, right, top, bottom } = plotMargins
  return { left, top, width: Math.max(1, width - left - right), height: Math.max(1, height - top - bottom) }
}

/** A frequency as a place in pixels across the plot, and back. */
export function xOfFrequency(hertz: number, axis: FrequencyAxis, box: PlotBox): number {
  return box.left + placeOfFrequency(hertz, axis) * box.width
}

export function frequencyOfX(x: number, axis: FrequencyAxis, box: PlotBox): number {
  return frequencyAtPlace(Math.max(0, Math.min(1, (x - box.left) / box.width)), axis)
}

export function yOfLevel(level: number, { low, high }: LevelRange, box: PlotBox): number {
  const share = (level - low) / (high - low)
  return box.top + (1 - Math.max(-0.02, Math.min(1.02, share))) * box.height
}

export interface SpectrumPicture {
  readonly traces: readonly TraceSpectrum[]
  readonly axis: FrequencyAxis
  readonly kind: LevelKind
  readonly range: LevelRange
  readonly box: PlotBox
  readonly colours: ScopeColours
  readonly tone: string
}

export function drawSpectrum(context: CanvasRenderingContext2D, picture: SpectrumPicture): void {
  const { box, traces } = picture
  drawGrid(context, picture)
  context.save()
  context.beginPath()
  context.rect(box.left, box.top, box.width, box.height)
  context.clip()
  // The output last: it is what one looks for.
  const order = ['mix', 'residual', 'rival', 'output']
  for (const trace of [...traces].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))) {
    drawCurve(context, trace, picture)
  }
  const mix = traces.find(({ name }) => name === 'mix') ?? traces[0]
  if (mix) drawFloor(context, mix, picture)
  context.restore()
  if (mix) drawLabels(context, mix, picture)
}

function colourOf(name: TraceSpectrum['name'], { colours, tone }: SpectrumPicture): string {
  return name === 'output' ? tone : colours[name]
}

function drawGrid(context: CanvasRenderingContext2D, { axis, kind, range, box, colours }: SpectrumPicture): void {
  context.font = colours.font
  context.lineWidth = 1
  context.fillStyle = colours.muted
  context.strokeStyle = colours.grid
  context.textAlign = 'center'
  context.textBaseline = 'top'
  for (const { place, label } of frequencyTicks(axis, Math.floor(box.width / pixelsPerFrequencyTick))) {
    const x = Math.round(box.left + place * box.width) + 0.5
    line(context, x, box.top, x, box.top + box.height)
    const isLast = place > 0.995
    if (label)
      context.fillText(
        isLast ? `${label} Hz` : label,
        Math.min(x, box.left + box.width - (isLast ? 6 : 0)),
        box.top + box.height + 5
      )
  }
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  const step = tickStep(range.high - range.low, Math.max(2, Math.floor(box.height / pixelsPerLevelTick)))
  for (let index = Math.ceil(range.low / step); index * step <= range.high + 1e-9; index += 1) {
    const level = index * step
    const y = Math.round(yOfLevel(level, range, box)) + 0.5
    line(context, box.left, y, box.left + box.width, y)
    const digits = writeNumber(level.toFixed(kind === 'decibels' ? 0 : decimalsOf(step)))
    context.fillText(kind === 'decibels' ? `${digits} dB` : digits, box.left - 6, Math.max(box.top + 5, y))
  }
}

function drawCurve(context: CanvasRenderingContext2D, trace: TraceSpectrum, picture: SpectrumPicture): void {
  const { axis, kind, range, box } = picture
  context.beginPath()
  const { frequenciesHz, power } = trace
  for (let point = 0; point < power.length; point += 1) {
    const x = Math.max(box.left - 20, xOfFrequency(frequenciesHz[point], axis, box))
    const y = yOfLevel(levelOf(power[point], kind), range, box)
    if (point === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
  context.strokeStyle = colourOf(trace.name, picture)
  context.lineWidth = trace.name === 'output' ? 1.75 : 1.1
  context.lineJoin = 'round'
  context.stroke()
}

function drawFloor(context: CanvasRenderingContext2D, { floorPower }: TraceSpectrum, picture: SpectrumPicture): void {
  const { kind, range, box, colours } = picture
  if (!(floorPower > 0)) return
  const y = Math.round(yOfLevel(levelOf(floorPower, kind), range, box)) + 0.5
  context.strokeStyle = colours.muted
  context.lineWidth = 1
  context.setLineDash([2, 4])
  line(context, box.left, y, box.left + box.width, y)
  context.setLineDash([])
}

function drawLabels(context: CanvasRenderingContext2D, { peaks }: TraceSpectrum, picture: SpectrumPicture): void {
  const { axis, kind, range, box, colours } = picture
  context.font = colours.font
  const wanted: WantedLabel[] = peaks
    .filter(({ frequencyHz }) => frequencyHz >= axis.lowHz && frequencyHz <= axis.highHz)
    .map(({ frequencyHz, power }) => {
      const text = formatFrequency(frequencyHz)
      const y = yOfLevel(levelOf(power, kind), range, box)
      return { text, x: xOfFrequency(frequencyHz, axis, box), y, width: context.measureText(text).width }
    })
  context.fillStyle = colours.mix
  context.textAlign = 'left'
  context.textBaseline = 'top'
  const room = { left: box.left + 2, right: box.left + box.width - 2, top: box.top + 18, height: labelHeight }
  for (const { text, left, top } of placeLabels(wanted, room)) context.fillText(text, left, top)
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x2, y2)
  context.stroke()
}

/** Make the canvas as sharp as the screen, clear it, and scale it so that lengths are pixels of CSS. */
export function prepareCanvas(
  canvas: HTMLCanvasElement,
  { width, height }: { width: number; height: number }
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high })
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  context?.clearRect(0, 0, width, height)
  return context
}
