/**
 * Whether a newer version is there: looked for once, when the window is there, and only by a program that was packaged with an
 * address. It tells; nothing is fetched or installed.
 */
import { app } from 'electron'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The address in the package's own file, which electron-updater reads as well; null if there is none. */
export function updateAddress(): string | null {
  if (!app.isPackaged) return null
  try {
    const text = readFileSync(join(process.resourcesPath, 'app-update.yml'), 'utf8')
    return /^url: *['"]?(https:\/\/[^\s'"]+)/m.exec(text)?.[1] ?? null
  } catch {
    return null
  }
}

/** Never throws: a computer without a network is no news. */
export async function lookForUpdate(onFound: (version: string) => void, onFailure: (reason: string) => void) {
  if (updateAddress() === null) return
  try {
    const { autoUpdater } = await import('./updater')
    autoUpdater.autoDownload = false
    autoUpdater.autoInstallOnAppQuit = false
    // It looks only where it could install, so in an AppImage alone; to look is all that is wanted of it.
    autoUpdater.forceDevUpdateConfig = true
    autoUpdater.logger = null
    autoUpdater.on('update-available', ({ version }) => onFound(version))
    await autoUpdater.checkForUpdates()
  } catch (error) {
    onFailure((error as Error).message)
  }
}
