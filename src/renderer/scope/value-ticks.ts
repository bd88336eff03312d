/** Ticks of an amplitude axis that is symmetrical about zero. */

const pixelsPerTick = 34

/** In 1-2-5 steps, as many as there is room for; none so near the edge that two lanes' labels meet. */
export function valueTicks(limit: number, height: number): number[] {
  const room = Math.max(1, Math.floor(height / pixelsPerTick / 2))
  const power = 10 ** Math.floor(Math.log10(limit))
  const steps = [0.2, 0.5, 1, 2, 5].map((digit) => digit * power)
  const step = steps.find((candidate) => limit / candidate <= room + 1e-9) ?? limit
  const count = Math.max(1, Math.floor((limit / step) * 0.95))
  return Array.from({ length: 2 * count + 1 }, (_, index) => Number(((index - count) * step).toPrecision(6)))
}
