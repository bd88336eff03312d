/** Places near a place that a cursor may prefer: the nearest sample, peak or zero crossing. Knows nothing of screens. */
import type { Samples } from '../units'

export interface Stretch {
  readonly samples: Float32Array
  /** Which sample of the record the first one is. */
  readonly startSample: Samples
}

/** The nearest sample. */
export function nearestSample(place: number): number {
  return Math.round(place)
}

/** The most prominent local extreme within `reach` of the place; undefined if there is none. */
export function nearestPeak({ samples, startSample }: Stretch, place: number, reach: Samples): number | undefined {
  const from = Math.max(1, Math.ceil(place - reach - startSample))
  const to = Math.min(samples.length - 2, Math.floor(place + reach - startSample))
  let [least, greatest] = [Infinity, -Infinity]
  for (let n = from - 1; n <= to + 1; n += 1) {
    if (samples[n] < least) least = samples[n]
    if (samples[n] > greatest) greatest = samples[n]
  }
  const middle = (least + greatest) / 2
  let best: number | undefined
  for (let n = from; n <= to; n += 1) {
    const isTop = samples[n] >= samples[n - 1] && samples[n] > samples[n + 1]
    const isBottom = samples[n] <= samples[n - 1] && samples[n] < samples[n + 1]
    if (!isTop && !isBottom) continue
    if (best === undefined || Math.abs(samples[n] - middle) > Math.abs(samples[best] - middle)) best = n
  }
  return best === undefined ? undefined : startSample + best
}

/** The nearest crossing of zero within `reach`, between two samples by a straight line; undefined if there is none. */
export function nearestZeroCrossing(
  { samples, startSample }: Stretch,
  place: number,
  reach: Samples
): number | undefined {
  const from = Math.max(0, Math.floor(place - reach - startSample))
  const to = Math.min(samples.length - 2, Math.ceil(place + reach - startSample))
  let best: number | undefined
  for (let n = from; n <= to; n += 1) {
    const [one, next] = [samples[n], samples[n + 1]]
    if (!(one <= 0 && next > 0) && !(one >= 0 && next < 0)) continue
    const crossing = startSample + n + one / (one - next)
    if (Math.abs(crossing - place) > reach) continue
    if (best === undefined || Math.abs(crossing - place) < Math.abs(best - place)) best = crossing
  }
  return best
}
