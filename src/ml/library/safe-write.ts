/**
 * The only way to write a file: after any failure the path holds the old content or the new, never anything between.
 *
 * A temporary file in the same folder, every write checked, size checked, synced, renamed over the old one, the folder
 * synced. The usual packages replace a good file by a cut one on a full disk without an error, which is why this exists.
 */
import { randomBytes } from 'node:crypto'
import { open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** What is written: one piece, or pieces as they are made. */
export type Content = string | Uint8Array | AsyncIterable<Uint8Array>

/** The file-system calls used, so that a test can make each of them fail. */
export interface FileSystem {
  open: typeof open
  rename: typeof rename
  stat: typeof stat
  unlink: typeof unlink
}

/** Renames that another program blocks are tried again for so long. */
const renamePatienceMilliseconds = 60_000

const queues = new Map<string, Promise<unknown>>()

/**
 * Write `content` to `path`, readable by everybody or, if the file exists, with the rights it has.
 * `fs` and `platform` are other ones in tests alone.
 * Throws an Error whose message names the file and what the system said, with the system's `code`.
 */
export function safeWrite(
  path: string,
  content: Content,
  fs: FileSystem = { open, rename, stat, unlink },
  platform: NodeJS.Platform = process.platform
): Promise<void> {
  const target = resolve(path)
  // Two writes to one path follow each other; a failed one does not stop the next.
  const before = queues.get(target) ?? Promise.resolve()
  const written = before.catch(() => {}).then(() => write(target, content, fs, platform))
  queues.set(target, written)
  return written.finally(() => {
    if (queues.get(target) === written) queues.delete(target)
  })
}

/** A name beside the target that nobody else has, by which what a killed process left is known: ".run.json.1234.0123456789ab.tmp". */
export function temporaryFor(target: string): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`)
}

/** The process that writes, or wrote, the file of this name; undefined for any other name. */
export function writerOf(name: string): number | undefined {
  const writer = /^\..+\.(\d+)\.[0-9a-f]{12}\.tmp$/.exec(name)?.[1]
  return writer === undefined ? undefined : Number(writer)
}

async function write(target: string, content: Content, fs: FileSystem, platform: NodeJS.Platform): Promise<void> {
  const temporary = temporaryFor(target)
  try {
    const mode = await modeOf(target, fs)
    const file = await fs.open(temporary, 'wx', mode)
    try {
      const size = await writeAll(file, content)
      const found = (await file.stat()).size
      if (found !== size) throw Object.assign(new Error(`${found} of ${size} bytes arrived`), { code: 'EIO' })
      await file.sync()
    } finally {
      await file.close()
    }
    await renamePatiently(temporary, target, fs, platform)
  } catch (error) {
    await fs.unlink(temporary).catch(() => {})
    const { code, message } = error as NodeJS.ErrnoException
    throw Object.assign(new Error(`${target} could not be written: ${explain(code) ?? message}.`), { code })
  }
  await syncFolder(dirname(target), fs)
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, content: Content): Promise<number> {
  let size = 0
  for await (const piece of pieces(content)) {
    for (let offset = 0; offset < piece.length;) {
      // A write may be short; only the next one says why.
      const { bytesWritten } = await file.write(piece, offset, piece.length - offset)
      offset += bytesWritten
    }
    size += piece.length
  }
  return size
}

async function* pieces(content: Content): AsyncIterable<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content, 'utf8')
  else if (content instanceof Uint8Array) yield content
  else yield* content
}

async function modeOf(target: string, fs: FileSystem): Promise<number> {
  try {
    return (await fs.stat(target)).mode & 0o777
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0o666 // less the process's umask
    throw error
  }
}

async function renamePatiently(from: string, to: string, fs: FileSystem, platform: NodeJS.Platform): Promise<void> {
  const giveUp = performance.now() + renamePatienceMilliseconds
  for (let wait = 10; ; wait = Math.min(1000, wait * 2)) {
    try {
      return await fs.rename(from, to)
    } catch (error) {
      // Virus scanners and indexers hold a file for a moment on Windows.
      const blocked = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')
      if (!blocked || performance.now() + wait > giveUp || platform !== 'win32') throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

/** So that a new name survives a power cut. The content is safe by now: a folder that cannot be synced is no error. */
export async function syncFolder(folder: string, fs: Pick<FileSystem, 'open'> = { open }): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const handle = await fs.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Some network file systems refuse.
  }
}

function explain(code: string | undefined): string | undefined {
  switch (code) {
    case 'ENOSPC':
      return 'the disk is full; free some space or choose another folder'
    case 'EDQUOT':
      return 'your quota on this disk is used up; free some space or choose another folder'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'writing there is not allowed; choose another folder'
    case 'ENOENT':
      return 'its folder does not exist; create it or choose another'
    case 'EISDIR':
      return 'it is a folder; give a file name'
    default:
      return undefined
  }
}
