/** Which of many are beaten by none: better in one figure or in the other. */

/** The items that no other is at least as good as in both figures; `gain` is to be large, `cost` small. */
export function paretoFront<T>(items: readonly T[], of: (item: T) => { gain: number; cost: number }): T[] {
  return items.filter((item) => {
    const own = of(item)
    if (!Number.isFinite(own.gain) || !Number.isFinite(own.cost)) return false
    return !items.some((other) => {
      const { gain, cost } = of(other)
      return gain >= own.gain && cost <= own.cost && (gain > own.gain || cost < own.cost)
    })
  })
}
