/** Where the trials of a search stand: R² upwards, time per sample across by ratio. Pure; drawn elsewhere. */
import type { SearchTrialReport } from '../../contract/training'
import { linearTicks, logTicks, rangeOf } from '../charts/xy-ticks'

export interface FrontPoint {
  readonly trial: number
  /** 0 at the left, 1 at the right. */
  readonly x: number
  /** 0 at the bottom, 1 at the top. */
  readonly y: number
  readonly isOnFront: boolean
  readonly isBest: boolean
}

export interface FrontTick {
  readonly place: number
  readonly text: string
}

export interface FrontChart {
  readonly points: readonly FrontPoint[]
  /** Those that no other beats, from the fastest to the best. */
  readonly front: readonly FrontPoint[]
  readonly xTicks: readonly FrontTick[]
  readonly yTicks: readonly FrontTick[]
}

export function frontChart(
  trials: readonly SearchTrialReport[],
  most: { readonly x: number; readonly y: number }
): FrontChart {
  const measured = trials.flatMap(({ r2, microsecondsPerSample: cost, ...rest }) =>
    r2 === null || cost === null || cost <= 0 ? [] : [{ ...rest, r2, cost }]
  )
  const xRange = rangeOf(
    measured.map(({ cost }) => cost),
    { isLog: true }
  )
  // What learned nothing would press the others together.
  const yRange = rangeOf(
    measured.map(({ r2 }) => Math.max(-0.2, r2)),
    {}
  )
  const xOf = (cost: number) => Math.log(cost / xRange.low) / Math.log(xRange.high / xRange.low)
  const yOf = (r2: number) => (Math.max(-0.2, r2) - yRange.low) / (yRange.high - yRange.low)
  const points = measured.map(({ trial, isOnFront, isBest, cost, r2 }) => ({
    ...{ trial, isOnFront, isBest, x: xOf(cost), y: yOf(r2) }
  }))
  const text = (value: number) => String(Number(value.toPrecision(6))).replace('-', '−')
  return {
    points,
    front: points.filter(({ isOnFront }) => isOnFront).sort((a, b) => a.x - b.x),
    xTicks: logTicks(xRange, most.x).map((value) => ({ place: xOf(value), text: text(value) })),
    yTicks: linearTicks(yRange, most.y).map((value) => ({ place: yOf(value), text: text(value) }))
  }
}
