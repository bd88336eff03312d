/**
 * The user's settings: one JSON file, checked against its schema, replaced only by a whole new one.
 *
 * A file that cannot be used is kept aside and the defaults are taken; the user is told. Knows nothing of Electron.
 */
import { randomBytes } from 'node:crypto'
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { Settings, defaultSettings } from '../contract/app'

const SettingsFile = v.object({ version: v.literal(1), settings: Settings })

export type ParsedSettings = { kind: 'good'; settings: Settings } | { kind: 'damaged'; reason: string }

export function parseSettings(text: string): ParsedSettings {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'damaged', reason: 'it is not JSON' }
  }
  const parsed = v.safeParse(SettingsFile, json)
  if (parsed.success) return { kind: 'good', settings: parsed.output.settings }
  const issue = parsed.issues[0]
  return { kind: 'damaged', reason: `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}` }
}

export class SettingsStore {
  /** Sentences for the user about what happened while loading. */
  readonly notices: string[] = []
  #settings = defaultSettings
  #queue: Promise<void> = Promise.resolve()

  private constructor(private readonly path: string) {}

  /** Never throws: an app whose settings cannot be read starts with the defaults. */
  static async load(path: string, now = () => new Date()): Promise<SettingsStore> {
    const store = new SettingsStore(path)
    try {
      const parsed = parseSettings(await readFile(path, 'utf8'))
      if (parsed.kind === 'good') store.#settings = parsed.settings
      else store.notices.push(await keepAside(path, parsed.reason, now()))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        store.notices.push(`The settings could not be read (${(error as Error).message}); the defaults are used.`)
      }
    }
    return store
  }

  get current(): Settings {
    return this.#settings
  }

  /** One write at a time, in order; of several that wait only the newest is written. */
  save(settings: Settings): Promise<void> {
    this.#settings = settings
    const write = this.#queue.then(async () => {
      if (this.#settings !== settings) return
      await replaceFile(this.path, `${JSON.stringify({ version: 1, settings }, null, 2)}\n`)
    })
    this.#queue = write.catch(() => undefined)
    return write
  }
}

async function keepAside(path: string, reason: string, time: Date): Promise<string> {
  const stamp = time.toISOString().replaceAll(/[:.]/g, '-')
  const aside = join(dirname(path), `settings.corrupt-${stamp}.json`)
  try {
    await rename(path, aside)
    return `The settings were damaged (${reason}). They were kept as ${basename(aside)} and the defaults are used.`
  } catch (error) {
    return `The settings are damaged (${reason}) and could not be moved aside (${(error as Error).message}); the defaults are used.`
  }
}

/** Write beside the file, reach the disk, then take its place: a cut or a full disk leaves the old file whole. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`)
  const bytes = Buffer.from(text, 'utf8')
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      for (let written = 0; written < bytes.length;) {
        written += (await file.write(bytes, written, bytes.length - written)).bytesWritten
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

/** Make the rename itself durable; Windows has no such call and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
