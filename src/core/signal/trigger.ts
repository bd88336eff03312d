/**
 * Finds where a signal crosses a level, as the trigger of an oscilloscope does: exactly, by interpolation between two
 * samples; on one slope; not twice in the noise about the level; and not again until the hold-off is over. Knows
 * nothing of screens.
 */
import type { Samples } from '../units'

export interface TriggerOptions {
  readonly level: number
  readonly slope: 'rising' | 'falling'
  /** How far the signal must have been on the other side of the level before a crossing counts. */
  readonly hysteresis: number
}

/**
 * Places of the crossings in `samples`, counted from the first, between two samples where the straight line between
 * them meets the level. A gap (NaN) disarms the trigger.
 */
export function findTriggers(samples: Float32Array, { level, slope, hysteresis }: TriggerOptions): number[] {
  const direction = slope === 'rising' ? 1 : -1
  const places: number[] = []
  let armed = false
  let previous = NaN
  for (let n = 0; n < samples.length; n += 1) {
    // Above zero is beyond the level in the direction of the slope.
    const height = direction * (samples[n] - level)
    if (height !== height) armed = false
    else if (height < 0) armed ||= height < -hysteresis || hysteresis === 0
    else if (armed) {
      armed = false
      places.push(n - height / (height - previous))
    }
    previous = height
  }
  return places
}

/** The places that count: the first one at or after `from`, and each one that is `holdOff` or more behind the one before. */
export function afterHoldOff(places: readonly number[], from: number, holdOff: Samples): number[] {
  const kept: number[] = []
  let next = from
  for (const place of places) {
    if (place < next) continue
    kept.push(place)
    next = place + holdOff
  }
  return kept
}
