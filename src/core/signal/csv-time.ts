/** The sample rate behind a column of time stamps. Knows nothing of files. */
import type { Hertz, Seconds } from '../units'

/** The unit of a column by its name: "Time (ms)", "t [us]", "time_ms", "Zeit/s"; undefined if it is not a time. */
export function timeUnitOf(name: string, unit = ''): Seconds | undefined {
  const match =
    /^(?:(time|timestamp|zeit|temps|tiempo|tempo|t|sec(?:ond)?s?|x-axis)(?=$|[\s_([/\-.,:])|(?=(?:ms|us|µs|ns|s)$))(.*)$/i.exec(
      name.normalize('NFKC').trim()
    )
  if (!match) return undefined
  const told = `${match[2]} ${unit}`
    .normalize('NFKC')
    .replace(/μ/g, 'u')
    .replace(/[^a-zµ]+/gi, ' ')
    .trim()
    .toLowerCase()
  const found = told
    .split(' ')
    .map((word) => unitSeconds.get(word.replace('µ', 'u')))
    .find((seconds) => seconds !== undefined)
  return found ?? 1
}

export interface TimeAxis {
  /** 1 if the stamps do not tell. */
  readonly sampleRate: Hertz
  readonly warnings: readonly string[]
}

/** Stamps to a rate; NaN stamps are passed over. `lineOf` names the line of a sample for the warnings. */
export function readTimeAxis(stamps: Float64Array, unit: Seconds, lineOf: (sample: number) => number): TimeAxis {
  const steps = stamps.subarray(1).map((stamp, n) => stamp - stamps[n])
  const known = steps.filter((step) => Number.isFinite(step)).sort()
  const median = known[known.length >> 1]
  if (!(median > 0)) {
    return { sampleRate: 1, warnings: ['The time column does not increase; a sample rate of 1 Hz was assumed.'] }
  }
  const warnings: string[] = []
  const backward = places(steps, (step) => step <= 0)
  const uneven = places(steps, (step) => step > 0 && !isNear(step, median, stamps))
  if (backward.count > 0) {
    warnings.push(
      `The time does not increase at ${backward.count} places, first in line ${lineOf(backward.first + 1)}; the samples were kept in the order of the file.`
    )
  }
  if (uneven.count > 0) {
    warnings.push(
      `${uneven.count} time steps differ by more than 1 % from ${Number((median * unit).toPrecision(6))} s, first in line ${lineOf(uneven.first + 1)}; evenly spaced samples were assumed.`
    )
  }
  // The ends of an even axis tell the step to more digits than one step does.
  const isEven = backward.count + uneven.count === 0 && known.length === steps.length
  const step = isEven ? (stamps[stamps.length - 1] - stamps[0]) / steps.length : median
  return { sampleRate: tidy(1 / (step * unit)), warnings }
}

/** Strictly increasing with even steps, three stamps or more. */
export function isEvenlyIncreasing(stamps: Float64Array): boolean {
  const step = stamps[1] - stamps[0]
  if (!(stamps.length >= 3 && step > 0)) return false
  for (let n = 2; n < stamps.length; n += 1) if (!isNear(stamps[n] - stamps[n - 1], step, stamps)) return false
  return true
}

/** Seconds since 1970 told in a smaller unit, by their size; 1 for anything else. */
export function epochUnit(stamp: number): Seconds {
  if (stamp > 1e17) return 1e-9
  if (stamp > 1e14) return 1e-6
  return stamp > 1e11 ? 1e-3 : 1
}

const unitSeconds = new Map<string, Seconds>([
  ['s', 1],
  ['sec', 1],
  ['secs', 1],
  ['second', 1],
  ['seconds', 1],
  ['ms', 1e-3],
  ['msec', 1e-3],
  ['us', 1e-6],
  ['usec', 1e-6],
  ['ns', 1e-9],
  ['min', 60],
  ['minutes', 60],
  ['h', 3600],
  ['hours', 3600]
])

/** Within 1 %, or within what two doubles of this size can tell. */
function isNear(step: number, usual: number, stamps: Float64Array): boolean {
  const largest = Math.max(Math.abs(stamps[0]), Math.abs(stamps[stamps.length - 1]))
  return Math.abs(step - usual) <= Math.max(0.01 * usual, 4 * Number.EPSILON * largest)
}

function places(steps: Float64Array, isMeant: (step: number) => boolean): { count: number; first: number } {
  let count = 0
  let first = -1
  for (let n = 0; n < steps.length; n += 1) {
    if (!isMeant(steps[n])) continue
    if (count === 0) first = n
    count += 1
  }
  return { count, first }
}

/** A rate or a period that is a whole number but for rounding is that number. */
function tidy(rate: Hertz): Hertz {
  const whole = rate >= 1 ? Math.round(rate) : 1 / Math.round(1 / rate)
  return Math.abs(rate - whole) < 1e-6 * rate ? whole : Number(rate.toPrecision(12))
}
