/** An axis of frequency, linear or logarithmic, as places from 0 to 1. The same for the laboratory and for the screen. */
import type { Hertz } from '../units'

export interface FrequencyAxis {
  readonly lowHz: Hertz
  readonly highHz: Hertz
  readonly scale: 'linear' | 'log'
}

/** 0 at lowHz, 1 at highHz; beyond them outside 0 to 1. */
export function placeOfFrequency(frequencyHz: Hertz, { lowHz, highHz, scale }: FrequencyAxis): number {
  if (scale === 'linear') return (frequencyHz - lowHz) / (highHz - lowHz)
  return Math.log(Math.max(frequencyHz, Number.MIN_VALUE) / lowHz) / Math.log(highHz / lowHz)
}

export function frequencyAtPlace(place: number, { lowHz, highHz, scale }: FrequencyAxis): Hertz {
  return scale === 'linear' ? lowHz + place * (highHz - lowHz) : lowHz * (highHz / lowHz) ** place
}

/** Throws RangeError for an axis that has no length, or a logarithmic one that would begin at zero. */
export function checkFrequencyAxis({ lowHz, highHz, scale }: FrequencyAxis): void {
  if (!(highHz > lowHz) || !(lowHz >= 0) || !Number.isFinite(highHz)) {
    throw new RangeError(`Expected an axis from a lower to a higher frequency. Received: ${lowHz} to ${highHz} Hz.`)
  }
  if (scale === 'log' && lowHz === 0) {
    throw new RangeError('A logarithmic axis of frequency begins above zero. Received: 0 Hz.')
  }
}
