/** How a number goes up or down by a key or the wheel. */

/** 1, 2, 5, 10, 20, … and below; never through zero. */
export function oneTwoFive(value: number, direction: -1 | 1): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
  const ladder = [power / 5, power / 2, power, 2 * power, 5 * power, 10 * power, 20 * power]
  const steps = ladder.map((step) => Number(step.toPrecision(1)))
  const found =
    direction > 0 ? steps.find((step) => step > value * 1.001) : steps.filter((step) => step < value * 0.999).at(-1)
  return found ?? value
}

/** By so much, on the grid of that step. */
export function byStep(step: number): (value: number, direction: -1 | 1) => number {
  return (value, direction) => Number((Math.round(value / step + direction) * step).toPrecision(9))
}
