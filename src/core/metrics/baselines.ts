/**
 * How much better an estimate is than one that knows nothing: the mean, and chance. Knows nothing of models.
 *
 * Better means a lower root mean square of the error: 0.4 is 40 % lower than the baseline's.
 */
import type { Samples } from '../units'
import { mse } from './rmse'

export interface BaselineComparison {
  /** Against the target's mean. It is 1 - sqrt(1 - R²), so it says nothing that R² does not. */
  readonly betterThanMean: number
  /** Against values drawn evenly from the target's range; their expected error is taken, so no chance is involved. */
  readonly betterThanRandom: number
}

/** A constant target has no baselines: NaN. */
export function compareWithBaselines(
  target: ArrayLike<number>,
  estimate: ArrayLike<number>,
  startSample: Samples = 0
): BaselineComparison {
  const error = mse(target, estimate, startSample)
  const count = target.length - startSample
  let sum = 0
  let low = Infinity
  let high = -Infinity
  for (let n = startSample; n < target.length; n += 1) {
    sum += target[n]
    low = Math.min(low, target[n])
    high = Math.max(high, target[n])
  }
  const mean = sum / count
  let spread = 0
  for (let n = startSample; n < target.length; n += 1) spread += (target[n] - mean) ** 2
  const meanError = spread / count
  // An even draw has the variance width^2 / 12 about the middle of the range.
  const randomError = meanError + (mean - (low + high) / 2) ** 2 + (high - low) ** 2 / 12
  const better = (baseline: number) => (baseline > 0 ? 1 - Math.sqrt(error / baseline) : NaN)
  return { betterThanMean: better(meanError), betterThanRandom: better(randomError) }
}
