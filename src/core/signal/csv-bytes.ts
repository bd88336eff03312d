/** The bytes that mean something in a table. */
export const ascii = {
  lineFeed: 10,
  carriageReturn: 13,
  blank: 32,
  quote: 34,
  hash: 35,
  percent: 37,
  zero: 48,
  nine: 57
} as const
