/** Ticks and ranges of the axes of a chart, linear or logarithmic, in 1-2-5 steps. Knows nothing of pixels but how many. */

export interface AxisRange {
  readonly low: number
  readonly high: number
}

/** At most `most` multiples of a 1-2-5 step inside the range. */
export function linearTicks({ low, high }: AxisRange, most: number): number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const power = 10 ** Math.floor(Math.log10(span / Math.max(1, most)))
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => span / candidate <= most) ?? 10 * power
  const ticks: number[] = []
  // Adding zero makes no tick a minus zero.
  for (let n = Math.ceil(low / step - 1e-9) + 0; n * step <= high + 1e-9 * step; n += 1)
    ticks.push(Number((n * step).toPrecision(12)))
  return ticks
}

/** 1, 2 and 5 of each decade while there is room, then the decades, then every second one and so on. */
export function logTicks({ low, high }: AxisRange, most: number): number[] {
  const from = Math.floor(Math.log10(low))
  const to = Math.ceil(Math.log10(high))
  const inside = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
  const ticksOf = (digits: readonly number[], every: number) => {
    const ticks: number[] = []
    for (let decade = from; decade <= to; decade += every)
      for (const digit of digits) {
        const value = Number(`${digit}e${decade}`)
        if (inside(value)) ticks.push(value)
      }
    return ticks
  }
  for (const digits of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = ticksOf(digits, 1)
    if (ticks.length <= most) return ticks
  }
  return ticksOf([1], Math.ceil((to - from) / Math.max(1, most)))
}

export interface RangeOptions {
  readonly isLog?: boolean
  /** Share of the span that is left free at both ends of a linear axis. */
  readonly room?: number
}

/** The range that holds all finite values; a single value or none still gives a range. */
export function rangeOf(
  values: Iterable<number | null | undefined>,
  { isLog = false, room = 0.06 }: RangeOptions = {}
): AxisRange {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value) || (isLog && value <= 0)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return isLog ? { low: 1, high: 10 } : { low: 0, high: 1 }
  if (isLog) return low < high ? { low, high } : { low: low / 2, high: high * 2 }
  const margin = high > low ? room * (high - low) : Math.max(1, Math.abs(high) / 10)
  return { low: low - margin, high: high + margin }
}
