/** Ticks of the time axis in 1-2-5 steps, labelled with the place in the record, also across the seam of a loop. */
import { formatTime } from '../format'

export interface TimeTick {
  /** Seconds since the stream's origin. */
  readonly at: number
  readonly label: string
}

export interface TimeTicks {
  readonly ticks: readonly TimeTick[]
  /** Where one pass of the record ends and the next begins. */
  readonly seams: readonly number[]
}

/** The least 1-2-5 step that puts at most `most` ticks into `span`. */
export function tickStep(span: number, most: number): number {
  const rough = span / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough) + 1e-9)
  for (const digit of [1, 2, 5]) if (digit * power >= rough * (1 - 1e-9)) return digit * power
  return 10 * power
}

/** Ticks between `start` and `end` seconds; a record of `duration` seconds repeats if `loop` is on. */
export function timeTicks(
  span: { start: number; end: number; duration: number; loop: boolean },
  most: number
): TimeTicks {
  const { start, end, loop } = span
  const step = tickStep(end - start, most)
  const duration = loop && span.duration > 0 ? span.duration : Infinity
  const firstPass = Number.isFinite(duration) ? Math.floor(start / duration + 1e-9) : 0
  const lastPass = Number.isFinite(duration) ? Math.ceil(end / duration - 1e-9) - 1 : 0
  const ticks: TimeTick[] = []
  const seams: number[] = []
  for (let pass = firstPass; pass <= lastPass; pass += 1) {
    const origin = Number.isFinite(duration) ? pass * duration : 0
    if (origin > start && pass > firstPass) seams.push(origin)
    // Only what repeats begins anew at 0; times before a trigger are negative.
    const from = Number.isFinite(duration) ? Math.max(0, start - origin) : start
    const to = Math.min(duration, end - origin)
    for (let index = Math.ceil(from / step - 1e-6); index * step <= to + step * 1e-6; index += 1) {
      const place = index * step
      // The next pass's 0 stands at this pass's end: two labels would collide there.
      if (duration - place < step * 0.6 && pass < lastPass) continue
      ticks.push({ at: origin + place, label: formatTime(place, step) })
    }
  }
  return { ticks, seams }
}
