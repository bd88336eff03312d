/** A cell to a number, in the ways people write them. Knows nothing of rows. */
import type { Decimal } from './import-choices'

/** NaN if the cell is not a number. Spaces around, a real minus sign and full-width digits are understood. */
export function parseCell(cell: string, decimal: Decimal): number {
  if (cell.length > longestCell) return NaN
  if (decimal === '.' && plain['.'].test(cell)) return Number(cell)
  return parsePatiently(cell, decimal)
}

/** How sure it is that this is a number: 1, or 0.9 if it needs separators of thousands, or 0. */
export function numberLikeness(cell: string, decimal: Decimal): number {
  if (cell.length > longestCell) return 0
  const text = normalise(cell)
  if (plain[decimal].test(text) || infinite.test(text)) return 1
  return grouped[decimal].test(text) ? 0.9 : 0
}

/** A cell that stands for nothing measured. */
export function isMissing(cell: string): boolean {
  return cell.length <= longestCell && missing.test(cell)
}

/** Where the number that `scanNumber` read ends, blanks behind it included; -1 if there was no plain number. */
export let scanEnd = -1

/**
 * A plain number among bytes, in the bits that `Number` gives for it: blanks, a sign, digits, a decimal sign, digits, an
 * exponent, blanks. Anything else sets `scanEnd` to -1 and is left to `parseCell`. There must be a byte behind it that
 * is no part of a number.
 *
 * Up to 2^53 the digits are a whole number in a double, and so are the powers of ten up to 22: one product or quotient
 * of the two is rounded once, as the number itself would be (Clinger 1990). Everything longer is given to `Number`.
 */
export function scanNumber(bytes: Uint8Array, start: number, decimalCode: number): number {
  let at = start
  let code = bytes[at]
  while (code === 32) code = bytes[++at]
  const first = at
  let isNegative = false
  if (code === 45 || code === 43) {
    isNegative = code === 45
    code = bytes[++at]
  }
  let digits = 0
  let mantissa = 0
  let exponent = 0
  while (code >= 48 && code <= 57) {
    mantissa = mantissa * 10 + (code - 48)
    digits += 1
    code = bytes[++at]
  }
  if (code === decimalCode) {
    code = bytes[++at]
    const fraction = at
    while (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48)
      code = bytes[++at]
    }
    exponent = fraction - at
    digits -= exponent
    // A decimal comma needs digits behind it.
    if (exponent === 0 && decimalCode !== 46) digits = 0
  }
  scanEnd = -1
  if (digits === 0 || at - start > longestCell - 8) return NaN
  if (code === 101 || code === 69) {
    code = bytes[++at]
    const isSmall = code === 45
    if (code === 45 || code === 43) code = bytes[++at]
    const from = at
    let power = 0
    while (code >= 48 && code <= 57) {
      power = power * 10 + (code - 48)
      code = bytes[++at]
    }
    if (at === from || at - from > 6) return NaN
    exponent += isSmall ? -power : power
  }
  const end = at
  while (code === 32) code = bytes[++at]
  if (at - start > longestCell) return NaN
  scanEnd = at
  if (mantissa <= 9007199254740991 && exponent >= -22 && exponent <= 22) {
    const size = exponent < 0 ? mantissa / powers[-exponent] : mantissa * powers[exponent]
    return isNegative ? -size : size
  }
  let text = ''
  for (let n = first; n < end; n += 1) text += bytes[n] === decimalCode ? '.' : String.fromCharCode(bytes[n])
  return Number(text)
}

const powers = Float64Array.from({ length: 23 }, (_, n) => 10 ** n)

/** The shortest of the usual decimals that gives the same 32-bit float again, bit for bit; every NaN is "NaN". */
export function float32ToText(value: number): string {
  if (Object.is(value, -0)) return '-0'
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  for (const digits of [7, 8]) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return String(rounded)
  }
  // Nine digits tell any two 32-bit floats apart.
  return String(Number(value.toPrecision(9)))
}

/** Blanks included; longer ones are text, and patterns are not tried on them. */
const longestCell = 256

// A decimal comma needs digits behind it: "1," is what is left of a list.
const plain = {
  '.': /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i,
  ',': /^\s*[+-]?(\d+(,\d+)?|,\d+)(e[+-]?\d+)?\s*$/i
} as const
// Nobody separates the thousands of 0.
const grouped = {
  '.': /^[+-]?[1-9]\d{0,2}([,' ]\d{3}){1,4}(\.\d*)?$/,
  ',': /^[+-]?[1-9]\d{0,2}([.' ]\d{3}){1,4}(,\d+)?$/
} as const
const infinite = /^[+-]?inf(inity)?$/i
const missing = /^\s*(nan|n\/a|#n\/a|na|null|none|nil|-+|\?)?\s*$/i

function parsePatiently(cell: string, decimal: Decimal): number {
  const text = normalise(cell)
  if (infinite.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  const digits = grouped[decimal].test(text) ? text.replace(decimal === '.' ? /[,' ]/g : /[.' ]/g, '') : text
  return plain[decimal].test(digits) ? Number(digits.replace(',', '.')) : NaN
}

/** Compatibility forms to plain ones (no-break spaces, full-width digits), the minus sign U+2212 to a hyphen. */
function normalise(cell: string): string {
  return cell.normalize('NFKC').replace('\u2212', '-').trim()
}
