/** Means that know how sure they are. Knows nothing of what was measured. */

export interface Interval {
  readonly mean: number
  /** The true mean lies within mean - halfWidth to mean + halfWidth with 95 %; NaN for a single value. */
  readonly halfWidth: number
}

/** Student's interval: for the mean of independent values, or of paired differences. */
export function meanInterval(values: readonly number[]): Interval {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  if (count < 2) return { mean, halfWidth: NaN }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { mean, halfWidth: studentQuantile(count - 1) * Math.sqrt(variance / count) }
}

/** The value that Student's t of so many degrees of freedom stays below, without its sign, with 95 %. */
export function studentQuantile(degreesOfFreedom: number): number {
  let low = 0
  let high = 16
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (shareWithin(middle, degreesOfFreedom) < 0.95) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The chance of a t between -t and t: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
function shareWithin(t: number, degreesOfFreedom: number): number {
  const angle = Math.atan(t / Math.sqrt(degreesOfFreedom))
  const cosineSquare = Math.cos(angle) ** 2
  const isOdd = degreesOfFreedom % 2 === 1
  let term = isOdd ? Math.cos(angle) : 1
  let sum = degreesOfFreedom === 1 ? 0 : term
  for (let k = isOdd ? 3 : 2; k < degreesOfFreedom; k += 2) {
    term *= (cosineSquare * (k - 1)) / k
    sum += term
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}
