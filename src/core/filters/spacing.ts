/** How far apart wanted tones are: it sets the rate of a base-band filter, and how fast it can settle. */
import type { Hertz } from '../units'

/**
 * The least distance between any two of the frequencies, and between each and its own mirror image at the negative
 * frequency, which a lock-in amplifier sees too. Throws RangeError for frequencies that are not positive or not apart.
 */
export function spacingOf(frequenciesHz: readonly Hertz[]): Hertz {
  const sorted = [...frequenciesHz].sort((a, b) => a - b)
  const distances = sorted.map((frequency, index) => (index === 0 ? 2 * frequency : frequency - sorted[index - 1]))
  const spacing = Math.min(...distances)
  if (!(spacing > 0))
    throw new RangeError(`Expected different frequencies above 0 Hz. Received: ${frequenciesHz.join(', ')} Hz.`)
  return spacing
}
