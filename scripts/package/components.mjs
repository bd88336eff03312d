/**
 * What is in a package that others made: the npm packages that run in it, and the two large runtimes.
 *
 * Read from the lock file, so it needs no network and names what `npm ci` installs, with its hashes.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

/**
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX expression
 * @property {string} [integrity] as the lock file has it: "sha512-…" in base 64
 * @property {string} purl
 * @property {string} [folder] where its files are, relative to the project
 * @property {string[]} [licenceFiles] absolute paths, where they are not in its folder
 */

/** Development packages whose code the bundler copies into the page. */
const bundled = ['svelte', 'esm-env', 'clsx', 'uplot']

/** @param {{ electronVersion: string, tensorflowVersion: string }} runtimes @returns {Component[]} */
export function components({ electronVersion, tensorflowVersion }) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const found = Object.entries(packages)
    .filter(([path, entry]) => path !== '' && (isShipped(entry) || bundled.includes(nameOf(path))))
    .map(([path, { version, license, integrity }]) => ({
      name: nameOf(path),
      version,
      licence: license ?? 'NOASSERTION',
      integrity,
      purl: `pkg:npm/${nameOf(path).replace('@', '%40')}@${version}`,
      folder: path
    }))
  for (const name of bundled) {
    if (!found.some((component) => component.name === name)) throw new Error(`the lock file has no "${name}"`)
  }
  const electron = join(root, 'node_modules/electron/dist')
  return [
    {
      name: 'Electron',
      version: electronVersion,
      licence: 'MIT',
      purl: `pkg:github/electron/electron@v${electronVersion}`,
      licenceFiles: ['LICENSE', 'LICENSE.electron.txt'].map((name) => join(electron, name))
    },
    {
      name: 'TensorFlow',
      version: tensorflowVersion,
      licence: 'Apache-2.0',
      purl: `pkg:pypi/tensorflow-cpu@${tensorflowVersion}`
    },
    ...found.sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version))
  ]
}

/** Names of the npm packages that must be in the archive; types alone are no code. @returns {string[]} */
export function shippedNames() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const shipped = Object.entries(packages).filter(([path, entry]) => path !== '' && isShipped(entry))
  return [...new Set(shipped.map(([path]) => nameOf(path)))].filter((name) => !/^@(types|webgpu)\//.test(name))
}

const isShipped = (entry) => !entry.dev && !entry.devOptional && !entry.optional && !entry.peer

/** "node_modules/a/node_modules/@b/c" -> "@b/c" */
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** The whole texts that come with a component. @param {Component} component @returns {string} */
export function licenceText({ folder, licence, licenceFiles }) {
  const files = licenceFiles ?? (folder ? filesIn(folder) : [])
  const texts = files.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8').trim())
  if (texts.length > 0) return texts.join('\n\n')
  // Some name their licence and bring no text.
  return licence.includes('Apache-2.0') ? readFileSync(join(root, 'node_modules/long/LICENSE'), 'utf8').trim() : ''
}

function filesIn(folder) {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  const names = readdirSync(path).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
  return names.map((name) => join(path, name))
}
