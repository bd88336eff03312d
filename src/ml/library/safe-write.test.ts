import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, open, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { safeWrite, type FileSystem } from './safe-write'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'safe-write-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const old = 'old content'
const fresh = new Uint8Array(300_000).map((_, index) => index % 251)

test('a new file and a replaced one hold exactly what was given, and nothing else is left', async () => {
  const path = join(folder, 'a.bin')
  await safeWrite(path, old)
  expect(await readFile(path, 'utf8')).toBe(old)
  await safeWrite(path, fresh)
  expect(new Uint8Array(await readFile(path))).toEqual(fresh)
  expect(await readdir(folder)).toEqual(['a.bin'])
})

test('a view of a larger buffer writes the view only', async () => {
  const path = join(folder, 'a.bin')
  const floats = new Float32Array(1000).fill(1).subarray(10, 20)
  await safeWrite(path, new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength))
  expect((await stat(path)).size).toBe(40)
})

test('pieces are written in order', async () => {
  const path = join(folder, 'a.txt')
  async function* parts() {
    yield Buffer.from('one ')
    yield Buffer.from('two')
  }
  await safeWrite(path, parts())
  expect(await readFile(path, 'utf8')).toBe('one two')
})

test('writes to one path at once follow each other; the last one stays', async () => {
  const path = join(folder, 'a.txt')
  await Promise.all(Array.from({ length: 20 }, (_, index) => safeWrite(path, `version ${index}`)))
  expect(await readFile(path, 'utf8')).toBe('version 19')
})

test('an existing file keeps its rights', async () => {
  const path = join(folder, 'a.txt')
  await writeFile(path, old)
  await chmod(path, 0o600)
  await safeWrite(path, 'new')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

/** Counts every call that can fail, and fails the n-th. */
function failing(n: number, code: string): { fs: FileSystem; reached: () => boolean } {
  let calls = 0
  const attempt = async <T>(action: () => Promise<T>): Promise<T> => {
    calls += 1
    if (calls === n) throw Object.assign(new Error(code), { code })
    return action()
  }
  const fs = {
    open: (...args: Parameters<typeof open>) =>
      attempt(async () => {
        const file = await open(...args)
        const close = file.close.bind(file)
        return Object.assign(Object.create(file), {
          write: (...given: unknown[]) =>
            attempt(() => (file.write as (...a: unknown[]) => Promise<unknown>)(...given)),
          stat: () => attempt(() => file.stat()),
          sync: () => attempt(() => file.sync()),
          // A close that fails has closed all the same.
          close: () => attempt(close).catch(async (error) => (await close().catch(() => {}), Promise.reject(error)))
        })
      }),
    rename: (from: string, to: string) => attempt(() => rename(from, to)),
    stat: (path: string) => attempt(() => stat(path)),
    unlink
  } as unknown as FileSystem
  return { fs, reached: () => calls >= n }
}

test.each(['ENOSPC', 'EIO'])(
  '%s in any call leaves the old file or the new one, and no temporary file',
  async (code) => {
    const path = join(folder, 'a.bin')
    let failures = 0
    for (let n = 1; ; n += 1) {
      await writeFile(path, old)
      const { fs, reached } = failing(n, code)
      const error = await safeWrite(path, fresh, fs).then(
        () => undefined,
        (reason: NodeJS.ErrnoException) => reason
      )
      const content = await readFile(path)
      expect(content.equals(Buffer.from(old)) || content.equals(Buffer.from(fresh)), `call ${n}`).toBe(true)
      if (error) {
        failures += 1
        expect(content.toString()).toBe(old)
        expect(error.code).toBe(code)
        expect(error.message).toContain('a.bin could not be written')
      }
      expect(await readdir(folder), `call ${n}`).toEqual(['a.bin'])
      if (!reached()) break
    }
    expect(failures).toBeGreaterThanOrEqual(6) // stat, open, write, stat, sync, close, rename
  }
)

test('a write that takes only part of the bytes is continued', async () => {
  const path = join(folder, 'a.bin')
  const fs = {
    rename,
    stat,
    unlink,
    open: async (...args: Parameters<typeof open>) => {
      const file = await open(...args)
      const write = (piece: Uint8Array, offset: number, length: number) =>
        file.write(piece, offset, Math.min(length, 1000))
      return Object.assign(Object.create(file), {
        write,
        stat: () => file.stat(),
        sync: () => file.sync(),
        close: () => file.close()
      })
    }
  } as unknown as FileSystem
  await safeWrite(path, fresh, fs)
  expect(new Uint8Array(await readFile(path))).toEqual(fresh)
})

describe.each(['EPERM', 'EACCES', 'EBUSY'])('a rename that another program blocks on Windows with %s', (code) => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  /** The first `times` renames are blocked; the disk takes real time, the waiting between them none. */
  async function blocked(times: number, platform: NodeJS.Platform) {
    const path = join(folder, 'a.bin')
    await writeFile(path, old)
    let tries = 0
    const busyRename = async (from: string, to: string) => {
      tries += 1
      if (tries <= times) throw Object.assign(new Error(`${code}: operation not permitted`), { code })
      await rename(from, to)
    }
    const started = performance.now()
    let hasEnded = false
    const written = safeWrite(path, fresh, { open, rename: busyRename, stat, unlink } as FileSystem, platform)
      .then(
        () => undefined,
        (reason: NodeJS.ErrnoException) => reason
      )
      .finally(() => (hasEnded = true))
    while (!hasEnded) {
      await new Promise((resolve) => setImmediate(resolve))
      await vi.advanceTimersToNextTimerAsync()
    }
    const error = await written
    const content = await readFile(path)
    return { error, content, tries, seconds: (performance.now() - started) / 1000, names: await readdir(folder) }
  }

  test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    '%i times is tried again until it goes',
    async (times) => {
      const { error, content, tries, names } = await blocked(times, 'win32')
      expect(error).toBeUndefined()
      expect(tries).toBe(times + 1)
      expect(content.equals(fresh)).toBe(true)
      expect(names).toEqual(['a.bin'])
    }
  )

  test('for ever is given up within a minute with a sentence, and the old file stays', async () => {
    const { error, content, tries, seconds, names } = await blocked(Infinity, 'win32')
    expect(error).toMatchObject({ code, message: expect.stringContaining('a.bin could not be written') })
    expect(tries).toBeGreaterThan(20)
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(content.toString()).toBe(old)
    expect(names).toEqual(['a.bin'])
  })

  test('elsewhere says at once that it may not be written', async () => {
    const { error, content, tries } = await blocked(1, 'linux')
    expect([error?.code, tries, content.toString()]).toEqual([code, 1, old])
  })
})

test('a folder that does not exist gives one sentence with the path', async () => {
  await expect(safeWrite(join(folder, 'none/a.txt'), 'x')).rejects.toThrow('its folder does not exist')
})

const canMount = process.getuid?.() === 0 && process.platform === 'linux'

test.runIf(canMount)('a disk that really fills up keeps the old file', async () => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder])
  } catch {
    return // Root without the right to mount, as in some containers; the injected faults cover the logic.
  }
  try {
    const path = join(folder, 'a.bin')
    await safeWrite(path, new Uint8Array(64 * 1024).fill(1))
    await expect(safeWrite(path, fresh)).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(64 * 1024).fill(1))
    expect(await readdir(folder)).toEqual(['a.bin'])
  } finally {
    execFileSync('umount', [folder])
  }
})
