/** What the slow tests of packages need: tools for an AppImage, where electron-builder's own are refused, and certificates. */
import { existsSync, rmSync } from 'node:fs'
import { appImageHead, keepHead, programs } from '../package/appimage-tools.mjs'
import { downloadFallbackImage, isFallback } from './electron.mjs'
import { has, installDebian, say, scratch } from './steps.mjs'

export async function ensurePackageTools() {
  if (process.platform !== 'linux') return
  const wanted = { ...programs, certutil: 'libnss3-tools', openssl: 'openssl' }
  const missing = Object.keys(wanted).filter((name) => !has(name))
  if (missing.length > 0)
    installDebian(
      missing.map((name) => wanted[name]),
      'the slow tests build packages and look for updates'
    )
  if (existsSync(appImageHead) || !isFallback()) return
  say('taking the head of the AppImage that the runtime came in')
  keepHead(await downloadFallbackImage())
  rmSync(scratch, { recursive: true, force: true })
}
