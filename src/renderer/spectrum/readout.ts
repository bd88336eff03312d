/** The levels of spectra at a frequency, for the corner of the plot. Pure. */
import type { TraceSpectrum } from '../../contract/lab'
import { formatAmplitude, formatDecibels } from '../format'
import { levelOf, type LevelKind } from './level-range'

export interface ReadoutValue {
  readonly name: TraceSpectrum['name']
  readonly text: string
}

export function readout(traces: readonly TraceSpectrum[], hertz: number, kind: LevelKind): ReadoutValue[] {
  return traces.flatMap((trace) => {
    const index = nearestIndex(trace.frequenciesHz, hertz)
    if (index === undefined) return []
    const level = levelOf(trace.power[index], kind)
    return [{ name: trace.name, text: kind === 'decibels' ? formatDecibels(level) : formatAmplitude(level) }]
  })
}

/** In decibels of amplitude, at the bin nearest to a frequency; -Infinity without one. */
export function levelAt(trace: TraceSpectrum | undefined, hertz: number): number {
  const index = trace && nearestIndex(trace.frequenciesHz, hertz)
  return trace && index !== undefined ? levelOf(trace.power[index], 'decibels') : -Infinity
}

/** Of rising values the index of the nearest one; undefined of none. */
export function nearestIndex(rising: ArrayLike<number>, value: number): number | undefined {
  if (rising.length === 0) return undefined
  let [low, high] = [0, rising.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (rising[middle] <= value) low = middle
    else high = middle
  }
  return Math.abs(rising[low] - value) <= Math.abs(rising[high] - value) ? low : high
}
