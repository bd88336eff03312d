/** What a process said before it ended, from the end of its error output. Knows nothing of Electron. */

const memoryWords = /out of memory|bad_alloc|cannot allocate memory/i

/** The line that tells of memory, behind which traces may stand, or else the newest line with text; at most 300 letters. */
export function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim())
  const line = lines.filter(tellsOfMemory).at(-1) ?? lines.at(-1) ?? ''
  return line.trim().slice(0, 300)
}

/** Whether a process ended because there was no memory left, which the system calls a crash. */
export function tellsOfMemory(words: string): boolean {
  return memoryWords.test(words)
}
