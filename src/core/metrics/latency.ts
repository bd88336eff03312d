/** By how many samples an output lags, where nobody knows. Knows nothing of models. */
import type { Samples } from '../units'
import { checkComparable } from './comparable'

/**
 * The lag at which the estimate is most like the target: the top of the normalised cross-correlation among the whole
 * lags from 0 to `maxLag`, refined by the parabola through it and its neighbours. A tone is like itself again after
 * each period: keep `maxLag` below half a period, or measure with noise. Silence gives NaN.
 */
export function measureLatency(
  target: ArrayLike<number>,
  estimate: ArrayLike<number>,
  { maxLag }: { maxLag: Samples }
): Samples {
  checkComparable(target, estimate)
  const likeness = Float64Array.from({ length: Math.min(maxLag, target.length - 1) + 1 }, (_, lag) =>
    correlationAt(target, estimate, lag)
  )
  let top = 0
  for (let lag = 1; lag < likeness.length; lag += 1) if (likeness[lag] > likeness[top]) top = lag
  if (!(likeness[top] > 0)) return NaN
  if (top === 0 || top === likeness.length - 1) return top
  const [left, middle, right] = [likeness[top - 1], likeness[top], likeness[top + 1]]
  const bend = left - 2 * middle + right
  return bend < 0 ? top + (left - right) / (2 * bend) : top
}

/** Cosine of the angle between the target and the estimate moved back by the lag. */
function correlationAt(target: ArrayLike<number>, estimate: ArrayLike<number>, lag: Samples): number {
  let product = 0
  let targetPower = 0
  let estimatePower = 0
  for (let n = 0; n + lag < target.length; n += 1) {
    product += target[n] * estimate[n + lag]
    targetPower += target[n] * target[n]
    estimatePower += estimate[n + lag] * estimate[n + lag]
  }
  return product / Math.sqrt(targetPower * estimatePower)
}
