/** How much better an estimate is than the mix it was taken from. Knows nothing of models. */
import type { Decibels, Samples } from '../units'
import { siSdrDb } from './si-sdr'
import { snrDb } from './snr'

interface Improved {
  readonly target: ArrayLike<number>
  readonly mix: ArrayLike<number>
  readonly estimate: ArrayLike<number>
  readonly startSample?: Samples
}

/** SI-SDR of the estimate less SI-SDR of the mix; the mix scores low because all other tones count as distortion. */
export function siSdrImprovementDb({ target, mix, estimate, startSample }: Improved): Decibels {
  return siSdrDb(target, estimate, startSample) - siSdrDb(target, mix, startSample)
}

export function snrImprovementDb({ target, mix, estimate, startSample }: Improved): Decibels {
  return snrDb(target, estimate, startSample) - snrDb(target, mix, startSample)
}
