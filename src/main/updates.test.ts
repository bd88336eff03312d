import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lookForUpdate, updateAddress } from './updates'

const program = vi.hoisted(() => ({ isPackaged: true }))
const updater = vi.hoisted(() => ({
  autoDownload: true,
  autoInstallOnAppQuit: true,
  forceDevUpdateConfig: false,
  logger: {} as object | null,
  listeners: new Map<string, (found: { version: string }) => void>(),
  on: (name: string, listener: (found: { version: string }) => void) => void updater.listeners.set(name, listener),
  checkForUpdates: vi.fn()
}))
vi.mock('electron', () => ({ app: program }))
vi.mock('electron-updater', () => ({ autoUpdater: updater }))

let folder: string
const original = process.resourcesPath
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signal-lab-updates-'))
  Object.assign(process, { resourcesPath: folder })
  program.isPackaged = true
  updater.checkForUpdates.mockReset()
})
afterEach(() => {
  Object.assign(process, { resourcesPath: original })
  rmSync(folder, { recursive: true })
})
const configure = (text: string) => writeFileSync(join(folder, 'app-update.yml'), text)
const look = async () => {
  const told: string[] = []
  await lookForUpdate(
    (version) => told.push(`found ${version}`),
    (reason) => told.push(`failed: ${reason}`)
  )
  return told
}

test('a program without an address asks nobody', async () => {
  expect(updateAddress()).toBeNull()
  expect(await look()).toEqual([])
  configure('provider: generic\nurl: https://updates.example/signal-lab\n')
  program.isPackaged = false
  expect(updateAddress()).toBeNull()
  expect(await look()).toEqual([])
  expect(updater.checkForUpdates).not.toHaveBeenCalled()
})

test('an address that is not encrypted is none', async () => {
  configure('provider: generic\nurl: http://updates.example/signal-lab\n')
  expect(updateAddress()).toBeNull()
  expect(await look()).toEqual([])
  expect(updater.checkForUpdates).not.toHaveBeenCalled()
})

test('a newer version is told of; nothing is fetched or installed', async () => {
  configure("provider: generic\nurl: 'https://updates.example/signal-lab'\nchannel: latest\n")
  expect(updateAddress()).toBe('https://updates.example/signal-lab')
  updater.checkForUpdates.mockImplementation(async () =>
    updater.listeners.get('update-available')!({ version: '9.0.0' })
  )
  expect(await look()).toEqual(['found 9.0.0'])
  expect(updater).toMatchObject({
    autoDownload: false,
    autoInstallOnAppQuit: false,
    forceDevUpdateConfig: true,
    logger: null
  })
})

test('a computer without a network is no news to the user', async () => {
  configure('url: https://updates.example\n')
  updater.checkForUpdates.mockRejectedValue(new Error('net::ERR_INTERNET_DISCONNECTED'))
  expect(await look()).toEqual(['failed: net::ERR_INTERNET_DISCONNECTED'])
})
