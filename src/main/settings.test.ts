import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from '../contract/app'
import { SettingsStore, parseSettings } from './settings'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-settings-'))
  path = join(folder, 'settings.json')
})

describe('parseSettings', () => {
  const good = { version: 1, settings: defaultSettings }

  it('takes what was saved', () => {
    expect(parseSettings(JSON.stringify(good))).toEqual({ kind: 'good', settings: defaultSettings })
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
    expect(parseSettings(text).kind).toBe('damaged')
  })
})

describe('SettingsStore', () => {
  it('starts with the defaults and no notice where there is no file', async () => {
    const store = await SettingsStore.load(path)
    expect(store.current).toEqual(defaultSettings)
    expect(store.notices).toEqual([])
  })

  it('loads what another store saved, and leaves no temporary file', async () => {
    const store = await SettingsStore.load(path)
    await store.save({ ...defaultSettings, theme: 'light', selector: 3 })
    expect((await SettingsStore.load(path)).current).toMatchObject({ theme: 'light', selector: 3 })
    expect(await readdir(folder)).toEqual(['settings.json'])
  })

  it('keeps the last of many quick saves', async () => {
    const store = await SettingsStore.load(path)
    await Promise.all([0, 1, 2, 3].map((selector) => store.save({ ...defaultSettings, selector })))
    expect((await SettingsStore.load(path)).current.selector).toBe(3)
  })

  it('keeps a damaged file aside, unchanged, and says so', async () => {
    await writeFile(path, '{"cut')
    const store = await SettingsStore.load(path, () => new Date('2024-05-06T07:08:09.000Z'))
    expect(store.current).toEqual(defaultSettings)
    expect(store.notices).toHaveLength(1)
    expect(store.notices[0]).toContain('settings.corrupt-2024-05-06T07-08-09-000Z.json')
    expect(await readFile(join(folder, 'settings.corrupt-2024-05-06T07-08-09-000Z.json'), 'utf8')).toBe('{"cut')
  })

  it('fails to save into a folder that is gone, and saves again when it is back', async () => {
    const store = await SettingsStore.load(join(folder, 'gone', 'settings.json'))
    await expect(store.save(defaultSettings)).rejects.toThrow('ENOENT')
    expect(store.current).toEqual(defaultSettings)
  })
})
