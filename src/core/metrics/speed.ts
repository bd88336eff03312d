/** How fast something runs that must keep up with a signal. */
import type { Hertz, Samples, Seconds } from '../units'

/** Signal time per computing time: above 1 it keeps up. */
export function realTimeFactor(given: { samples: Samples; sampleRate: Hertz; computing: Seconds }): number {
  return given.samples / given.sampleRate / given.computing
}
