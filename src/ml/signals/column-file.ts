/**
 * The columns of a long table in a temporary file: block by block, each column of a block one behind the other. The
 * file has no name as soon as it is open where the system allows that, so that nothing is left of it after a crash.
 */
import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { blockRows, MemoryStore, type ColumnStore } from '../../core/signal/column-store'
import { InputError } from '../../core/signal/signal'

/** Tables up to here stay in memory. */
const heldBytes = 32 * 2 ** 20

/** In memory while it is short, in a file from then on. */
export function growingStore(columnCount: number, folder: string = tmpdir()): ColumnStore {
  let store: ColumnStore = new MemoryStore(columnCount)
  let isClosed = false
  return {
    columnCount,
    get rowCount() {
      return store.rowCount
    },
    append(columns, count) {
      if (isClosed) throw closed()
      if (store instanceof MemoryStore && (store.rowCount + count) * columnCount * 8 > heldBytes) {
        store = moved(store, folder)
      }
      store.append(columns, count)
    },
    read: (column, start, count) => store.read(column, start, count),
    write: (column, start, values) => store.write(column, start, values),
    close() {
      isClosed = true
      store.close()
    }
  }
}

/** Its number may be that of another file by now. */
function closed(): Error {
  return new InputError('The table was closed while it was read.')
}

function moved(from: ColumnStore, folder: string): ColumnStore {
  const file = new ColumnFile(from.columnCount, folder)
  for (let start = 0; start < from.rowCount; start += blockRows) {
    const columns = Array.from({ length: from.columnCount }, (_, column) => from.read(column, start, blockRows))
    file.append(columns, columns[0].length)
  }
  return file
}

export class ColumnFile implements ColumnStore {
  readonly #file: number
  readonly #path: string
  #isUnlinked = false
  #isClosed = false
  #rowCount = 0

  constructor(
    readonly columnCount: number,
    folder: string
  ) {
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, `siglab-${process.pid}-${randomBytes(6).toString('hex')}.columns`)
    this.#file = openSync(this.#path, 'wx+', 0o600)
    try {
      unlinkSync(this.#path)
      this.#isUnlinked = true
    } catch {
      // Windows keeps the name of an open file; it goes when the file is closed.
    }
  }

  get rowCount(): number {
    return this.#rowCount
  }

  append(columns: readonly Float64Array[], count: number): void {
    columns.forEach((values, column) => this.#put(column, this.#rowCount, values.subarray(0, count)))
    this.#rowCount += count
  }

  read(column: number, start: number, count: number): Float64Array {
    const end = Math.max(start, Math.min(this.#rowCount, start + count))
    const values = new Float64Array(end - start)
    for (let at = start; at < end;) {
      const stop = Math.min(end, (Math.floor(at / blockRows) + 1) * blockRows)
      const bytes = new Uint8Array(values.buffer, 8 * (at - start), 8 * (stop - at))
      for (let done = 0; done < bytes.length;) {
        const got = readSync(this.#open, bytes, done, bytes.length - done, this.#placeOf(column, at) + done)
        if (got === 0) throw new Error('The temporary file of the table is cut; open the table again.')
        done += got
      }
      at = stop
    }
    return values
  }

  write(column: number, start: number, values: Float64Array): void {
    for (let n = 0; n < values.length;) {
      const count = Math.min(values.length - n, blockRows - ((start + n) % blockRows))
      this.#put(column, start + n, values.subarray(n, n + count))
      n += count
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.#file)
    if (!this.#isUnlinked) unlinkSync(this.#path)
  }

  get #open(): number {
    if (this.#isClosed) throw closed()
    return this.#file
  }

  #placeOf(column: number, row: number): number {
    const block = Math.floor(row / blockRows)
    return 8 * (block * blockRows * this.columnCount + column * blockRows + (row % blockRows))
  }

  #put(column: number, row: number, values: Float64Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#open, bytes, done, bytes.length - done, this.#placeOf(column, row) + done)
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      throw new InputError(
        'The disk is full: a long table needs room for its numbers while it is open. Free some space.'
      )
    }
  }
}
