/** Mean and deviation of every measurement over the frames that it was taken in. Knows nothing of screens. */
import { measureIds, measureKinds, type MeasureId, type Measurements } from './kinds'

export interface FrameStatistics {
  readonly count: number
  readonly mean: number
  /** Sample deviation (n - 1); 0 for one frame. */
  readonly deviation: number
}

/** Welford's way: a value at a time, in constant memory, without loss of digits. */
export class MeasurementFrames {
  readonly #sums = new Map<MeasureId, { count: number; mean: number; spread: number }>()

  add(values: Measurements): void {
    for (const id of measureIds) {
      const value = values[id]
      if (value === null || !Number.isFinite(value)) continue
      const sum = this.#sums.get(id)
      if (!sum) {
        this.#sums.set(id, { count: 1, mean: value, spread: 0 })
        continue
      }
      // A phase goes round: each is taken as the one nearest to the mean.
      const near = measureKinds[id].unit === 'degrees' ? sum.mean + wrapDegrees(value - sum.mean) : value
      sum.count += 1
      const apart = near - sum.mean
      sum.mean += apart / sum.count
      sum.spread += apart * (near - sum.mean)
    }
  }

  of(id: MeasureId): FrameStatistics | undefined {
    const sum = this.#sums.get(id)
    if (!sum) return undefined
    const mean = measureKinds[id].unit === 'degrees' ? wrapDegrees(sum.mean) : sum.mean
    return { count: sum.count, mean, deviation: sum.count < 2 ? 0 : Math.sqrt(sum.spread / (sum.count - 1)) }
  }

  reset(): void {
    this.#sums.clear()
  }
}

function wrapDegrees(angle: number): number {
  return angle - 360 * Math.round(angle / 360)
}
