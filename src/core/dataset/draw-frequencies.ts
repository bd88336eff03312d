/** Random frequencies that keep a distance. */
import type { Random } from '../random'

export interface FrequencyRange {
  readonly low: number
  readonly high: number
  readonly count: number
  /** The least distance between two of them. */
  readonly spacing: number
}

/** Ascending, uniform among all draws that keep the distance. Throws RangeError if they cannot fit. */
export function drawFrequencies(random: Random, { low, high, count, spacing }: FrequencyRange): Float64Array {
  // Uniform points of the range that is left when the distances are taken out, spread again by them.
  const free = high - low - (count - 1) * spacing
  if (!(free >= 0)) throw new RangeError(`${count} frequencies ${spacing} apart do not fit between ${low} and ${high}.`)
  const points = Float64Array.from({ length: count }, () => random.uniform(0, free)).sort()
  return points.map((point, index) => low + point + index * spacing)
}
