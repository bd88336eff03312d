import { mkdir, mkdtemp, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultSettings } from '../contract/app'
import { JsonStore, parseJsonFile } from './json-store'
import { settingsFile } from './settings'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, readFile: vi.fn(real.readFile), rename: vi.fn(real.rename) }
})
const systemError = (code: string) => Object.assign(new Error(`${code}: as the system says`), { code })

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-settings-'))
  path = join(folder, 'settings.json')
})

afterEach(() => vi.unstubAllGlobals())

describe('a JSON file', () => {
  const good = { version: 1, settings: defaultSettings }

  it('takes what was saved', () => {
    expect(parseJsonFile(settingsFile, JSON.stringify(good))).toEqual({ kind: 'good', value: defaultSettings })
  })

  it('takes the defaults for entries that an older version did not know', () => {
    const older = { version: 1, settings: { theme: 'light' } }
    expect(parseJsonFile(settingsFile, JSON.stringify(older))).toEqual({
      kind: 'good',
      value: { ...defaultSettings, theme: 'light' }
    })
  })

  it.each([
    ['a cut file', '{"version": 1, "sett'],
    ['zeros, as power loss leaves them', '\0\0\0\0'],
    ['an empty file', ''],
    ['another version', JSON.stringify({ ...good, version: 2 })],
    ['a theme that does not exist', JSON.stringify({ ...good, settings: { ...defaultSettings, theme: 'pink' } })],
    ['a number out of its range', JSON.stringify({ ...good, settings: { ...defaultSettings, timeBaseSeconds: -1 } })],
    ['null', 'null']
  ])('finds %s damaged', (_name, text) => {
    expect(parseJsonFile(settingsFile, text).kind).toBe('damaged')
  })
})

describe('JsonStore', () => {
  it('starts with the defaults and no notice where there is no file', async () => {
    const store = await JsonStore.load(path, settingsFile)
    expect(store.current).toEqual(defaultSettings)
    expect(store.notices).toEqual([])
  })

  it('loads what another store saved, and leaves no temporary file', async () => {
    const store = await JsonStore.load(path, settingsFile)
    await store.save({ ...defaultSettings, theme: 'light', selector: 3 })
    expect((await JsonStore.load(path, settingsFile)).current).toMatchObject({ theme: 'light', selector: 3 })
    expect(await readdir(folder)).toEqual(['settings.json'])
  })

  it('keeps the last of many quick saves', async () => {
    const store = await JsonStore.load(path, settingsFile)
    await Promise.all([0, 1, 2, 3].map((selector) => store.save({ ...defaultSettings, selector })))
    expect((await JsonStore.load(path, settingsFile)).current.selector).toBe(3)
  })

  it('keeps a damaged file aside, unchanged, and says so', async () => {
    await writeFile(path, '{"cut')
    const store = await JsonStore.load(path, settingsFile, () => new Date('2024-05-06T07:08:09.000Z'))
    expect(store.current).toEqual(defaultSettings)
    expect(store.notices).toHaveLength(1)
    expect(store.notices[0]).toContain('settings.corrupt-2024-05-06T07-08-09-000Z.json')
    expect(await readFile(join(folder, 'settings.corrupt-2024-05-06T07-08-09-000Z.json'), 'utf8')).toBe('{"cut')
  })

  it('fails to save into a folder that is gone, and saves again when it is back', async () => {
    const store = await JsonStore.load(join(folder, 'gone', 'settings.json'), settingsFile)
    await expect(store.save(defaultSettings)).rejects.toThrow('ENOENT')
    expect(store.current).toEqual(defaultSettings)
  })

  it.each(['EIO', 'EACCES', 'ERR_FS_FILE_TOO_LARGE'])('keeps a file aside that cannot be read: %s', async (code) => {
    await writeFile(path, 'all that was set')
    vi.mocked(readFile).mockRejectedValueOnce(systemError(code))
    const store = await JsonStore.load(path, settingsFile, () => new Date('2024-05-06T07:08:09.000Z'))
    const aside = 'settings.corrupt-2024-05-06T07-08-09-000Z.json'
    expect(store.notices).toEqual([
      `The settings could not be read (${code}: as the system says). They were kept as ${aside} and the defaults are used.`
    ])
    await store.save({ ...defaultSettings, selector: 2 })
    expect(await readFile(join(folder, aside), 'utf8')).toBe('all that was set')
    expect((await JsonStore.load(path, settingsFile)).current.selector).toBe(2)
  })

  it('keeps a folder of that name aside as well', async () => {
    await mkdir(path)
    const store = await JsonStore.load(path, settingsFile)
    await store.save(defaultSettings)
    expect((await readdir(folder)).sort()).toEqual([expect.stringContaining('settings.corrupt-'), 'settings.json'])
  })

  it('never saves over what it can neither read nor move aside, says so, and does once it is aside', async () => {
    await writeFile(path, 'all that was set')
    vi.mocked(readFile).mockRejectedValueOnce(systemError('EIO'))
    vi.mocked(rename).mockRejectedValueOnce(systemError('EPERM'))
    const store = await JsonStore.load(path, settingsFile)
    expect(store.notices).toHaveLength(1)
    expect(store.notices[0]).toMatch(/could not be moved aside .*nothing is saved over them until the next start\.$/)
    await store.save({ ...defaultSettings, selector: 2 })
    expect(store.current.selector).toBe(2)
    expect(await readFile(path, 'utf8')).toBe('all that was set')
    expect(await readdir(folder)).toEqual(['settings.json'])
    const aside = await store.setAside('left-out')
    await store.save({ ...defaultSettings, selector: 3 })
    expect(await readFile(join(folder, aside), 'utf8')).toBe('all that was set')
    expect((await JsonStore.load(path, settingsFile)).current.selector).toBe(3)
  })

  it.each(['EPERM', 'EACCES', 'EBUSY'])('waits on Windows for a program that holds the file: %s', async (code) => {
    vi.stubGlobal('process', { ...process, platform: 'win32' })
    const store = await JsonStore.load(path, settingsFile)
    vi.mocked(rename).mockRejectedValueOnce(systemError(code)).mockRejectedValueOnce(systemError(code))
    await store.save({ ...defaultSettings, selector: 2 })
    expect((await JsonStore.load(path, settingsFile)).current.selector).toBe(2)
  })

  it('waits for nobody elsewhere', async () => {
    vi.stubGlobal('process', { ...process, platform: 'linux' })
    const store = await JsonStore.load(path, settingsFile)
    vi.mocked(rename).mockRejectedValueOnce(systemError('EPERM'))
    await expect(store.save(defaultSettings)).rejects.toThrow('EPERM')
    expect(await readdir(folder)).toEqual([])
  })
})
