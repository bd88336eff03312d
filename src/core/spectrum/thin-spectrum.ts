/** A spectrum thinned to what a plot of so many columns can show, with every peak kept. Knows nothing of screens. */
import type { Hertz } from '../units'
import { frequencyAtPlace, type FrequencyAxis } from './frequency-axis'

export interface SpectrumPoints {
  /** Rising. */
  readonly frequenciesHz: Float32Array
  readonly power: Float32Array
}

/**
 * Where a column holds at most two bins they come as they are; else its least and its greatest bin, each at its own
 * frequency. One bin beyond each end of the axis is kept, so that the curve goes on to the edge.
 */
export function thinSpectrum(
  { power, binHz }: { power: ArrayLike<number>; binHz: Hertz },
  axis: FrequencyAxis,
  columns: number
): SpectrumPoints {
  const last = power.length - 1
  const first = Math.max(0, Math.min(last, Math.floor(axis.lowHz / binHz)))
  const end = Math.max(first, Math.min(last, Math.ceil(axis.highHz / binHz)))
  const bins: number[] = []
  let from = first
  for (let column = 1; column <= columns && from <= end; column += 1) {
    const edge = column === columns ? end + 1 : Math.ceil(frequencyAtPlace(column / columns, axis) / binHz)
    const to = Math.min(end + 1, edge)
    if (to <= from) continue
    if (to - from <= 2) for (let bin = from; bin < to; bin += 1) bins.push(bin)
    else bins.push(...extremes(power, from, to))
    from = to
  }
  return {
    frequenciesHz: Float32Array.from(bins, (bin) => bin * binHz),
    power: Float32Array.from(bins, (bin) => power[bin])
  }
}

function extremes(power: ArrayLike<number>, from: number, to: number): number[] {
  let [least, greatest] = [from, from]
  for (let bin = from + 1; bin < to; bin += 1) {
    if (power[bin] < power[least]) least = bin
    if (power[bin] > power[greatest]) greatest = bin
  }
  if (least === greatest) return [least]
  return least < greatest ? [least, greatest] : [greatest, least]
}
