/** build/electron-builder.yml with what is only known now: the runtime, and where updates come from. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

const require = createRequire(import.meta.url)

/**
 * @param {{ runtime: { version: string, folder: string }, updateUrl?: string }} what
 * @returns {import('electron-builder').Configuration}
 */
export function packageConfiguration({ runtime, updateUrl }) {
  const { load } = require('js-yaml')
  const written = load(readFileSync(join(root, 'build/electron-builder.yml'), 'utf8'))
  return {
    ...written,
    electronVersion: runtime.version,
    electronDist: runtime.folder,
    publish: updateUrl ? [{ provider: 'generic', url: updateUrl }] : null
  }
}

/** Throws with the packager's own words if it does not know an entry. */
export async function checkConfiguration(configuration) {
  const { validateConfiguration } = require('app-builder-lib/out/util/config/config')
  const { DebugLogger } = require('builder-util')
  await validateConfiguration(configuration, new DebugLogger(false))
}
