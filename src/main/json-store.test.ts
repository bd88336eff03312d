import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../contract/app'
import { JsonStore, parseJsonFile } from './json-store'
import { settingsFile } from './settings'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-settings-'))
  path = join(folder, 'settings.json')
})

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
})
