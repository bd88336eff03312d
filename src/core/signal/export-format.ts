/** How a signal may be written. Knows nothing of files. */
import type { SampleCoding } from './import-choices'

export const exportCodings = [
  'int16',
  'int24',
  'int32',
  'float32',
  'float64'
] as const satisfies readonly SampleCoding[]
export type ExportCoding = (typeof exportCodings)[number]

/** A decimal comma brings semicolons between the columns. */
export type ExportFormat =
  { readonly kind: 'wav'; readonly coding: ExportCoding } | { readonly kind: 'csv'; readonly decimal: '.' | ',' }

/**
 * A cell of a heading that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front,
 * which spreadsheets show as plain text.
 */
export function guardedCell(text: string): string {
  return /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

/** As a cell between `delimiter`s. */
export function quotedCell(text: string, delimiter: string): string {
  const guarded = guardedCell(text)
  return guarded.includes(delimiter) || /[",;\n\r#%]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
