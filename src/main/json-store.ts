/**
 * Small things that main remembers (settings, session): one JSON file each, checked against its schema, replaced only by
 * a whole new one.
 *
 * A file that cannot be used is kept aside and the defaults are taken; the user is told. Knows nothing of Electron.
 */
import { randomBytes } from 'node:crypto'
import { open, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { describeIssue } from '../contract/define'

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
      else store.notices.push(await keepAside(path, kind.title, parsed.reason, now()))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        store.notices.push(`The ${kind.title} could not be read (${(error as Error).message}); the defaults are used.`)
      }
    }
    return store
  }

  get current(): v.InferOutput<S> {
    return this.#value
  }

  /** Keep the file under another name and begin anew; returns the name. Throws the system's error. */
  async setAside(mark: string, now = new Date()): Promise<string> {
    await this.#queue
    this.#value = this.kind.usual
    return renameAside(this.path, mark, now)
  }

  /** One write at a time, in order; of several that wait only the newest is written. */
  save(value: v.InferOutput<S>): Promise<void> {
    this.#value = value
    const write = this.#queue.then(async () => {
      if (this.#value !== value) return
      await replaceFile(this.path, `${JSON.stringify({ version: 1, [this.kind.key]: value }, null, 2)}\n`)
    })
    this.#queue = write.catch(() => undefined)
    return write
  }
}

async function keepAside(path: string, title: string, reason: string, time: Date): Promise<string> {
  try {
    const aside = await renameAside(path, 'corrupt', time)
    return `The ${title} were damaged (${reason}). They were kept as ${aside} and the defaults are used.`
  } catch (error) {
    return `The ${title} are damaged (${reason}) and could not be moved aside (${(error as Error).message}); the defaults are used.`
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
