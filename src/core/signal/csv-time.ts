/** The sample rate behind a column of time stamps, and what is wrong with them. Knows nothing of files. */
import type { Hertz, Samples, Seconds } from '../units'
import { blockRows } from './column-store'
import type { TimeFault, TimeSteps, TimeUnit } from './import-choices'

/** The unit of a column by its name: "Time (ms)", "t [us]", "time_ms", "Zeit/s"; undefined if it is not a time. */
export function timeUnitOf(name: string, unit = ''): TimeUnit | undefined {
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
    .map((word) => unitWords.get(word.replace('µ', 'u')))
    .find((known) => known !== undefined)
  return found ?? 's'
}

/** Seconds of one unit; a date-time is kept in seconds, and a sample lasts as long as the rate says. */
export function secondsOf(unit: TimeUnit, sampleRate: Hertz | null): Seconds {
  switch (unit) {
    case 's':
    case 'date-time':
      return 1
    case 'ms':
      return 1e-3
    case 'us':
      return 1e-6
    case 'ns':
      return 1e-9
    case 'min':
      return 60
    case 'h':
      return 3600
    case 'samples':
      return 1 / (sampleRate ?? 1)
  }
}

/** Stamps by pieces: at most `count` from `start` on. */
export type ReadStamps = (start: Samples, count: Samples) => Float64Array

export interface TimeAxis {
  /** 1 if the stamps do not tell. */
  readonly sampleRate: Hertz
  /** The usual step in the unit of the stamps; 0 if they do not increase. */
  readonly step: number
  /** Of the faults, jitter aside, the samples with which something new begins. */
  readonly breaks: readonly Samples[]
  readonly steps: TimeSteps
  readonly isEven: boolean
}

/** Steps that are kept to find the usual one. */
const mostSteps = 2 ** 20
/** Places where a long record may be split. */
const mostBreaks = 10_000
/** A longer step is a gap, a shorter one jitter. */
const gapSteps = 1.5
const histogramBins = 24

/**
 * Stamps to a rate, passing over NaN. `lineOf` names the line of a sample. A generator, so that a long column can be
 * read in slices: it yields after each, and returns what was found.
 */
export function* readTimeAxis(
  read: ReadStamps,
  count: Samples,
  unit: Seconds,
  lineOf: (sample: Samples) => number
): Generator<void, TimeAxis> {
  const looked = yield* lookAt(read, count)
  const { median, largest } = looked
  if (!(median > 0)) {
    const steps = emptySteps(looked.stepCount)
    return { sampleRate: 1, step: 0, breaks: [], steps, isEven: false }
  }
  const rounding = yield* roundingOf(read, count, looked)
  const tolerance = Math.max(0.01 * median, 4 * Number.EPSILON * largest, 1.01 * rounding)
  const histogram = new Histogram(looked, median)
  const faults = new Map<TimeFault['kind'], TimeFault>()
  const breaks: Samples[] = []
  const note = (kind: TimeFault['kind'], sample: Samples) => {
    const known = faults.get(kind)
    faults.set(kind, { kind, count: (known?.count ?? 0) + 1, firstLine: known?.firstLine ?? lineOf(sample) })
  }
  let before = NaN
  for (let start = 0; start < count; start += blockRows) {
    const stamps = read(start, blockRows)
    for (let n = 0; n < stamps.length; n += 1) {
      const step = stamps[n] - before
      before = stamps[n]
      if (step !== step) {
        if (!Number.isFinite(stamps[n])) note('missing', start + n)
        continue
      }
      histogram.add(step)
      if (Math.abs(step - median) <= tolerance) continue
      const kind = step < 0 ? 'backward' : step === 0 ? 'duplicate' : step > gapSteps * median ? 'gap' : 'jitter'
      note(kind, start + n)
      if ((kind === 'gap' || kind === 'backward') && breaks.length < mostBreaks) breaks.push(start + n)
    }
    yield
  }
  const isEven = faults.size === 0
  // The ends of an even axis tell the step to more digits than one step does.
  const span = isEven && count > 1 ? read(count - 1, 1)[0] - read(0, 1)[0] : median
  const stepCount = isEven && count > 1 ? count - 1 : 1
  const rate = stepCount / (span * unit)
  const sampleRate = rounding > 0 && isEven ? roundest(rate, rounding / span) : tidy(rate)
  const steps: TimeSteps = {
    count: looked.stepCount,
    medianSeconds: median * unit,
    leastSeconds: looked.least * unit,
    greatestSeconds: looked.greatest * unit,
    edgesSeconds: histogram.edges.map((edge) => edge * unit),
    counts: [...histogram.counts],
    faults: faultOrder.flatMap((kind) => faults.get(kind) ?? [])
  }
  // A whole rate tells the step to more digits than the difference of two stamps.
  return { sampleRate, step: 1 / (sampleRate * unit), breaks, steps, isEven }
}

const faultOrder = ['backward', 'duplicate', 'gap', 'jitter', 'missing'] as const

/** Strictly increasing with even steps, three stamps or more. */
export function isEvenlyIncreasing(stamps: ArrayLike<number>): boolean {
  const step = stamps[1] - stamps[0]
  if (!(stamps.length >= 3 && step > 0)) return false
  const largest = Math.max(Math.abs(stamps[0]), Math.abs(stamps[stamps.length - 1]))
  const tolerance = Math.max(0.01 * step, 4 * Number.EPSILON * largest)
  for (let n = 2; n < stamps.length; n += 1) {
    if (!(Math.abs(stamps[n] - stamps[n - 1] - step) <= tolerance)) return false
  }
  return true
}

/** Seconds since 1970 told in a smaller unit, by their size; seconds for anything else. */
export function epochUnit(stamp: number): TimeUnit {
  if (stamp > 1e17) return 'ns'
  if (stamp > 1e14) return 'us'
  return stamp > 1e11 ? 'ms' : 's'
}

const unitWords = new Map<string, TimeUnit>([
  ['s', 's'],
  ['sec', 's'],
  ['secs', 's'],
  ['second', 's'],
  ['seconds', 's'],
  ['ms', 'ms'],
  ['msec', 'ms'],
  ['us', 'us'],
  ['usec', 'us'],
  ['ns', 'ns'],
  ['nsec', 'ns'],
  ['min', 'min'],
  ['minutes', 'min'],
  ['h', 'h'],
  ['hours', 'h']
])

interface Looked {
  readonly median: number
  readonly least: number
  readonly greatest: number
  readonly leastPositive: number
  readonly stepCount: number
  /** The size of the stamps at both ends: how many digits are left for a step. */
  readonly largest: number
}

/**
 * Stamps of an even time that were rounded: their steps take two values one unit of the last digit apart, and no stamp
 * is off the straight line by more than that unit. That unit, or 0 if the time is even to more digits or not even.
 */
function* roundingOf(
  read: ReadStamps,
  count: Samples,
  { least, greatest, median, largest }: Looked
): Generator<void, number> {
  const unit = greatest - least
  if (!(count > 3 && least > 0 && unit > 16 * Number.EPSILON * largest && unit <= 0.6 * median)) return 0
  const first = read(0, 1)[0]
  const step = (read(count - 1, 1)[0] - first) / (count - 1)
  let before = NaN
  for (let start = 0; start < count; start += blockRows) {
    const stamps = read(start, blockRows)
    for (let n = 0; n < stamps.length; n += 1) {
      const own = stamps[n] - before
      before = stamps[n]
      if (start + n === 0) continue
      const off = Math.min(Math.abs(own - least), Math.abs(own - greatest))
      const line = Math.abs(stamps[n] - first - (start + n) * step)
      // Neither holds for NaN.
      if (!(off <= 0.01 * unit && line <= 1.01 * unit)) return 0
    }
    yield
  }
  return unit
}

/** The rate of the fewest digits among those that stamps of this relative precision allow. */
function roundest(rate: Hertz, precision: number): Hertz {
  for (let digits = 1; digits < 12; digits += 1) {
    const round = Number(rate.toPrecision(digits))
    if (Math.abs(round - rate) <= precision * rate) return round
  }
  return tidy(rate)
}

/** Of a long column every second, fourth, … step is kept. */
function* lookAt(read: ReadStamps, count: Samples): Generator<void, Looked> {
  const kept: number[] = []
  let stride = 1
  let stepCount = 0
  let least = Infinity
  let greatest = -Infinity
  let leastPositive = Infinity
  let before = NaN
  for (let start = 0; start < count; start += blockRows) {
    const stamps = read(start, blockRows)
    for (let n = 0; n < stamps.length; n += 1) {
      const step = stamps[n] - before
      before = stamps[n]
      if (!Number.isFinite(step)) continue
      if (step < least) least = step
      if (step > greatest) greatest = step
      if (step > 0 && step < leastPositive) leastPositive = step
      if (stepCount % stride === 0) kept.push(step)
      stepCount += 1
    }
    if (kept.length > mostSteps) {
      for (let n = 0; 2 * n < kept.length; n += 1) kept[n] = kept[2 * n]
      kept.length = Math.ceil(kept.length / 2)
      stride *= 2
    }
    yield
  }
  const sorted = Float64Array.from(kept).sort()
  const ends = count > 0 ? [read(0, 1)[0], read(count - 1, 1)[0]] : []
  const largest = ends.reduce((most, stamp) => (Math.abs(stamp) > most ? Math.abs(stamp) : most), 0)
  return { median: sorted[sorted.length >> 1], least, greatest, leastPositive, stepCount, largest }
}

function emptySteps(count: number): TimeSteps {
  return { count, medianSeconds: 0, leastSeconds: 0, greatestSeconds: 0, edgesSeconds: [], counts: [], faults: [] }
}

/** Even bins where the steps lie close together, bins of even ratio where some are many times as long as others. */
class Histogram {
  readonly edges: number[]
  readonly counts: number[]

  constructor({ least, greatest, leastPositive }: Looked, median: number) {
    const margin = 1e-9 * median
    if (greatest - least < 20 * median) {
      const low = Math.min(least, 0.9 * median)
      const high = Math.max(greatest, 1.1 * median) + margin
      this.edges = Array.from({ length: histogramBins + 1 }, (_, n) => low + ((high - low) * n) / histogramBins)
    } else {
      const low = Math.max(leastPositive, 1e-3 * median)
      const ratio = (greatest + margin) / low
      this.edges = Array.from({ length: histogramBins + 1 }, (_, n) => low * ratio ** (n / histogramBins))
      if (least < low) this.edges.unshift(least)
    }
    this.counts = new Array<number>(this.edges.length - 1).fill(0)
  }

  add(step: number): void {
    const { edges, counts } = this
    let low = 0
    let high = counts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (edges[middle] <= step) low = middle
      else high = middle
    }
    counts[low] += 1
  }
}

/** A rate or a period that is a whole number but for rounding is that number. */
function tidy(rate: Hertz): Hertz {
  const whole = rate >= 1 ? Math.round(rate) : 1 / Math.round(1 / rate)
  return Math.abs(rate - whole) < 1e-6 * rate ? whole : Number(rate.toPrecision(12))
}
