/** What a process said before it ended, from the end of its error output. Knows nothing of Electron. */

const memoryWords = /out of memory|bad_alloc|cannot allocate memory/i

const errorWords = /^\s*(Uncaught )?\w*Error\b.*:/
/** What TensorFlow says of itself when it starts. */
const remark = /^(WARNING: All log messages|[IW]\d{4} )/
/** Chromium's, before what it says: process, time, level and place. */
const place = /^\[[\w/.:]+:(ERROR|FATAL):[\w.]+\(\d+\)\] /

/**
 * The line that tells of memory or of an error, behind which traces may stand, or else the newest line with text; at most
 * 300 letters.
 */
export function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() && !remark.test(line))
  const newest = (words: RegExp) => lines.filter((line) => words.test(line)).at(-1)
  const line = newest(memoryWords) ?? newest(errorWords) ?? lines.at(-1) ?? ''
  return line.trim().replace(place, '').slice(0, 300)
}

/** Whether a process ended because there was no memory left, which the system calls a crash. */
export function tellsOfMemory(words: string): boolean {
  return memoryWords.test(words)
}
