/** The coefficient of determination. Knows nothing of models. */
import { checkComparable } from './comparable'

/**
 * 1 - SSE / SST over the samples from `startSample` on, SST about the target's mean over the same range: 1 is perfect,
 * 0 is as good as the mean, below 0 is worse. A constant target (or an empty range) has no spread to explain: NaN.
 */
export function r2(target: ArrayLike<number>, estimate: ArrayLike<number>, startSample = 0): number {
  checkComparable(target, estimate, startSample)
  let sum = 0
  for (let n = startSample; n < target.length; n += 1) sum += target[n]
  const mean = sum / (target.length - startSample)
  let totalSquares = 0
  let errorSquares = 0
  for (let n = startSample; n < target.length; n += 1) {
    totalSquares += (target[n] - mean) ** 2
    errorSquares += (target[n] - estimate[n]) ** 2
  }
  return totalSquares === 0 ? NaN : 1 - errorSquares / totalSquares
}
