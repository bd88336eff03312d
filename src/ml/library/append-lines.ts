/**
 * Add lines to the end of a text file. A power cut can leave the last line in pieces, never an earlier one: whoever reads
 * passes over a last line that is not whole.
 */
import { open } from 'node:fs/promises'

/** Throws the system's error, with its `code`. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8')
  const file = await open(path, 'a')
  try {
    for (let offset = 0; offset < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset)
      offset += bytesWritten
    }
    await file.datasync()
  } finally {
    await file.close()
  }
}
