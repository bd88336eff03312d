/**
 * Values of runs on axes: the range of each, linear or by ratio, and places from 0 to 1 on it. Texts get places of their
 * own, in the order of the alphabet. Shared by the scatter plot and the parallel coordinates; knows nothing of pixels.
 */
import type { RunSummary } from '../../contract/training'
import { linearTicks, logTicks } from '../charts/xy-ticks'
import { formatRunValue, valueOf } from './run-columns'

export interface RunAxis {
  readonly name: string
  /** From 0 to 1, one a run; NaN where it has no value. */
  readonly places: Float64Array
  readonly ticks: readonly { readonly place: number; readonly text: string }[]
}

/** Numbers that reach over more than this ratio are shown by ratio. */
const leastRatioOfLog = 50
const mostTexts = 24

export function runAxis(runs: readonly RunSummary[], name: string, mostTicks = 6): RunAxis {
  const values = runs.map((run) => valueOf(run, name))
  const numbers = values.map((value) => (typeof value === 'number' ? value : NaN))
  const finite = numbers.filter(Number.isFinite)
  const hasTexts = values.some((value) => typeof value === 'string' || typeof value === 'boolean')
  return hasTexts || finite.length === 0 ? textAxis(name, values) : numberAxis(name, numbers, finite, mostTicks)
}

function numberAxis(name: string, numbers: readonly number[], finite: readonly number[], mostTicks: number): RunAxis {
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity)
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity)
  const text = (value: number) => formatRunValue(name, value)
  if (low === high) {
    return { name, places: Float64Array.from(numbers, (n) => n - low + 0.5), ticks: [{ place: 0.5, text: text(low) }] }
  }
  const isLog = low > 0 && high / low > leastRatioOfLog
  const place = isLog
    ? (value: number) => Math.log(value / low) / Math.log(high / low)
    : (value: number) => (value - low) / (high - low)
  const isWhole = finite.every(Number.isInteger)
  const ticks = (isLog ? logTicks : linearTicks)({ low, high }, mostTicks).filter(
    (value) => !isWhole || Number.isInteger(value)
  )
  return {
    name,
    places: Float64Array.from(numbers, place),
    ticks: ticks.map((value) => ({ place: place(value), text: text(value) }))
  }
}

function textAxis(name: string, values: readonly ReturnType<typeof valueOf>[]): RunAxis {
  const textOf = (value: (typeof values)[number]) =>
    value === null || value === undefined ? undefined : formatRunValue(name, value)
  const texts = [...new Set(values.map(textOf))].filter((text): text is string => text !== undefined).sort()
  const placeOf = new Map(texts.map((text, index) => [text, texts.length === 1 ? 0.5 : index / (texts.length - 1)]))
  return {
    name,
    places: Float64Array.from(values, (value) => placeOf.get(textOf(value) ?? '') ?? NaN),
    ticks: texts.length > mostTexts ? [] : texts.map((text) => ({ place: placeOf.get(text)!, text }))
  }
}
