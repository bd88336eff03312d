/** Option values from text, each with its range and a sentence that says what came. */
import { UsageError } from './command'

export interface NumberRange {
  readonly low: number
  readonly high: number
  readonly integer?: boolean
}

/** Throws UsageError naming the option, the range and what came. */
export function parseNumber(name: string, text: string, { low, high, integer = false }: NumberRange): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (!(value >= low && value <= high) || (integer && !Number.isInteger(value))) {
    throw new UsageError(
      `--${name}: expected ${integer ? 'a whole number' : 'a number'} from ${low} to ${high}. Received: ${text}`
    )
  }
  return value
}

/** "1,3,5,7" -> [1, 3, 5, 7]. Throws UsageError. */
export function parseFrequencies(name: string, text: string): number[] {
  const frequencies = text.split(',').map((part) => parseNumber(name, part, { low: 1e-6, high: 1e7 }))
  if (frequencies.length > 16)
    throw new UsageError(`--${name}: expected at most 16 frequencies. Received: ${frequencies.length}`)
  return frequencies
}

/** One of `options`, or a UsageError that lists them. */
export function parseChoice<T extends string>(name: string, text: string, options: readonly T[]): T {
  const found = options.find((option) => option === text)
  if (found === undefined) throw new UsageError(`--${name}: expected one of ${options.join(', ')}. Received: ${text}`)
  return found
}

/** A name for a required option that was not given. Throws UsageError. */
export function required(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${name} is needed`)
  return value
}

export const seedRange: NumberRange = { low: 0, high: 0xffffffff, integer: true }
