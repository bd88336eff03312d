/** The angle of a sine at a sample, exact also after hours. */
import type { Hertz, Radians, Samples } from '../units'

/**
 * The angle of a tone of phase 0, within one turn. Whole turns are taken off before the multiplication by 2 pi, so after
 * an hour at 48 kHz the error is below 1e-7 radians, less than the rounding of a 32-bit float.
 */
export function toneAngle(given: { frequencyHz: Hertz; sampleRate: Hertz; sample: Samples }): Radians {
  const cycles = (given.frequencyHz * given.sample) / given.sampleRate
  return 2 * Math.PI * (cycles - Math.floor(cycles))
}
