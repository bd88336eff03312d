/** Mean squared error and its root. Knows nothing of models. */
import { checkComparable } from './comparable'

/** In the square of the signal's unit; NaN over an empty range. */
export function mse(target: ArrayLike<number>, estimate: ArrayLike<number>, startSample = 0): number {
  checkComparable(target, estimate, startSample)
  let errorSquares = 0
  for (let n = startSample; n < target.length; n += 1) errorSquares += (target[n] - estimate[n]) ** 2
  return errorSquares / (target.length - startSample)
}

/** In the signal's unit. */
export function rmse(target: ArrayLike<number>, estimate: ArrayLike<number>, startSample = 0): number {
  return Math.sqrt(mse(target, estimate, startSample))
}
