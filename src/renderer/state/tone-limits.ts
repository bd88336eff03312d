/**
 * Which frequencies a selector may take in a recording, and how what is typed is read. Sentences for people where one
 * may not; knows nothing of the screen.
 */
import { formatFrequency } from '../format'

export const mostTones = 4

export interface ToneLimits {
  readonly sampleRate: number
  readonly durationSeconds: number
}

/** The sentence that says why a selector cannot take `hertz` beside the `others`; undefined if it can. */
export function problemOfTone(
  hertz: number,
  others: readonly number[],
  { sampleRate, durationSeconds }: ToneLimits
): string | undefined {
  const most = sampleRate / 2
  // One period in the record, and one period between two tones: less cannot be told apart by any filter.
  const least = 1 / durationSeconds
  if (!Number.isFinite(hertz) || hertz < least || hertz >= most)
    return `Must be ${formatFrequency(least)} up to below ${formatFrequency(most)}.`
  const near = others.find((other) => Math.abs(other - hertz) < least * (1 - 1e-9))
  if (near === undefined) return undefined
  return near === hertz
    ? `${formatFrequency(hertz)} has a selector already.`
    : `Too close to ${formatFrequency(near)}: this recording tells tones apart from ${formatFrequency(least)} on.`
}

const unitFactors: Record<string, number> = { mhz: 1e-3, hz: 1, khz: 1e3 }

/** "440", "0,5", "1.2 kHz" or "3 k" in Hz; undefined where it is none of these. "mHz" is a thousandth of a hertz. */
export function parseFrequency(text: string): number | undefined {
  const match = /^\s*(\d+(?:[.,]\d*)?|[.,]\d+)(e[+-]?\d+)?\s*(mhz|hz|khz|k)?\s*$/i.exec(text)
  if (!match) return undefined
  const [, digits, exponent = '', unit = 'hz'] = match
  const factor = unit.startsWith('M') ? 1e6 : unitFactors[unit.toLowerCase() === 'k' ? 'khz' : unit.toLowerCase()]
  return Number(digits.replace(',', '.') + exponent) * factor
}

/** A hundredth of the frequency's decade: what an arrow key or a notch of the wheel changes. */
export function stepOfTone(hertz: number): number {
  return 10 ** (Math.floor(Math.log10(Math.max(hertz, 1e-6))) - 2)
}

/** So many steps on, on the grid of the step. */
export function nudgedTone(hertz: number, steps: number): number {
  const step = stepOfTone(hertz)
  return Number(((Math.round(hertz / step) + steps) * step).toPrecision(9))
}

/** As it is put into the field: all digits that matter, no unit. */
export function editableFrequency(hertz: number): string {
  return String(Number(hertz.toPrecision(6)))
}
