/**
 * Which Electron goes into a package, and whether it may: the runtime that lies in node_modules, if it is the one that
 * package.json names. Another one, as closed networks get, is for tests and never for users.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

/** @returns {{ version: string, wanted: string, folder: string }} */
export function installedRuntime() {
  const folder = join(root, 'node_modules/electron/dist')
  const version = readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '')
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.electron
  return { version, wanted, folder }
}

/**
 * Undefined if a package may be built from this runtime, otherwise the refusal.
 * @param {{ version: string, wanted: string, allowOld: boolean }} what
 */
export function refuseRuntime({ version, wanted, allowOld }) {
  if (version === wanted || allowOld) return undefined
  return [
    `REFUSED: the runtime in node_modules is Electron ${version}, and a release is built from ${wanted} alone.`,
    `Electron ${version} gets no security updates any more; a program on it must not reach users.`,
    'Build on a machine that can download Electron (npm run setup), or add --allow-old-runtime for a package that',
    'stays on this machine, to test the packaging itself.'
  ].join('\n')
}

/** Whether Electron can run without any display by `--ozone-platform=headless`; the fallback, 22, ends at once. */
export function canBeHeadless(version) {
  return Number(version.split('.')[0]) >= 40
}
