/**
 * Samples to the text of a table: a column of time, one column a channel, numbers in digits that give the same bits
 * again. Made in pieces, so that a long signal never is one string. Knows nothing of files.
 */
import type { Hertz, Samples, Seconds } from '../units'
import { float32ToText } from './csv-numbers'
import type { Decimal, Delimiter } from './import-choices'

export interface CsvStyle {
  readonly delimiter: Delimiter
  readonly decimal: Decimal
  readonly timeColumn: boolean
}

export const usualCsvStyle: CsvStyle = { delimiter: ',', decimal: '.', timeColumn: true }

/** 32-bit floats need nine digits at most, doubles seventeen. */
export type Precision = 'float32' | 'float64'

/**
 * Two remarks and the names. A name that a spreadsheet would run as a formula begins with an apostrophe: it is shown as
 * text there, and taken off again when the file is read here.
 */
export function csvHead(
  { sampleRate, channelNames }: { readonly sampleRate: Hertz; readonly channelNames: readonly string[] },
  { delimiter, timeColumn }: CsvStyle,
  precision: Precision
): string {
  const names = channelNames.map((name, channel) => quoted(guarded(name || `channel ${channel + 1}`), delimiter))
  const header = [...(timeColumn ? [quoted('time (s)', delimiter)] : []), ...names].join(delimiter)
  return `# sample_rate=${sampleRate}\n# samples=${precision}\n${header}\n`
}

/** Rows of samples from sample `start` of the signal on; the first sample's time is `startSeconds`. */
export function csvRows(
  channels: readonly (Float32Array | Float64Array)[],
  { start, sampleRate, startSeconds = 0 }: { start: Samples; sampleRate: Hertz; startSeconds?: Seconds },
  { delimiter, decimal, timeColumn }: CsvStyle,
  precision: Precision
): string {
  const lines: string[] = []
  const textOf = precision === 'float32' ? float32ToText : float64ToText
  for (let n = 0; n < channels[0].length; n += 1) {
    let line = timeColumn ? String(startSeconds + (start + n) / sampleRate) : textOf(channels[0][n])
    for (let channel = timeColumn ? 0 : 1; channel < channels.length; channel += 1) {
      line += delimiter + textOf(channels[channel][n])
    }
    lines.push(decimal === ',' ? line.replace(/\./g, ',') : line)
  }
  return `${lines.join('\n')}\n`
}

function float64ToText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function guarded(name: string): string {
  return /^\s*[=+\-@\t\r]/.test(name) ? `'${name}` : name
}

function quoted(name: string, delimiter: Delimiter): string {
  return name.includes(delimiter) || /["\n\r#%]/.test(name) ? `"${name.replace(/"/g, '""')}"` : name
}
