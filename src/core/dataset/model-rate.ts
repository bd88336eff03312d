/** The rate of a network that runs at ticks, from the tones that it is to answer. */
import type { Hertz } from '../units'

/** Seven ticks in a period of the highest tone: 50 Hz for 7 Hz, where R² was best; faster ticks see less past a step. */
const leastTicksPerPeriod = 7

/** The slowest rate that divides the sample rate and gives the highest tone at least seven ticks a period. */
export function modelRateFor(frequenciesHz: readonly Hertz[], sampleRate: Hertz): Hertz {
  const slowest = leastTicksPerPeriod * Math.max(...frequenciesHz)
  return sampleRate / Math.max(1, Math.floor(sampleRate / slowest))
}
