/** The curves of a run as charts: what is drawn of loss, rate, gradient and time, and where the best is. Draws nothing. */
import type { RunRecord } from '../../contract/training'
import { rivalStyle } from '../charts/curve-styles'
import type { XyAxis, XyCurve, XyMark } from '../charts/xy-plot'
import type { ScopeColours } from '../scope/theme-colours'
import type { RunCurves } from '../state/run-watch.svelte'
import { smoothed } from './smoothing'

export interface CurveOptions {
  readonly isLog: boolean
  /** 0 to below 1. */
  readonly smoothing: number
}

export interface TrainChart {
  readonly x: XyAxis
  readonly y: XyAxis
  readonly curves: readonly XyCurve[]
  readonly marks?: readonly XyMark[]
}

/** Steps: the legend under the pointer says so, and the room is for the curves. */
const x: XyAxis = { label: '' }

/** Training and validation loss over the steps, and the best validation. */
export function lossChart(
  { points, epochs }: RunCurves,
  best: RunRecord['best'],
  { isLog, smoothing }: CurveOptions,
  colours: ScopeColours
): TrainChart {
  const faint: XyCurve[] =
    smoothing > 0
      ? [{ label: 'As it was', colour: colours.line, width: 1, x: points.step, y: gapped(points.loss) }]
      : []
  const validation = gapped(epochs.validationLoss)
  const hasValidation = validation.some((value) => value !== null)
  return {
    x,
    y: { label: 'Loss', isLog },
    curves: [
      ...faint,
      { label: 'Training', colour: colours.accent, width: 2, x: points.step, y: smoothed(points.loss, smoothing) },
      ...(hasValidation
        ? [
            {
              ...{ label: 'Validation', colour: colours.tones[1], dash: [6, 3], width: 2 },
              ...{ x: epochs.step, y: validation, hasMarks: epochs.step.length < 60 }
            }
          ]
        : [])
    ],
    marks:
      best && best.validationLoss !== null
        ? [{ x: best.step, y: best.validationLoss, label: `best: epoch ${best.epoch}`, colour: colours.tones[1] }]
        : []
  }
}

export const sideCurves = {
  learningRate: { title: 'Learning rate', label: 'Rate' },
  gradientNorm: { title: 'Gradient norm', label: 'Length before clipping' },
  stepMilliseconds: { title: 'Time of a step', label: 'ms' },
  validationR2: { title: 'R² of the validation', label: 'R²' }
} as const
export type SideCurve = keyof typeof sideCurves

export function sideChart(
  { points, epochs }: RunCurves,
  name: SideCurve,
  { isLog, smoothing }: CurveOptions,
  colours: ScopeColours
): TrainChart {
  const { title, label } = sideCurves[name]
  const isR2 = name === 'validationR2'
  const curve: XyCurve = {
    ...{ label: title, colour: isR2 ? colours.tones[1] : colours.accent, width: 1.75 },
    x: isR2 ? epochs.step : points.step,
    y:
      name === 'learningRate' || isR2
        ? gapped(isR2 ? epochs.validationR2 : points.learningRate)
        : smoothed(points[name], smoothing)
  }
  return { x, y: { label, isLog: isLog && !isR2 }, curves: [curve] }
}

/** What is laid over each other for runs that are compared. */
export const overlaid = {
  validationLoss: { title: 'Validation loss', isOfEpochs: true },
  loss: { title: 'Training loss', isOfEpochs: false },
  validationR2: { title: 'R² of the validation', isOfEpochs: true },
  learningRate: { title: 'Learning rate', isOfEpochs: false },
  gradientNorm: { title: 'Gradient norm', isOfEpochs: false }
} as const
export type Overlaid = keyof typeof overlaid

export interface OverlaidRun {
  readonly title: string
  readonly points: Readonly<Record<'step' | 'loss' | 'learningRate' | 'gradientNorm', ArrayLike<number>>>
  readonly epochs: Readonly<Record<'step' | 'validationLoss' | 'validationR2', ArrayLike<number>>>
}

/** One curve a run, told apart by hue and stroke; names that are there twice are counted. */
export function overlayChart(
  runs: readonly OverlaidRun[],
  name: Overlaid,
  { isLog, smoothing }: CurveOptions,
  colours: ScopeColours
): TrainChart {
  const seen = new Map<string, number>()
  const curves = runs.map(({ title, points, epochs }, place): XyCurve => {
    const count = (seen.get(title) ?? 0) + 1
    seen.set(title, count)
    const isOfEpochs = name === 'validationLoss' || name === 'validationR2'
    const values = isOfEpochs ? epochs[name] : points[name]
    return {
      ...{ label: count === 1 ? title : `${title} (${count})`, ...rivalStyle(colours, place) },
      x: Array.from(isOfEpochs ? epochs.step : points.step),
      y: isOfEpochs ? gapped(values) : smoothed(values, smoothing)
    }
  })
  return { x, y: { label: overlaid[name].title, isLog: isLog && name !== 'validationR2' }, curves }
}

function gapped(values: ArrayLike<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null))
}
