/** When an output has become good, and stays so. Knows nothing of models. */
import type { Samples } from '../units'
import { checkComparable } from './comparable'

/** Settled is what errs by less than this share of the tone's power: -10 dB, R² 0.9. */
export const settledShare = 0.1

/**
 * The first sample from which the error's mean power over one period stays below the settled share of the target's
 * mean power to the end; Infinity if it never does. A shorter record than a period has no answer: NaN.
 */
export function settlingSamples(
  target: ArrayLike<number>,
  estimate: ArrayLike<number>,
  { periodSamples }: { periodSamples: Samples }
): Samples {
  checkComparable(target, estimate)
  const errorPower = Float64Array.from({ length: target.length }, (_, n) => (target[n] - estimate[n]) ** 2)
  let power = 0
  for (let n = 0; n < target.length; n += 1) power += target[n] * target[n]
  return settlingOfPower(errorPower, { periodSamples, targetPower: power / target.length })
}

/** The same for the power of an error, which may be a mean over many signals. */
export function settlingOfPower(
  errorPower: Float64Array,
  { periodSamples, targetPower }: { periodSamples: Samples; targetPower: number }
): Samples {
  const length = Math.max(1, Math.round(periodSamples))
  if (errorPower.length < length || !(targetPower > 0)) return NaN
  const limit = settledShare * targetPower * length
  let sum = 0
  for (let n = errorPower.length - length; n < errorPower.length; n += 1) sum += errorPower[n]
  let settledFrom = Infinity
  for (let start = errorPower.length - length; ; start -= 1) {
    if (!(sum <= limit)) return settledFrom
    settledFrom = start
    if (start === 0) return 0
    sum += errorPower[start - 1] - errorPower[start - 1 + length]
  }
}
