/** Learning-rate schedules as pure functions of the step. */

export type Schedule = 'constant' | 'one-cycle'

/**
 * The rate at `step` (from 0) of `stepCount`. One cycle (Smith & Topin 2018, as in PyTorch's OneCycleLR): a cosine from
 * a 25th of the peak up to it over the first tenth, then down to a 250,000th.
 */
export function learningRateAt(given: { schedule: Schedule; peak: number; step: number; stepCount: number }): number {
  const { schedule, peak, step, stepCount } = given
  if (schedule === 'constant') return peak
  const top = 0.1 * stepCount - 1
  const last = stepCount - 1
  if (step <= top) return cosine(peak / 25, peak, step / top)
  return cosine(peak, peak / 250_000, (step - top) / (last - top))
}

function cosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (Math.cos(Math.PI * Math.min(1, Math.max(0, share))) + 1)
}
