/**
 * The amplitude axis of a lane: chosen by itself from the curve, or held by the user. Gain goes in 1-2-5 steps. Pure.
 */
export interface ValueWindow {
  readonly low: number
  readonly high: number
}

/** Half the height of the axis goes in these steps. */
const digits = [1, 2, 5]

export function symmetrical(limit: number): ValueWindow {
  return { low: -limit, high: limit }
}

/** One step finer (-1) or coarser (+1) on the 1-2-5 ladder, about the middle. */
export function steppedWindow({ low, high }: ValueWindow, direction: -1 | 1): ValueWindow {
  const middle = (low + high) / 2
  const half = neighbour((high - low) / 2, direction)
  return { low: middle - half, high: middle + half }
}

export function scaledWindow({ low, high }: ValueWindow, factor: number): ValueWindow {
  const middle = (low + high) / 2
  const half = ((high - low) / 2) * factor
  return half > 1e-12 && half < 1e12 ? { low: middle - half, high: middle + half } : { low, high }
}

export function movedWindow({ low, high }: ValueWindow, by: number): ValueWindow {
  return { low: low + by, high: high + by }
}

function neighbour(value: number, direction: -1 | 1): number {
  const power = Math.floor(Math.log10(value))
  const steps = [power - 1, power, power + 1].flatMap((exponent) =>
    digits.map((digit) => Number((digit * 10 ** exponent).toPrecision(1)))
  )
  const next =
    direction > 0 ? steps.find((step) => step > value * 1.001) : steps.filter((step) => step < value * 0.999).at(-1)
  return next ?? value
}
