/**
 * Small things that main remembers (settings, session): one JSON file each, checked against its schema, replaced only by
 * a whole new one.
 *
 * A file that cannot be used is kept aside and the defaults are taken; one that cannot even be moved aside is not written
 * over. The user is told. Knows nothing of Electron.
 */
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { describeIssue } from '../contract/define'
import { temporaryFor } from './leftovers'

/** What a file holds: `title` names it in sentences, `key` is the entry beside the version. */
export interface JsonFileKind<S extends v.GenericSchema> {
  readonly title: string
  readonly key: string
  readonly schema: S
  readonly usual: v.InferOutput<S>
}

export type ParsedJson<T> = { kind: 'good'; value: T } | { kind: 'damaged'; reason: string }

export function parseJsonFile<S extends v.GenericSchema>(
  { key, schema }: JsonFileKind<S>,
  text: string
): ParsedJson<v.InferOutput<S>> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'damaged', reason: 'it is not JSON' }
  }
  const parsed = v.safeParse(v.object({ version: v.literal(1), [key]: schema }), json)
  if (parsed.success) return { kind: 'good', value: (parsed.output as Record<string, v.InferOutput<S>>)[key] }
  return { kind: 'damaged', reason: describeIssue(parsed.issues[0]) }
}

export class JsonStore<S extends v.GenericSchema> {
  /** Sentences for the user about what happened while loading. */
  readonly notices: string[] = []
  #value: v.InferOutput<S>
  #queue: Promise<void> = Promise.resolve()
  /** What the file holds is not known and must not be lost. */
  #isLocked = false

  private constructor(
    private readonly path: string,
    private readonly kind: JsonFileKind<S>
  ) {
    this.#value = kind.usual
  }

  /** Never throws: an app whose files cannot be read starts with the defaults. */
  static async load<S extends v.GenericSchema>(
    path: string,
    kind: JsonFileKind<S>,
    now = () => new Date()
  ): Promise<JsonStore<S>> {
    const store = new JsonStore(path, kind)
    try {
      const parsed = parseJsonFile(kind, await readFile(path, 'utf8'))
      if (parsed.kind === 'good') store.#value = parsed.value
      else await store.#keepAside(`were damaged (${parsed.reason})`, now())
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT') await store.#keepAside(`could not be read (${message})`, now())
    }
    return store
  }

  async #keepAside(what: string, time: Date): Promise<void> {
    const { title } = this.kind
    try {
      const aside = await renameAside(this.path, 'corrupt', time)
      this.notices.push(`The ${title} ${what}. They were kept as ${aside} and the defaults are used.`)
    } catch (error) {
      this.#isLocked = true
      this.notices.push(
        `The ${title} ${what} and could not be moved aside (${(error as Error).message}). The defaults are used, and nothing is saved over them until the next start.`
      )
    }
  }

  get current(): v.InferOutput<S> {
    return this.#value
  }

  /** Keep the file under another name and begin anew; returns the name. Throws the system's error. */
  async setAside(mark: string, now = new Date()): Promise<string> {
    await this.#queue
    this.#value = this.kind.usual
    const name = await renameAside(this.path, mark, now)
    this.#isLocked = false
    return name
  }

  /**
   * One write at a time, in order; of several that wait only the newest is written, and none over what is not known: the
   * user was told when it was loaded.
   */
  save(value: v.InferOutput<S>): Promise<void> {
    this.#value = value
    const write = this.#queue.then(async () => {
      if (this.#value !== value || this.#isLocked) return
      await replaceFile(this.path, `${JSON.stringify({ version: 1, [this.kind.key]: value }, null, 2)}\n`)
    })
    this.#queue = write.catch(() => undefined)
    return write
  }
}

async function renameAside(path: string, mark: string, time: Date): Promise<string> {
  const stamp = time.toISOString().replaceAll(/[:.]/g, '-')
  const name = basename(path).replace(/\.json$/, `.${mark}-${stamp}.json`)
  await rename(path, join(dirname(path), name))
  return name
}

/** Write beside the file, reach the disk, then take its place: a cut or a full disk leaves the old file whole. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = temporaryFor(path)
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
    await renamePatiently(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

/** Virus scanners and indexers hold a file for a moment on Windows. */
const renamePatienceMilliseconds = 10_000

async function renamePatiently(from: string, to: string): Promise<void> {
  const giveUp = performance.now() + renamePatienceMilliseconds
  for (let wait = 10; ; wait = Math.min(1000, wait * 2)) {
    try {
      return await rename(from, to)
    } catch (error) {
      const isBlocked = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')
      if (process.platform !== 'win32' || !isBlocked || performance.now() + wait > giveUp) throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

/**
 * Make the rename itself durable; Windows has no such call and does not need it. The content is there by now: a folder
 * that cannot be synced is no error.
 */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // Some network file systems refuse.
  }
}
