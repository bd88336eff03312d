/** The curves of a Bode plot over frequency, the classical filter's over the network's. Knows nothing of drawing. */
import type { BodePoint } from '../../core/bode/bode'
import type { BodeResult } from '../../core/bode/report'
import { rivals } from '../../core/filters/rivals'
import butterworth from '../../core/filters/rivals/butterworth'
import { networkStyle, rivalStyle } from '../charts/curve-styles'
import type { ScopeColours } from '../scope/theme-colours'
import type { XyAxis, XyCurve } from '../charts/xy-plot'
import { rangeOf } from '../charts/xy-ticks'
import type { BodeMethod } from '../state/bode.svelte'

export interface BodeChart {
  readonly y: XyAxis
  readonly curves: readonly XyCurve[]
}

/** Where less comes through, phase and delay mean little and would stretch the axis. */
const heardAboveDb = -30

export function bodeCharts(
  { modelTitle, selectors, reference }: BodeResult,
  { selector, method }: { selector: number; method: BodeMethod },
  colours: ScopeColours
): Record<'gain' | 'phase' | 'delay', BodeChart> {
  const { frequencyHz, ...measured } = selectors[selector]
  const traces = [
    { label: modelTitle, ...networkStyle(colours), hasMarks: method === 'stepped', points: measured[method] },
    // The reference is the same Butterworth that runs as a rival, and looks the same.
    {
      label: reference.title,
      ...rivalStyle(colours, rivals.indexOf(butterworth)),
      points: reference.selectors[selector]
    }
  ]
  const chart = (label: string, valuesOf: (points: readonly BodePoint[]) => number[]): BodeChart => {
    const drawn = traces.map(({ points, ...style }) => ({ points, style, y: valuesOf(points) }))
    const heard = drawn.flatMap(({ points, y }) => y.filter((_, index) => points[index].gainDb > heardAboveDb))
    return {
      y: { label, range: rangeOf(heard) },
      curves: drawn.map(({ points, style, y }) => ({ ...style, x: points.map((point) => point.frequencyHz), y }))
    }
  }
  const gain = chart('Gain, dB', (points) => points.map(({ gainDb }) => gainDb))
  return {
    gain: { ...gain, y: { label: 'Gain, dB', range: { low: -80, high: 10 } } },
    phase: chart('Phase, °', (points) => unwrapFrom(frequencyHz, points)),
    delay: chart('Group delay, s', (points) => points.map(({ groupDelaySeconds }) => groupDelaySeconds))
  }
}

/** Phases without jumps of a whole turn, followed from the selector's tone to both sides. */
function unwrapFrom(frequencyHz: number, points: readonly BodePoint[]): number[] {
  const phases = points.map(({ phaseDegrees }) => phaseDegrees)
  const distance = (index: number) => Math.abs(points[index].frequencyHz - frequencyHz)
  const own = phases.reduce((nearest, _, index) => (distance(index) < distance(nearest) ? index : nearest), 0)
  const follow = (index: number, before: number) => {
    phases[index] -= 360 * Math.round((phases[index] - phases[before]) / 360)
  }
  for (let index = own + 1; index < phases.length; index += 1) follow(index, index - 1)
  for (let index = own - 1; index >= 0; index -= 1) follow(index, index + 1)
  return phases
}
