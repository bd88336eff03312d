/**
 * From a path to a decoded signal and back: what may be opened, which reader fits, what is said when it cannot be read.
 *
 * The reader is chosen by what the file holds; its name says nothing for certain. Only regular files are opened: a
 * device or a pipe could be endless.
 */
import { open, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { decodeCsv, encodeCsv } from '../../core/signal/csv'
import { InputError, type DecodedSignal, type Signal } from '../../core/signal/signal'
import { decodeWav, encodeWav } from '../../core/signal/wav'
import { safeWrite } from '../library/safe-write'

/** The whole file is held in memory while it is decoded. */
const maxFileBytes = 2 * 2 ** 30 - 1

/** Throws InputError with one sentence: what was expected, what came, what to do. */
export async function readSignalFile(path: string): Promise<DecodedSignal> {
  const bytes = await readWhole(path)
  try {
    return isWav(bytes) ? decodeWav(bytes) : decodeCsv(bytes)
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: ${error.message}`)
    throw error
  }
}

/** Write by the name's ending: 32-bit float WAV, or CSV. Throws InputError for another ending. */
export async function writeSignalFile(path: string, signal: Signal): Promise<void> {
  switch (extname(path).toLowerCase()) {
    case '.wav':
      return safeWrite(path, encodeWav(signal))
    case '.csv':
      return safeWrite(path, encodeCsv(signal))
    default:
      throw new InputError(`${path}: expected a name that ends in .wav or .csv.`)
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    // Asked before it is opened: opening a pipe waits for its writer.
    const kind = await stat(path)
    if (kind.isDirectory()) throw new InputError(`${path} is a folder; choose a WAV or CSV file in it.`)
    if (!kind.isFile()) throw new InputError(`${path} is not a regular file; save its content to a file first.`)
    if (kind.size > maxFileBytes) {
      throw new InputError(
        `${path} has ${(kind.size / 2 ** 30).toFixed(1)} GiB; files up to 2 GiB are read. Cut it into parts.`
      )
    }
    const file = await open(path, 'r')
    try {
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw inputError(path, error as NodeJS.ErrnoException)
  }
}

function inputError(path: string, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case 'ENOENT':
      return new InputError(`${path} does not exist.`)
    case 'EACCES':
    case 'EPERM':
      return new InputError(`${path} may not be read; check its permissions.`)
    case 'ELOOP':
      return new InputError(`${path} is a link that leads to itself.`)
    case 'ENAMETOOLONG':
      return new InputError('The name of the file is longer than the system allows.')
    default:
      return error
  }
}

/** RIFF (little-endian), RIFX (big-endian), RF64 and BW64 (long); anything else is read as text. */
function isWav(bytes: Uint8Array): boolean {
  const magic = String.fromCharCode(...bytes.subarray(0, 4))
  return ['RIFF', 'RIFX', 'RF64', 'BW64'].includes(magic)
}
