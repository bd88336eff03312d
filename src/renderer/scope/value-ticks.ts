/** Ticks of an amplitude axis. */
import { tickStep } from './time-ticks'

const pixelsPerTick = 34
/** In a low lane labels may stand so near to each other, if there would be fewer than three. */
const leastPixels = 15
const fewTicks = 3

/** In 1-2-5 steps, as many as there is room for; none so near the edge that two lanes' labels meet. */
export function valueTicks(range: { low: number; high: number }, height: number): number[] {
  const usual = ticksFor(range, height / pixelsPerTick)
  if (usual.length >= fewTicks) return usual
  // Every one of the finer steps is tried, the coarsest first.
  for (let pixels = pixelsPerTick; pixels >= leastPixels; pixels -= 1) {
    const ticks = ticksFor(range, height / pixels)
    if (ticks.length >= fewTicks) return ticks
  }
  return usual
}

function ticksFor({ low, high }: { low: number; high: number }, most: number): number[] {
  const margin = 0.025 * (high - low)
  const step = tickStep(high - low, most)
  const ticks: number[] = []
  for (let index = Math.ceil((low + margin) / step); index * step <= high - margin; index += 1) {
    ticks.push(Number((index * step).toPrecision(6)))
  }
  return ticks
}
