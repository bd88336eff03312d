/** The one check that all figures share. */

/** Throws RangeError unless both have the same length and the range that starts at `startSample` lies inside. */
export function checkComparable(target: ArrayLike<number>, estimate: ArrayLike<number>, startSample = 0): void {
  if (target.length !== estimate.length) {
    throw new RangeError(
      `Expected target and estimate of one length. Received: ${target.length} and ${estimate.length} samples.`
    )
  }
  if (!(Number.isInteger(startSample) && startSample >= 0 && startSample <= target.length)) {
    throw new RangeError(`Expected a start from 0 to ${target.length}. Received: ${startSample}.`)
  }
}
