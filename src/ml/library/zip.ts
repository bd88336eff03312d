/**
 * Zip archives, written and read back as named bytes. Reading trusts nothing: names, counts, sizes and the ratio of
 * compression are looked at before anything is unpacked, and every piece is compared with its checksum.
 *
 * fflate packs and unpacks; it checks no sizes and no checksums itself.
 */
import { unzipSync, zipSync, type UnzipFileInfo } from 'fflate'
import { InputError } from '../../core/signal/signal'
import { crc32 } from './crc'

export interface ArchivedFile {
  /** With "/" between folders; never leaves the folder it is unpacked into. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface ArchiveLimits {
  readonly files: number
  /** Unpacked, all files together. */
  readonly bytes: number
}

/** What an archive of this program can have at most. */
export const usualLimits: ArchiveLimits = { files: 4096, bytes: 1024 * 2 ** 20 }

/** Text of any kind packs to a tenth; a file that unpacks to more than this many times its size is made to fill memory. */
const largestRatio = 100
/** Below that a ratio says nothing: a file of zeros may well be small. */
const ratioMattersFrom = 2 ** 20

/** The same files give the same bytes: every entry has the first moment that a zip can hold. */
export function packZip(files: readonly ArchivedFile[]): Uint8Array {
  const entries = Object.fromEntries(files.map(({ name, bytes }) => [checkedName(name), bytes] as const))
  return zipSync(entries, { level: 6, mtime: new Date(1980, 0, 1, 12) })
}

/** Throws InputError with one sentence for anything that does not hold. */
export function unpackZip(bytes: Uint8Array, limits: ArchiveLimits = usualLimits): ArchivedFile[] {
  const expected = new Map<string, UnzipFileInfo>()
  let total = 0
  let unpacked: Record<string, Uint8Array>
  try {
    unpacked = unzipSync(bytes, {
      // Asked for each entry before memory is taken for it.
      filter: (entry) => {
        if (entry.name.endsWith('/')) return false
        const name = checkedName(entry.name)
        if (expected.has(name.toLowerCase())) throw broken(`it holds "${name}" twice`)
        expected.set(name.toLowerCase(), entry)
        if (expected.size > limits.files) throw broken(`it holds more than ${limits.files} files`)
        total += entry.originalSize
        if (!(total <= limits.bytes)) throw broken(`it would unpack to more than ${limits.bytes} bytes`)
        if (entry.originalSize > ratioMattersFrom && entry.originalSize > largestRatio * entry.size)
          throw broken(`"${name}" would unpack to more than ${largestRatio} times its size`)
        if (entry.compression !== 0 && entry.compression !== 8)
          throw broken(`"${name}" is packed by a method that is not read (number ${entry.compression})`)
        if (entry.compression === 0 && entry.size !== entry.originalSize) throw broken(`"${name}" gives two sizes`)
        return true
      }
    })
  } catch (error) {
    if (error instanceof InputError) throw error
    throw broken((error as Error).message)
  }
  const checksums = readChecksums(bytes)
  return [...expected.values()].map(({ name, originalSize }) => {
    const content = unpacked[name]
    if (!content || content.length !== originalSize || crc32(content) !== checksums.get(name))
      throw broken(`"${name}" does not fit its checksum: it was damaged or changed`)
    return { name, bytes: content }
  })
}

/**
 * A relative path of plain names: no way up, no drive, no root, no name that Windows keeps for itself.
 * Throws InputError for any other.
 */
function checkedName(name: string): string {
  const parts = name.split('/')
  const isPlain =
    name.length <= 240 &&
    parts.every(
      (part) =>
        /^[a-z0-9@_][a-z0-9 ._@+-]*$/i.test(part) &&
        !/[. ]$/.test(part) &&
        part !== '__proto__' &&
        !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part)
    )
  if (!isPlain) throw broken(`it holds a file under a name that is not allowed: "${name.slice(0, 80)}"`)
  return name
}

/** CRC-32 of each entry, from the central directory that fflate has read already. */
function readChecksums(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const checksums = new Map<string, number>()
  let end = bytes.length - 22
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1
  const count = view.getUint16(end + 8, true)
  let at = view.getUint32(end + 16, true)
  for (let entry = 0; entry < count && at + 46 <= bytes.length; entry += 1) {
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    checksums.set(name, view.getUint32(at + 16, true))
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return checksums
}

function broken(reason: string): InputError {
  return new InputError(`This archive is not read: ${reason}.`)
}
