/** What the slow tests build an AppImage with on a network that refuses electron-builder its own tools. */
import { existsSync, rmSync } from 'node:fs'
import { appImageHead, keepHead, programs } from '../package/appimage-tools.mjs'
import { downloadFallbackImage, isFallback } from './electron.mjs'
import { has, installDebian, say, scratch } from './steps.mjs'

export async function ensureAppImageTools() {
  if (process.platform !== 'linux') return
  const missing = Object.keys(programs).filter((name) => !has(name))
  if (missing.length > 0)
    installDebian(
      missing.map((name) => programs[name]),
      'the slow tests build an AppImage'
    )
  if (existsSync(appImageHead) || !isFallback()) return
  say('taking the head of the AppImage that the runtime came in')
  keepHead(await downloadFallbackImage())
  rmSync(scratch, { recursive: true, force: true })
}
