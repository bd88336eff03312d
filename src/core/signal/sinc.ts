/**
 * The band-limited curve through samples: what a signal without anything above half the sample rate was between them.
 * A windowed sinc of 32 samples; passes through every sample exactly. Knows nothing of screens.
 */

/** Samples on either side of a place that decide its value. */
export const sincReach = 16
const tableSize = 1024

/** cos² taper by distance in samples: 1 at none, 0 at the reach. */
const taper = Float64Array.from(
  { length: tableSize + 2 },
  (_, index) => Math.cos((Math.PI / 2) * Math.min(1, index / tableSize)) ** 2
)

/**
 * The value between samples. Near a gap or the ends of the array the samples that exist are held: the curve goes on
 * as if the nearest one went on for ever. NaN where no sample is beside the place.
 */
export function interpolateSinc(samples: Float32Array, place: number): number {
  const before = Math.floor(place)
  const part = place - before
  if (part === 0) return before >= 0 && before < samples.length ? samples[before] : NaN
  const [left, right] = [samples[before], samples[before + 1]]
  if (before < 0 || before + 1 >= samples.length || left !== left || right !== right) return NaN
  // sin(pi (place - k)) changes its sign with k alone.
  const sine = Math.sin(Math.PI * part) / Math.PI
  let sum = 0
  let weights = 0
  let held = left
  for (let k = 0; k > -sincReach; k -= 1) {
    const sample = before + k >= 0 ? samples[before + k] : NaN
    if (sample === sample) held = sample
    const distance = part - k
    const weight = ((k & 1 ? -sine : sine) / distance) * taperAt(distance)
    sum += weight * held
    weights += weight
  }
  held = right
  for (let k = 1; k <= sincReach; k += 1) {
    const sample = before + k < samples.length ? samples[before + k] : NaN
    if (sample === sample) held = sample
    const distance = k - part
    const weight = ((k & 1 ? sine : -sine) / distance) * taperAt(distance)
    sum += weight * held
    weights += weight
  }
  // The taper costs a little at zero frequency; a constant must stay one.
  return sum / weights
}

function taperAt(distance: number): number {
  const at = (distance / sincReach) * tableSize
  const index = Math.floor(at)
  return taper[index] + (at - index) * (taper[index + 1] - taper[index])
}
