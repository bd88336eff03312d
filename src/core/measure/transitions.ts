/** Where a trace goes from below to above and back, between samples. Knows nothing of units: places count samples. */

export interface RestLevels {
  readonly base: number
  readonly top: number
}

export interface Transition {
  readonly rises: boolean
  /** Where the middle level is crossed. */
  readonly at: number
  /** From 10 to 90 % of the swing, or back; undefined where the trace turns before it. */
  readonly duration: number | undefined
}

/** The trace must pass the middle by this share of the swing to either side: noise there counts once. */
const hysteresis = 0.1
/** Levels between which the time of a rise or fall is taken. */
const near = 0.1
const far = 0.9

/** In order of place; they rise and fall in turn. Samples that are not finite break nothing: they are passed over. */
export function transitionsOf(samples: Float32Array, { base, top }: RestLevels): Transition[] {
  const swing = top - base
  if (!(swing > 0)) return []
  const level = (share: number) => base + share * swing
  const crossings = middleCrossings(samples, level(0.5), hysteresis * swing)
  return crossings.map(({ at, rises }, index) => {
    const before = index === 0 ? 0 : crossings[index - 1].at
    const after = index === crossings.length - 1 ? samples.length - 1 : crossings[index + 1].at
    const [first, last] = rises ? [level(near), level(far)] : [level(far), level(near)]
    const left = lastCrossing(samples, { from: at, to: before, level: first, below: rises })
    const right = firstCrossing(samples, { from: at, to: after, level: last, below: rises })
    return { rises, at, duration: left === undefined || right === undefined ? undefined : right - left }
  })
}

/** Crossings of `middle` that go on beyond it by `margin`; of several in one passage, the middle of first and last. */
function middleCrossings(samples: Float32Array, middle: number, margin: number): { at: number; rises: boolean }[] {
  const found: { at: number; rises: boolean }[] = []
  let side = 0
  let [first, last] = [NaN, NaN]
  let previous = NaN
  for (let n = 0; n < samples.length; n += 1) {
    const value = samples[n] - middle
    if (!Number.isFinite(value)) continue
    // A sample on the middle belongs to the side that comes.
    if ((previous < 0 && value >= 0) || (previous >= 0 && value < 0)) {
      last = n - value / (value - previous)
      if (Number.isNaN(first)) first = last
    }
    const now = value > margin ? 1 : value < -margin ? -1 : 0
    if (now !== 0) {
      if (side !== 0 && now !== side) found.push({ at: (first + last) / 2, rises: now > 0 })
      side = now
      first = last = NaN
    }
    previous = value
  }
  return found
}

interface Search {
  readonly from: number
  readonly to: number
  readonly level: number
  /** Whether the trace is below the level before the crossing, in rising order of time. */
  readonly below: boolean
}

function lastCrossing(samples: Float32Array, { from, to, level, below }: Search): number | undefined {
  for (let n = Math.floor(from); n >= Math.max(0, Math.ceil(to)); n -= 1) {
    const isBefore = below ? samples[n] <= level : samples[n] >= level
    if (isBefore) return n + crossingShare(samples, n, level)
  }
  return undefined
}

function firstCrossing(samples: Float32Array, { from, to, level, below }: Search): number | undefined {
  for (let n = Math.ceil(from); n <= Math.min(samples.length - 1, Math.floor(to)); n += 1) {
    const isAfter = below ? samples[n] >= level : samples[n] <= level
    if (isAfter) return n === 0 ? 0 : n - 1 + crossingShare(samples, n - 1, level)
  }
  return undefined
}

/** How far between samples n and n + 1 the level is crossed, on the straight line. */
function crossingShare(samples: Float32Array, n: number, level: number): number {
  const step = samples[n + 1] - samples[n]
  return step === 0 || !Number.isFinite(step) ? 0 : (level - samples[n]) / step
}

export interface Cycles {
  /** Samples from one rise to the next; undefined with fewer than two. */
  readonly period: number | undefined
  /** Samples above the middle. */
  readonly width: number | undefined
  readonly riseTime: number | undefined
  readonly fallTime: number | undefined
  /** Share of a cycle above the middle, over whole cycles. */
  readonly duty: number | undefined
}

/** Means over all cycles of a trace. */
export function cyclesOf(transitions: readonly Transition[]): Cycles {
  const rises = transitions.filter(({ rises }) => rises)
  const falls = transitions.filter(({ rises }) => !rises)
  const widths: number[] = []
  const duties: number[] = []
  transitions.forEach((transition, index) => {
    const [fall, rise] = [transitions[index + 1], transitions[index + 2]]
    if (!transition.rises || !fall) return
    widths.push(fall.at - transition.at)
    if (rise) duties.push((fall.at - transition.at) / (rise.at - transition.at))
  })
  // Without two rises two falls tell the period as well.
  const [marks] = [rises, falls].filter((list) => list.length >= 2)
  return {
    period: marks && (marks[marks.length - 1].at - marks[0].at) / (marks.length - 1),
    width: meanOf(widths),
    riseTime: meanOf(rises.flatMap(({ duration }) => duration ?? [])),
    fallTime: meanOf(falls.flatMap(({ duration }) => duration ?? [])),
    duty: meanOf(duties)
  }
}

/** The cycle about a place, from rise to rise; undefined where there is none. Whole samples, the end left out. */
export function cycleAt(transitions: readonly Transition[], place: number): { start: number; end: number } | undefined {
  const rises = transitions.filter(({ rises }) => rises)
  const next = rises.findIndex(({ at }) => at > place)
  if (next < 1) return undefined
  return { start: Math.ceil(rises[next - 1].at), end: Math.ceil(rises[next].at) }
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}
