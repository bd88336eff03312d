/** A cell to a number, in the ways people write them. Knows nothing of rows. */

export type Decimal = '.' | ','

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
