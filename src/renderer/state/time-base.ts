/** The 1-2-5 ladder of the time base: how many seconds lie between the scope's left and right edge. */

const ladder: readonly number[] = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 13 }, (_, index) => digit * 10 ** (index - 6)))
  .map((step) => Number(step.toPrecision(1)))
  .sort((a, b) => a - b)

/** Fewer samples than this across the screen show nothing. */
const fewestSamples = 8

/** The steps that make sense for a record: not finer than a few samples, not more than one step beyond its length. */
export function timeBaseSteps(sampleRate: number, durationSeconds: number): readonly number[] {
  const finest = fewestSamples / sampleRate
  const usable = ladder.filter((step) => step >= finest)
  const enough = usable.findIndex((step) => step >= Math.max(durationSeconds, 1))
  return enough < 0 ? usable : usable.slice(0, enough + 1)
}

/** The step that is `direction` places finer (-1) or coarser (+1) than `current`, or the nearest at the ladder's ends. */
export function neighbourStep(steps: readonly number[], current: number, direction: -1 | 1): number {
  const candidates = steps.filter((step) => (direction > 0 ? step > current * 1.001 : step < current * 0.999))
  if (candidates.length === 0) return nearestStep(steps, current)
  return direction > 0 ? candidates[0] : candidates[candidates.length - 1]
}

/** The closest step by ratio. */
export function nearestStep(steps: readonly number[], wanted: number): number {
  return steps.reduce((best, step) => (distance(step, wanted) < distance(best, wanted) ? step : best), steps[0])
}

function distance(a: number, b: number): number {
  return Math.abs(Math.log(a / b))
}
