/**
 * Add lines to the end of a text file. A power cut can leave the last line in pieces, never an earlier one: whoever reads
 * passes over a line that is not whole, and what is added after it begins on a line of its own.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './safe-write'

/** Throws the system's error, with its `code`. */
export async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const file = await open(path, 'a+')
  try {
    const { size } = await file.stat()
    const text = lines.map((line) => `${line}\n`).join('')
    const bytes = Buffer.from((await endsWithinLine(file, size)) ? `\n${text}` : text, 'utf8')
    for (let offset = 0; offset < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset)
      offset += bytesWritten
    }
    await file.datasync()
    // A new file has a new name.
    if (size === 0) await syncFolder(dirname(path))
  } finally {
    await file.close()
  }
}

async function endsWithinLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== 0x0a
}
