/** Smoothing of a noisy curve, as the slider under it asks. Knows nothing of what the curve is. */

/**
 * Exponential mean of the values so far, without the pull of a made-up beginning: each mean is divided by the weights
 * that went into it. `weight` from 0 (as it is) to below 1. Gaps stay gaps.
 */
export function smoothed(values: ArrayLike<number>, weight: number): (number | null)[] {
  let sum = 0
  let weights = 0
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return null
    sum = weight * sum + (1 - weight) * value
    weights = weight * weights + (1 - weight)
    return sum / weights
  })
}
