/**
 * Power cuts, for tests: what a program does to its files is recorded call by call, and for every moment at which the
 * power may go the disks are made that could be found afterwards.
 *
 *     vi.mock('node:fs/promises', async (original) => recordingFileSystem(await original()))
 *
 * A disk keeps of a file what it had at its last sync, and of a folder's names what they were at the folder's last sync.
 * What came later it may keep or not: names in their order, each folder for itself; content whole, not at all, torn in
 * the middle of a write, as zeros of the right length, or only the end of it.
 */
import type * as FileSystem from 'node:fs/promises'
import { promises } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { Random } from '../../core/random'

// Not the module that is replaced.
const { mkdir, readFile, readdir, writeFile } = promises

type Step =
  | { readonly kind: 'create'; readonly path: string; readonly file: number }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'sync-folder'; readonly path: string }
  | { readonly kind: 'write'; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  | { readonly kind: 'sync'; readonly file: number }
  /** Said by the test: from here on something is promised. */
  | { readonly kind: 'promise'; readonly name: string }

type Content = 'whole' | 'none' | 'torn' | 'zeros' | 'end'
const contents: readonly Content[] = ['none', 'whole', 'torn', 'zeros', 'end']

let steps: Step[] | undefined
let lastFile = 0
/** Which file has which name while the program runs. */
let names = new Map<string, number>()

/** The same module, recording what changes the disk while `recordOf` runs. */
export function recordingFileSystem(actual: typeof FileSystem): typeof FileSystem {
  const exists = (path: string) =>
    actual.stat(path).then(
      () => true,
      () => false
    )
  const recording = {
    ...actual,
    async open(path: string, flags: string | number = 'r', mode?: number) {
      const isNew = typeof flags === 'string' && /[wa]/.test(flags) && !(await exists(path))
      const handle = await actual.open(path, flags, mode)
      if (!steps) return handle
      if ((await handle.stat()).isDirectory()) return recordFolder(handle, resolve(path))
      const file = names.get(resolve(path)) ?? (lastFile += 1)
      names.set(resolve(path), file)
      if (isNew) steps.push({ kind: 'create', path: resolve(path), file })
      else if (typeof flags === 'string' && flags.startsWith('w')) steps.push({ kind: 'truncate', file, size: 0 })
      const isAppending = typeof flags === 'string' && flags.startsWith('a')
      return recordFile(handle, file, isAppending)
    },
    async mkdir(path: string, options?: { recursive?: boolean }) {
      const first = await actual.mkdir(path, options)
      const made: string[] = []
      const top = options?.recursive ? first : path
      if (top !== undefined) {
        for (let folder = resolve(path); folder.length >= resolve(top).length; folder = dirname(folder))
          made.unshift(folder)
      }
      for (const folder of made) steps?.push({ kind: 'folder', path: folder })
      return first
    },
    async rename(from: string, to: string) {
      await actual.rename(from, to)
      steps?.push({ kind: 'rename', from: resolve(from), to: resolve(to) })
      names = moved(names, resolve(from), resolve(to))
    },
    async link(from: string, to: string) {
      await actual.link(from, to)
      const file = names.get(resolve(from)) ?? (lastFile += 1)
      names.set(resolve(to), file)
      steps?.push({ kind: 'create', path: resolve(to), file })
    },
    async unlink(path: string) {
      await actual.unlink(path)
      steps?.push({ kind: 'remove', path: resolve(path) })
      names.delete(resolve(path))
    },
    async rm(path: string, options?: Parameters<typeof FileSystem.rm>[1]) {
      const was = await exists(path)
      await actual.rm(path, options)
      if (was) steps?.push({ kind: 'remove', path: resolve(path) })
      names = without(names, resolve(path))
    }
  } as typeof FileSystem
  return { ...recording, default: recording } as typeof FileSystem
}

function recordFolder(handle: FileSystem.FileHandle, path: string): FileSystem.FileHandle {
  return overlay(handle, {
    async sync() {
      await handle.sync()
      steps?.push({ kind: 'sync-folder', path })
    }
  })
}

function recordFile(handle: FileSystem.FileHandle, file: number, isAppending: boolean): FileSystem.FileHandle {
  let position = 0
  const synced = (call: () => Promise<void>) => async () => {
    await call()
    steps?.push({ kind: 'sync', file })
  }
  return overlay(handle, {
    async write(buffer: Uint8Array, offset = 0, length = buffer.length - offset, place?: number | null) {
      const at = isAppending ? (await handle.stat()).size : (place ?? position)
      const done = await handle.write(buffer, offset, length, place)
      const bytes = Buffer.from(buffer.subarray(offset, offset + done.bytesWritten))
      steps?.push({ kind: 'write', file, at, bytes })
      if (place == null) position = at + bytes.length
      return done
    },
    async truncate(size = 0) {
      await handle.truncate(size)
      steps?.push({ kind: 'truncate', file, size })
    },
    sync: synced(() => handle.sync()),
    datasync: synced(() => handle.datasync())
  })
}

function overlay(handle: FileSystem.FileHandle, own: object): FileSystem.FileHandle {
  return new Proxy(handle, {
    get(target, key) {
      const value = (Reflect.get(own, key) ?? Reflect.get(target, key, target)) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

export interface Recording {
  readonly folder: string
  readonly start: Disk
  readonly steps: readonly Step[]
}

/** What lies on a disk, by path below the recorded folder; null for a folder. */
type Disk = ReadonlyMap<string, Buffer | null>

/** Record what `operation` does below `folder`, which is safe on the disk before; `promised` marks the moments of promises. */
export async function recordOf(
  folder: string,
  operation: (promised: (name: string) => void) => Promise<unknown>
): Promise<Recording> {
  const start = await readDisk(folder)
  names = new Map()
  lastFile = 0
  for (const [path, content] of start) if (content) names.set(join(folder, path), (lastFile += 1))
  steps = []
  const recorded = steps
  try {
    await operation((name) => void recorded.push({ kind: 'promise', name }))
  } finally {
    steps = undefined
  }
  return { folder, start, steps: recorded }
}

export interface AfterPowerLoss {
  /** A folder that holds what the disk had. */
  readonly folder: string
  /** What had been promised before the power went, in order. */
  readonly promised: readonly string[]
  /** For the message of a check that fails. */
  readonly story: string
}

/**
 * Make each disk that could be found after a power cut below `scratch`, and look at it. Of more than `most` disks for one
 * moment a choice is made, the same each time.
 * @returns how many different disks were looked at
 */
export async function forEveryPowerLoss(
  { folder, start, steps }: Recording,
  scratch: string,
  check: (after: AfterPowerLoss) => Promise<void>,
  most = 200
): Promise<number> {
  const random = new Random(1)
  const seen = new Set<string>()
  for (let cut = 0; cut <= steps.length; cut += 1) {
    const done = steps.slice(0, cut).map((step) => within(folder, step))
    const promised = done.flatMap((step) => (step.kind === 'promise' ? [step.name] : []))
    const choices = [...choicesOf(done)]
    while (choices.length > most) choices.splice(random.integer(choices.length), 1)
    for (const { kept, content } of choices) {
      const disk = diskAfter(start, done, kept, content)
      const key = `${promised.length} ${[...disk].map(([path, bytes]) => `${path}:${bytes?.toString('latin1') ?? ''}`).join('|')}`
      if (seen.has(key)) continue
      seen.add(key)
      const place = join(scratch, String(seen.size))
      await writeDisk(place, disk)
      const told = done.map((step) => ('path' in step ? `${step.kind} ${step.path}` : step.kind)).slice(-6)
      const story = `after ${cut} of ${steps.length} calls (… ${told.join(', ')}), names ${JSON.stringify([...kept])}, content ${content}`
      await check({ folder: place, promised, story })
    }
  }
  return seen.size
}

/** Where a step changes names; undefined where it changes content. */
function namingFolder(step: Step): string | undefined {
  if (step.kind === 'create' || step.kind === 'folder' || step.kind === 'remove') return dirname(step.path)
  return step.kind === 'rename' ? dirname(step.to) : undefined
}

/** How many of the names that are not safe yet each folder keeps, with each fate of the content that is not. */
function* choicesOf(done: readonly Step[]): Iterable<{ kept: ReadonlyMap<string, number>; content: Content }> {
  const waiting = new Map<string, number>()
  for (const step of done) {
    const folder = namingFolder(step)
    if (folder !== undefined) waiting.set(folder, (waiting.get(folder) ?? 0) + 1)
    if (step.kind === 'sync-folder') waiting.delete(step.path)
  }
  let all: ReadonlyMap<string, number>[] = [new Map()]
  for (const [folder, count] of waiting) {
    all = all.flatMap((before) => Array.from({ length: count + 1 }, (_, kept) => new Map([...before, [folder, kept]])))
  }
  const unsafe = new Set<number>()
  for (const step of done) {
    if (step.kind === 'write' || step.kind === 'truncate') unsafe.add(step.file)
    if (step.kind === 'sync') unsafe.delete(step.file)
  }
  for (const kept of all) for (const content of unsafe.size > 0 ? contents : [contents[0]]) yield { kept, content }
}

function diskAfter(start: Disk, done: readonly Step[], kept: ReadonlyMap<string, number>, content: Content): Disk {
  let tree = new Map<string, number | null>()
  const bytes = new Map<number, Buffer>()
  let number = 0
  for (const [path, initial] of start) {
    tree.set(path, initial === null ? null : (number += 1))
    if (initial) bytes.set(number, initial)
  }
  const left = new Map(kept)
  done.forEach((step, at) => {
    const folder = namingFolder(step)
    if (folder === undefined) return
    const isSafe = done.slice(at).some((later) => later.kind === 'sync-folder' && later.path === folder)
    if (!isSafe) {
      const more = left.get(folder) ?? 0
      if (more === 0) return
      left.set(folder, more - 1)
    }
    // A name in a folder that was lost is lost with it.
    if (folder !== '.' && !tree.has(folder)) return
    if (step.kind === 'create') tree.set(step.path, step.file)
    else if (step.kind === 'folder') tree.set(step.path, null)
    else if (step.kind === 'remove') tree = without(tree, step.path)
    else if (step.kind === 'rename' && tree.has(step.from)) tree = moved(without(tree, step.to), step.from, step.to)
  })
  for (const file of new Set(tree.values()))
    if (file !== null) bytes.set(file, contentAfter(bytes.get(file), done, file, content))
  return new Map(
    [...tree]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, file]) => [path, file === null ? null : bytes.get(file)!])
  )
}

function contentAfter(start: Buffer | undefined, done: readonly Step[], file: number, content: Content): Buffer {
  const own = done.filter((step) => 'file' in step && step.file === file)
  const safe = own.map(({ kind }) => kind).lastIndexOf('sync') + 1
  const before = own.slice(0, safe).reduce(change, start ?? Buffer.alloc(0))
  const waiting = own.slice(safe).filter(({ kind }) => kind === 'write' || kind === 'truncate')
  if (waiting.length === 0 || content === 'none') return before
  const whole = waiting.reduce(change, before)
  switch (content) {
    case 'whole':
      return whole
    case 'torn':
      return waiting
        .slice(0, Math.ceil(waiting.length / 2))
        .reduce(
          (so, step, index, all) =>
            index === all.length - 1 && step.kind === 'write' ? change(so, half(step)) : change(so, step),
          before
        )
    case 'zeros':
      return Buffer.concat([before, Buffer.alloc(Math.max(0, whole.length - before.length))]).subarray(0, whole.length)
    case 'end':
      return change(Buffer.from(before), waiting[waiting.length - 1])
  }
}

function half(step: Extract<Step, { kind: 'write' }>): Step {
  return { ...step, bytes: step.bytes.subarray(0, step.bytes.length >> 1) }
}

function change(before: Buffer, step: Step): Buffer {
  if (step.kind === 'truncate') {
    return step.size <= before.length
      ? before.subarray(0, step.size)
      : Buffer.concat([before, Buffer.alloc(step.size - before.length)])
  }
  if (step.kind !== 'write') return before
  const after = Buffer.alloc(Math.max(before.length, step.at + step.bytes.length))
  before.copy(after)
  step.bytes.copy(after, step.at)
  return after
}

/** With everything below `from` below `to`. */
function moved<T>(tree: Map<string, T>, from: string, to: string): Map<string, T> {
  const isBelow = (path: string) => path === from || path.startsWith(`${from}/`)
  return new Map([...tree].map(([path, value]) => [isBelow(path) ? to + path.slice(from.length) : path, value]))
}

function without<T>(tree: Map<string, T>, gone: string): Map<string, T> {
  return new Map([...tree].filter(([path]) => path !== gone && !path.startsWith(`${gone}/`)))
}

function within(folder: string, step: Step): Step {
  const short = (path: string) => relative(folder, path) || '.'
  if ('path' in step) return { ...step, path: short(step.path) }
  return step.kind === 'rename' ? { ...step, from: short(step.from), to: short(step.to) } : step
}

async function readDisk(folder: string): Promise<Map<string, Buffer | null>> {
  const disk = new Map<string, Buffer | null>()
  const look = async (below: string) => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name)
      disk.set(path, entry.isDirectory() ? null : await readFile(join(folder, path)))
      if (entry.isDirectory()) await look(path)
    }
  }
  await look('')
  return disk
}

async function writeDisk(folder: string, disk: Disk): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [path, content] of disk) {
    if (content === null) await mkdir(join(folder, path), { recursive: true })
    else await writeFile(join(folder, path), content)
  }
}
