/** Measurements as people read them, and as a table for other programs. */
import { measureKinds, type MeasureId, type MeasureUnit } from '../core/measure/kinds'
import { formatAmplitude, formatDecibels, formatDuration, formatFrequency, formatR2, noValue } from './format'
import { writeNumber } from './number-style.svelte'
import type { MeasurementRow } from './state/measuring.svelte'

export function formatMeasurement(id: MeasureId, value: number | null): string {
  if (value === null) return noValue
  switch (measureKinds[id].unit) {
    case 'seconds':
      return formatDuration(value)
    case 'hertz':
      return formatFrequency(value)
    case 'amplitude':
      return formatAmplitude(value)
    case 'percent':
      return `${decimals(value, Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2)} %`
    case 'decibels':
      return formatDecibels(value)
    case 'degrees':
      return `${decimals(value, 1)}°`
    case 'ratio':
      return id === 'r2' ? formatR2(value) : decimals(value, 3)
  }
}

/** "5.00 ± 0.01 Hz": mean and deviation of frames, their unit once where it is the same. */
export function formatStatistics(id: MeasureId, { mean, deviation }: { mean: number; deviation: number }): string {
  const [first, second] = [formatMeasurement(id, mean), formatMeasurement(id, deviation)]
  const unit = /[^\d.,]*$/.exec(first)?.[0] ?? ''
  const isShared = unit !== '' && second.endsWith(unit)
  return `${isShared ? first.slice(0, -unit.length) : first} ± ${second}`
}

const unitNames: Readonly<Record<MeasureUnit, string>> = {
  seconds: 's',
  hertz: 'Hz',
  amplitude: '',
  percent: '%',
  decibels: 'dB',
  degrees: 'deg',
  ratio: ''
}

/** A line for each, its columns between tabs, as they are on the screen. */
export function measurementsAsText(rows: readonly MeasurementRow[]): string {
  return rows
    .map(({ id, value, statistics }) => {
      const shown = [measureKinds[id].title, formatMeasurement(id, value)]
      if (statistics && statistics.count > 1) {
        shown.push(`mean ${formatStatistics(id, statistics)}`)
      }
      return shown.join('\t')
    })
    .join('\n')
}

/** With all digits, units in a column of their own, and a decimal point whatever the screen shows. */
export function measurementsAsCsv(rows: readonly MeasurementRow[]): string {
  const exact = (value: number | null | undefined) =>
    value === null || value === undefined
      ? ''
      : Number.isFinite(value)
        ? String(Number(value.toPrecision(10)))
        : value > 0
          ? 'inf'
          : '-inf'
  const lines = rows.map(({ id, value, statistics }) => {
    const { title, unit } = measureKinds[id]
    const frames = [exact(statistics?.mean), exact(statistics?.deviation), String(statistics?.count ?? 0)]
    return [title, exact(value), unitNames[unit], ...frames].join(',')
  })
  return ['measurement,value,unit,mean,deviation,frames', ...lines].join('\n')
}

function decimals(value: number, count: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const text = value.toFixed(count)
  return writeNumber(Number(text) === 0 ? text.replace('-', '') : text)
}
