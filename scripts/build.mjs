/** Is the built app older than its sources, and how to build it: shared by starting and testing. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup/steps.mjs'

const built = ['out/main/index.js', 'out/main/ml-process.js', 'out/preload/index.js', 'out/renderer/index.html']
const sources = ['src', 'electron.vite.config.ts', 'svelte.config.mjs', 'tsconfig.base.json', 'package.json']

/** True if a part was never built, or if any source is newer than the oldest part. */
export function isBuildStale() {
  const paths = built.map((path) => join(root, path))
  if (!paths.every((path) => existsSync(path))) return true
  const oldest = Math.min(...paths.map((path) => statSync(path).mtimeMs))
  return newestChange(sources.map((path) => join(root, path))) > oldest
}

/** Leaves a build that is at least as new as its sources. */
export function ensureBuilt() {
  if (isBuildStale()) build()
}

/** Build all three targets; ends the program with the builder's own words if that fails. */
export function build() {
  process.stderr.write('building the app\n')
  const args = [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn']
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}

function newestChange(paths) {
  let newest = 0
  for (const path of paths) {
    const entry = statSync(path)
    // Tests are not part of what is built.
    if (/\.test\.(ts|mjs)$/.test(path)) continue
    const inside = entry.isDirectory() ? newestChange(readdirSync(path).map((name) => join(path, name))) : 0
    newest = Math.max(newest, inside, entry.isDirectory() ? 0 : entry.mtimeMs)
  }
  return newest
}
