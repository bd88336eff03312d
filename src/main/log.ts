/**
 * The program's log: one line an event, in a file that only its owner reads, kept to a size.
 *
 * It holds what happened and never what is in a file: processes, ends, versions. The user's folder is written as "~".
 * A log that cannot be written is no reason for anything else to fail. Knows nothing of Electron.
 */
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export type LogLevel = 'note' | 'warning' | 'error'

export interface LogOptions {
  readonly path: string
  /** Written as "~", wherever it comes up. */
  readonly home: string
  readonly mostBytes?: number
  /** Older files beside the current one: main.log.1 is the newest of them. */
  readonly olderFiles?: number
  readonly now?: () => Date
}

const longestLine = 2000

export class Log {
  readonly #options: Required<LogOptions>
  /** The newest line but for its numbers, and how often it was not written again. */
  #newest = ''
  #repeated = 0

  constructor(options: LogOptions) {
    this.#options = { mostBytes: 1e6, olderFiles: 3, now: () => new Date(), ...options }
    try {
      mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 })
    } catch {
      // Writing will fail as well, and be left.
    }
  }

  /** A note that comes again and again, with other numbers at the most, is written once, and counted. */
  write(level: LogLevel, text: string): void {
    const kind = `${level} ${text.replace(/\d+/g, '0')}`
    if (level === 'note' && kind === this.#newest) {
      this.#repeated += 1
      return
    }
    if (this.#repeated > 0) this.#append('note', `the same ${this.#repeated} times more`)
    this.#newest = kind
    this.#repeated = 0
    this.#append(level, text)
  }

  #append(level: LogLevel, text: string): void {
    const { path, mostBytes, now } = this.#options
    const line = `${now().toISOString()} ${level} ${this.#plain(text)}\n`
    try {
      if (sizeOf(path) + line.length > mostBytes) this.#rotate()
      // In order and at once, so that the last words before an end are there.
      appendFileSync(path, line, { mode: 0o600 })
    } catch {
      // A full disk or a closed folder: the program goes on without its log.
    }
  }

  /** One line of bounded length, without what would start another line or steer a terminal. */
  #plain(text: string): string {
    const { home } = this.#options
    const shorter = home ? text.replaceAll(home, '~') : text
    // eslint-disable-next-line no-control-regex
    const oneLine = shorter.trim().replace(/[\x00-\x1f\x7f]+/g, ' ')
    return oneLine.length > longestLine ? `${oneLine.slice(0, longestLine)}…` : oneLine
  }

  #rotate(): void {
    const { path, olderFiles } = this.#options
    rmSync(`${path}.${olderFiles}`, { force: true })
    for (let age = olderFiles - 1; age >= 1; age -= 1) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`)
    renameIfThere(path, `${path}.1`)
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
