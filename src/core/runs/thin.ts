/** Keep few of many: the epochs of a run whose weights stay on disk, and the points of a curve that the screen draws. */

/**
 * Which epochs stay: the first, every second, fourth, eighth … one, so many that at most `most` are left, the newest and
 * the best. What was thinned out once is never asked for again. `epochs` is in order.
 */
export function keptEpochs(epochs: readonly number[], best: number | null, most: number): number[] {
  const newest = epochs[epochs.length - 1]
  let stride = 1
  while (Math.ceil(newest / stride) + 2 > most) stride *= 2
  return epochs.filter((epoch) => (epoch - 1) % stride === 0 || epoch === newest || epoch === best)
}

/**
 * Which of many values stay so that the curve keeps its shape: in each of about `count` / 2 groups of neighbours the
 * least and the greatest, in order; values that are not finite count as neither. First and last always stay.
 */
export function thinnedPlaces(values: ArrayLike<number>, count: number): number[] {
  const { length } = values
  if (length <= count) return Array.from({ length }, (_, index) => index)
  const places = new Set([0, length - 1])
  const groups = Math.max(1, Math.floor(count / 2) - 1)
  for (let group = 0; group < groups; group += 1) {
    const start = Math.floor((group * length) / groups)
    const end = Math.floor(((group + 1) * length) / groups)
    let least = start
    let greatest = start
    for (let place = start; place < end; place += 1) {
      if (!(values[least] <= values[place])) least = place
      if (!(values[greatest] >= values[place])) greatest = place
    }
    places.add(least).add(greatest)
  }
  return [...places].sort((a, b) => a - b)
}
