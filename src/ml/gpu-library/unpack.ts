/**
 * Take named files out of a zip archive that is larger than memory: its directory is read, and each file streams from
 * disk to disk. `library/zip.ts` is the other reader, for archives that are held whole.
 */
import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { CancelledError } from '../jobs'
import { safeWrite } from '../library/safe-write'
import type { LibraryFile } from './manifest'

interface Entry {
  readonly method: number
  readonly packedBytes: number
  readonly bytes: number
  readonly headerAt: number
}

export interface Unpacking {
  /** For messages. */
  readonly file: string
  readonly path: string
  readonly libraries: readonly LibraryFile[]
  /** Each comes to lie in it by its last name. */
  readonly folder: string
  readonly abort: AbortSignal
  /** Hears each piece that was written. */
  onBytes(more: number): void
}

/** Throws CancelledError, or an Error with one sentence; each file is there whole or not at all. */
export async function unpack(wanted: Unpacking): Promise<void> {
  const { libraries, folder, abort } = wanted
  const archive = await open(wanted.path, 'r')
  try {
    const entries = await readDirectory(archive, wanted.file)
    for (const library of libraries) {
      const entry = entries.get(library.path)
      if (!entry || entry.bytes !== library.bytes)
        throw broken(wanted.file, `it does not hold ${library.path} with ${library.bytes} bytes`)
      const start = await contentStart(archive, entry, wanted.file)
      await safeWrite(join(folder, basename(library.path)), contentOf(entry, start, library, wanted))
    }
  } catch (error) {
    throw abort.aborted ? new CancelledError() : error
  } finally {
    await archive.close()
  }
}

async function* contentOf(entry: Entry, start: number, { path, bytes }: LibraryFile, wanted: Unpacking) {
  const raw = createReadStream(wanted.path, { start, end: start + entry.packedBytes - 1, highWaterMark: 2 ** 20 })
  const inflate = createInflateRaw({ chunkSize: 2 ** 20 })
  // The loop below hears of an error in either.
  const content = entry.method === 0 ? raw : pipeline(raw, inflate, () => {})
  let size = 0
  for await (const piece of content as AsyncIterable<Buffer>) {
    if (wanted.abort.aborted) throw new CancelledError()
    size += piece.length
    if (size > bytes) break
    wanted.onBytes(piece.length)
    yield piece
  }
  if (size !== bytes) throw broken(wanted.file, `${path} does not unpack to its ${bytes} bytes`)
}

const endBytes = 22
const mostCommentBytes = 0xffff
const mostDirectoryBytes = 64 * 2 ** 20

async function readDirectory(archive: FileHandle, file: string): Promise<ReadonlyMap<string, Entry>> {
  const { size } = await archive.stat()
  const tail = await read(archive, Math.max(0, size - endBytes - mostCommentBytes), size, file)
  let end = tail.length - endBytes
  while (end >= 0 && tail.readUInt32LE(end) !== 0x06054b50) end -= 1
  if (end < 0) throw broken(file, 'it is no zip archive')
  const [count, bytes, at] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
  if (bytes > mostDirectoryBytes || at + bytes > size) throw broken(file, 'its directory does not lie in it')
  const directory = await read(archive, at, at + bytes, file)
  const entries = new Map<string, Entry>()
  let next = 0
  for (let index = 0; index < count; index += 1) {
    if (next + 46 > bytes || directory.readUInt32LE(next) !== 0x02014b50) throw broken(file, 'its directory is damaged')
    const nameBytes = directory.readUInt16LE(next + 28)
    const name = directory.toString('utf8', next + 46, next + 46 + nameBytes)
    if (!isInside(name)) throw broken(file, `it holds a file under a name that is not allowed: "${name.slice(0, 80)}"`)
    if (entries.has(name)) throw broken(file, `it holds "${name.slice(0, 80)}" twice`)
    entries.set(name, {
      method: directory.readUInt16LE(next + 10),
      packedBytes: directory.readUInt32LE(next + 20),
      bytes: directory.readUInt32LE(next + 24),
      headerAt: directory.readUInt32LE(next + 42)
    })
    next += 46 + nameBytes + directory.readUInt16LE(next + 30) + directory.readUInt16LE(next + 32)
  }
  return entries
}

/** An archive with a way out of its folder is not taken apart at all, even for what is harmless in it. */
function isInside(name: string): boolean {
  return !/^\/|^[a-z]:|[\\\0]/i.test(name) && !name.split('/').includes('..')
}

async function contentStart(archive: FileHandle, entry: Entry, file: string): Promise<number> {
  const header = await read(archive, entry.headerAt, entry.headerAt + 30, file)
  if (header.readUInt32LE(0) !== 0x04034b50 || ![0, 8].includes(entry.method))
    throw broken(file, 'it is packed by a method that is not read')
  return entry.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
}

async function read(archive: FileHandle, start: number, end: number, file: string): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start)
  const { bytesRead } = await archive.read(bytes, 0, bytes.length, start)
  if (bytesRead !== bytes.length) throw broken(file, 'it is cut short')
  return bytes
}

function broken(file: string, reason: string): Error {
  return new Error(`${file} is not unpacked: ${reason}.`)
}
