/**
 * A file as bytes at any place: which files may be opened, and what is said when one cannot be read.
 *
 * Only regular files are opened: a device or a pipe could be endless. A short file is taken into memory, so that it may
 * change or vanish afterwards; a long one is read where it is looked at, and a change is noticed.
 */
import { closeSync, fstatSync, readSync } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { InputError } from '../../core/signal/signal'
import { memoryBytes, type ByteSource } from '../../core/signal/byte-source'

export interface OpenFile extends ByteSource {
  readonly path: string
  readonly changedMilliseconds: number
  /** True if it is in memory: then nothing that happens to the file matters any more. */
  readonly isHeld: boolean
  /** Throws InputError if the file is no longer the one that was opened. */
  checkUnchanged(): void
  close(): void
}

/** Files up to here are held in memory. */
const heldBytes = 16 * 2 ** 20

/** Throws InputError with one sentence: what was expected, what came, what to do. */
export async function openFile(path: string): Promise<OpenFile> {
  const file = await openRegular(path, 'a WAV or CSV file')
  try {
    const { size, mtimeMs } = await file.stat()
    if (size === 0) throw new InputError(`${path} is empty: 0 bytes. Copy or record it again.`)
    if (size > heldBytes) return new LongFile(path, file, size, mtimeMs)
    const bytes = await file.readFile()
    await file.close()
    return {
      ...memoryBytes(bytes),
      path,
      changedMilliseconds: mtimeMs,
      isHeld: true,
      checkUnchanged: () => {},
      close: () => {}
    }
  } catch (error) {
    await file.close().catch(() => {})
    throw inputError(path, error as NodeJS.ErrnoException)
  }
}

/** A file to read; `wanted` is what may lie in a folder that was given in its place. Throws InputError as openFile does. */
export async function openRegular(path: string, wanted: string): Promise<FileHandle> {
  try {
    // Asked before it is opened: opening a pipe waits for its writer.
    const kind = await stat(path)
    if (kind.isDirectory()) throw new InputError(`${path} is a folder; choose ${wanted} in it.`)
    if (!kind.isFile()) throw new InputError(`${path} is not a regular file; save its content to a file first.`)
    return await open(path, 'r')
  } catch (error) {
    throw inputError(path, error as NodeJS.ErrnoException)
  }
}

/** Read by place, synchronously: a picture or a filter asks in the middle of its work. */
class LongFile implements OpenFile {
  readonly isHeld = false
  #isClosed = false

  constructor(
    readonly path: string,
    readonly file: FileHandle,
    readonly size: number,
    readonly changedMilliseconds: number
  ) {}

  read(start: number, count: number): Uint8Array {
    if (this.#isClosed) throw new InputError('The recording was closed.')
    const bytes = new Uint8Array(Math.max(0, Math.min(count, this.size - start)))
    let done = 0
    try {
      while (done < bytes.length) {
        const got = readSync(this.file.fd, bytes, done, bytes.length - done, start + done)
        if (got === 0) break
        done += got
      }
    } catch (error) {
      throw inputError(this.path, error as NodeJS.ErrnoException)
    }
    // A file that was cut meanwhile: what is left of it can still be looked at.
    return bytes.subarray(0, done)
  }

  checkUnchanged(): void {
    const { size, mtimeMs } = fstatSync(this.file.fd)
    if (size === this.size && mtimeMs === this.changedMilliseconds) return
    throw new InputError(`${this.path} changed while it was read; open it again when it is complete.`)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    void this.file.close().catch(() => closeSync(this.file.fd))
  }
}

function inputError(path: string, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case 'ENOENT':
      return new InputError(`${path} does not exist.`)
    case 'EACCES':
    case 'EPERM':
      return new InputError(`${path} may not be read; check its permissions.`)
    case 'EBUSY':
      return new InputError(`${path} is in use by another program; close it there first.`)
    case 'ELOOP':
      return new InputError(`${path} is a link that leads to itself.`)
    case 'ENOTDIR':
      return new InputError(`${path} does not exist: a part of its path is a file.`)
    case 'ENAMETOOLONG':
      return new InputError('The name of the file is longer than the system allows.')
    case 'EIO':
      return new InputError(`${path} could not be read: the disk reports an error. Copy the file to another disk.`)
    default:
      return error
  }
}
