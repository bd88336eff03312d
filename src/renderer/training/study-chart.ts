/** Where the points of a study stand: a line a row, R² across, its interval, and what was told. Pure; drawn elsewhere. */
import type { StudyRowReport } from '../../contract/training'
import { linearTicks, rangeOf } from '../charts/xy-ticks'

export interface StudyChartRow {
  readonly label: string
  /** 0 at the left end of the axis, 1 at the right; absent where there is nothing. */
  readonly measured?: number
  readonly low?: number
  readonly high?: number
  readonly told?: number
}

export interface StudyChart {
  readonly rows: readonly StudyChartRow[]
  readonly ticks: readonly { readonly place: number; readonly text: string }[]
}

export function studyChart(rows: readonly StudyRowReport[], mostTicks: number): StudyChart {
  const ends = rows.map(({ r2: { mean, halfWidth } }) =>
    mean === null ? [] : [mean - (halfWidth ?? 0), mean + (halfWidth ?? 0)]
  )
  const values = rows.flatMap(({ told }, index) => [...ends[index], ...(told.r2 === undefined ? [] : [told.r2])])
  const range = rangeOf(values, {})
  const placeOf = (value: number) => (value - range.low) / (range.high - range.low)
  return {
    rows: rows.map(({ label, r2, told }, index) => ({
      label,
      ...(r2.mean !== null && { measured: placeOf(r2.mean) }),
      ...(r2.halfWidth !== null && { low: placeOf(ends[index][0]), high: placeOf(ends[index][1]) }),
      ...(told.r2 !== undefined && { told: placeOf(told.r2) })
    })),
    ticks: linearTicks(range, mostTicks).map((value) => ({
      place: placeOf(value),
      text: String(Number(value.toPrecision(6))).replace('-', '−')
    }))
  }
}
