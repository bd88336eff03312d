/**
 * How numbers are written: with a decimal point (1,234.5) or a decimal comma (1.234,5), as the user or the system has it.
 * What reads a mark here is drawn again when the style changes.
 */
import type { Settings } from '../contract/app'

interface Marks {
  readonly decimal: '.' | ','
  readonly group: string
}

const styles: Readonly<Record<'point' | 'comma', Marks>> = {
  point: { decimal: '.', group: ',' },
  comma: { decimal: ',', group: '.' }
}

let marks = $state.raw<Marks>(styles.point)

export function useNumberStyle(style: Settings['numberStyle'], language = navigator.language): void {
  marks = styles[style === 'system' ? styleOf(language) : style]
}

function styleOf(language: string): 'point' | 'comma' {
  const parts = new Intl.NumberFormat(language).formatToParts(1.5)
  return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? 'comma' : 'point'
}

/** "1234.5" with the marks of the style and a true minus sign; groups only where asked for. */
export function writeNumber(text: string, grouped = false): string {
  const { decimal, group } = marks
  const [whole, fraction] = text.replaceAll('-', '−').split('.')
  const digits = grouped ? whole.replace(/\d(?=(\d{3})+$)/g, `$&${group}`) : whole
  return fraction === undefined ? digits : `${digits}${decimal}${fraction}`
}

/**
 * The number that was typed, or undefined. Point and comma are both taken as the decimal mark; a text with both is read
 * by the style's own marks, so that a number that was copied from the screen comes back as it was.
 */
export function readNumber(text: string): number | undefined {
  let plain = text.trim().replaceAll('−', '-').replaceAll(/[\s_]/g, '')
  if (plain.includes('.') && plain.includes(',')) plain = plain.replaceAll(marks.group, '')
  plain = plain.replace(',', '.')
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined
}
