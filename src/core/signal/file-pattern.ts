/** What the names of files of one kind have in common. */

/**
 * "log_2026-03-01 (2).CSV" -> "log_# (#).csv": numbers, with what stands between the parts of a date or a time, are one
 * sign. Two recordings of one instrument usually have the same pattern.
 */
export function filePattern(name: string): string {
  return name.toLowerCase().replaceAll(/\d+(?:[-_:.]\d+)*/g, '#')
}
