/** The scale-invariant signal-to-distortion ratio. Knows nothing of models. */
import { powerToDecibels, type Decibels } from '../units'
import { checkComparable } from './comparable'

/**
 * Le Roux, Wisdom, Erdogan, Hershey, "SDR - half-baked or well done?", ICASSP 2019, eq. 5, without removal of the mean:
 * the estimate's share along the target against all the rest. A perfect estimate of any gain gives Infinity, one with
 * nothing of the target -Infinity, a silent target (or an empty range) NaN.
 */
export function siSdrDb(target: ArrayLike<number>, estimate: ArrayLike<number>, startSample = 0): Decibels {
  checkComparable(target, estimate, startSample)
  let targetPower = 0
  let product = 0
  for (let n = startSample; n < target.length; n += 1) {
    targetPower += target[n] * target[n]
    product += target[n] * estimate[n]
  }
  if (targetPower === 0) return NaN
  if (product === 0) return -Infinity
  const gain = product / targetPower
  let distortionPower = 0
  for (let n = startSample; n < target.length; n += 1) distortionPower += (gain * target[n] - estimate[n]) ** 2
  return powerToDecibels((gain * gain * targetPower) / distortionPower)
}
