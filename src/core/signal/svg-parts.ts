/** What still pictures are made of: axes with round numbers, lines and text as SVG. Knows nothing of signals. */

export interface Range {
  readonly low: number
  readonly high: number
}

export const fontSize = 12
/** Wider than the letters of any usual sans-serif font are on average, so that what fits here fits there. */
export const letterWidth = 6.9

export const background = '#fdfdfc'
export const laneBackground = '#f6f7f7'
export const gridColour = '#e3e5e6'
export const zeroColour = '#bfc4c7'
export const textColour = '#2b3033'
export const quietColour = '#667075'

export interface Tick {
  readonly value: number
  readonly label: string
}

/** Values 1, 2 or 5 times a power of ten apart, the closest whose labels keep the room they need on `pixels`. */
export function ticksOf(range: Range, roomOf: (labels: readonly string[]) => number, pixels: number): Tick[] {
  const span = range.high - range.low
  for (let exponent = Math.floor(Math.log10(span)) - 3; ; exponent += 1) {
    for (const factor of [1, 2, 5]) {
      // 3 * 1e-1 is 0.30000000000000004; 3 / 1e1 is not.
      const multiple = (index: number) =>
        exponent < 0 ? (index * factor) / 10 ** -exponent : index * factor * 10 ** exponent
      const [first, last] = [Math.ceil(range.low / multiple(1)), Math.floor(range.high / multiple(1))]
      if (last - first > pixels) continue
      const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => multiple(first + index))
      const ticks = values.map((value) => ({ value: value === 0 ? 0 : value, label: labelOf(value, exponent, range) }))
      const distance = (multiple(1) / span) * pixels
      if (ticks.length < 2 || roomOf(ticks.map(({ label }) => label)) <= distance) return ticks
    }
  }
}

/** All labels of an axis have the same number of digits after the point. */
function labelOf(value: number, exponent: number, range: Range): string {
  const largest = Math.max(Math.abs(range.low), Math.abs(range.high))
  const magnitude = Math.floor(Math.log10(largest))
  const plain = exponent >= -5 && magnitude < 6
  const digits = plain ? value.toFixed(Math.max(0, -exponent)) : exponential(value, exponent)
  return digits.replaceAll('-', '\u2212')
}

function exponential(value: number, exponent: number): string {
  if (value === 0) return '0'
  return value.toExponential(Math.max(0, Math.floor(Math.log10(Math.abs(value)) + 1e-9) - exponent)).replace('e+', 'e')
}

export function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(content)}</text>`
}

export function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${colour}"/>`
}

export function round(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** Text for XML: marks escaped, characters that XML forbids replaced. */
export function escape(content: string): string {
  return (
    content
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/gu, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}
