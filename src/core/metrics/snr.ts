/** The signal-to-noise ratio. Knows nothing of models. */
import { powerToDecibels, type Decibels } from '../units'
import { checkComparable } from './comparable'

/**
 * Power of the target against power of (target - estimate); unlike siSdrDb a wrong gain counts as noise. A perfect
 * estimate gives Infinity, a silent target (or an empty range) NaN.
 */
export function snrDb(target: ArrayLike<number>, estimate: ArrayLike<number>, startSample = 0): Decibels {
  checkComparable(target, estimate, startSample)
  let targetPower = 0
  let noisePower = 0
  for (let n = startSample; n < target.length; n += 1) {
    targetPower += target[n] * target[n]
    noisePower += (target[n] - estimate[n]) ** 2
  }
  return targetPower === 0 ? NaN : powerToDecibels(targetPower / noisePower)
}
