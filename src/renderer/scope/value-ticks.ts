/** Ticks of an amplitude axis that is symmetrical about zero. */

const pixelsPerTick = 34

/** In 1-2-5 steps, as many as there is room for; none so near the edge that two lanes' labels meet. */
export function valueTicks(limit: number, height: number): number[] {
  const power = 10 ** Math.floor(Math.log10(limit))
  const inner = 0.95 * limit
  const steps = [0.1, 0.2, 0.5, 1, 2, 5].map((digit) => digit * power).filter((step) => step <= inner)
  const room = Math.max(1, Math.floor(height / pixelsPerTick / 2))
  const step = steps.find((candidate) => limit / candidate <= room + 1e-9) ?? steps[steps.length - 1]
  const count = Math.floor(inner / step + 1e-9)
  return Array.from({ length: 2 * count + 1 }, (_, index) => Number(((index - count) * step).toPrecision(6)))
}
