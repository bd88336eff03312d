/**
 * What electron-builder needs for an AppImage, from the system instead of its release server: two programs of Debian's,
 * and the small program at the head of any other AppImage, which is the same in all of them.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { has, must, root } from './steps.mjs'

/** The programs, and the Debian packages that they are in. */
export const programs = { mksquashfs: 'squashfs-tools', 'desktop-file-validate': 'desktop-file-utils' }

/** Where the head lies once it was kept. */
export const appImageHead = join(root, `.cache/package/appimage-head-${process.arch}`)

/** Keep the head of an AppImage of this processor. Throws if it is none. */
export function keepHead(appImage) {
  const length = Number(must(appImage, ['--appimage-offset']).trim())
  if (!(length > 0)) throw new Error(`${appImage} is not an AppImage: it tells no length of its head`)
  mkdirSync(dirname(appImageHead), { recursive: true })
  writeFileSync(appImageHead, readFileSync(appImage).subarray(0, length))
}

/** Whether nothing has to be fetched. */
export const hasSystemTools = () => existsSync(appImageHead) && Object.keys(programs).every(has)

/** Make the folder and name it to electron-builder. Throws where a program is missing. */
export function useSystemTools() {
  const missing = Object.keys(programs).filter((name) => !has(name))
  if (missing.length > 0) {
    throw new Error(
      `${missing.join(' and ')} must be there (Debian: ${missing.map((name) => programs[name]).join(', ')})`
    )
  }
  const folder = join(root, '.cache/package/appimage-tools')
  rmSync(folder, { recursive: true, force: true })
  const tools = join(folder, `linux-${process.arch}`)
  mkdirSync(tools, { recursive: true })
  mkdirSync(join(folder, 'lib/x64'), { recursive: true })
  for (const name of Object.keys(programs)) symlinkSync(whereIs(name), join(tools, name))
  const runtime = join(folder, `runtime-${process.arch}`)
  writeFileSync(runtime, readFileSync(appImageHead))
  chmodSync(runtime, 0o755)
  process.env.APPIMAGE_TOOLS_PATH = folder
}

const whereIs = (name) =>
  process.env.PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
