/**
 * `npm run package`: what users install.
 *
 *   --targets deb,tar,appimage   (default: deb,tar; on Windows nsis, on macOS dmg; "dir" alone stops at the folder)
 *   --arch x64|arm64         (default: this machine's processor, the only one that it can be)
 *   --appimage-runtime FILE      any AppImage of this processor: with Debian's squashfs-tools and desktop-file-utils it
 *                                replaces the tools that electron-builder would fetch
 *   --update-url URL             where the installed program may look for updates; without it it never looks
 *   --allow-old-runtime          for packages that stay on this machine
 *
 * A package is built on the system and the processor that it is for: TensorFlow, its addon and our kernels are those of
 * this machine. What cannot be built here is said at the end, and the exit code is 1 if it was asked for.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from './build.mjs'
import { hasSystemTools, keepHead, useSystemTools } from './package/appimage-tools.mjs'
import { checkConfiguration, packageConfiguration } from './package/configuration.mjs'
import { debianArchitectures, makeDeb } from './package/deb.mjs'
import { licences } from './package/licences.mjs'
import { manPage } from './package/man-page.mjs'
import { installedRuntime, refuseRuntime } from './package/runtime.mjs'
import { billOfMaterials } from './package/sbom.mjs'
import { has, root, say } from './package/steps.mjs'
import { makeTarball } from './package/tarball.mjs'
import { ensureNativeKernels } from './setup/native.mjs'
import { tensorflowVersion } from './setup/tensorflow.mjs'

const usual = { linux: 'deb,tar', win32: 'nsis', darwin: 'dmg' }[process.platform]
const { values: options } = parseArgs({
  options: {
    targets: { type: 'string', default: usual },
    arch: { type: 'string', default: process.arch },
    'update-url': { type: 'string' },
    'appimage-runtime': { type: 'string' },
    'allow-old-runtime': { type: 'boolean', default: false }
  }
})
const targets = options.targets.split(',').filter(Boolean)
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { arch } = process
const dist = join(root, 'dist')
const unpacked = join(dist, arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`)

/** How each kind of package is made of the unpacked folder; the rest is electron-builder's. */
const ownMakers = {
  dir: () => unpacked,
  deb() {
    const output = join(dist, `signal-lab_${version}_${debianArchitectures[arch]}.deb`)
    if (!has('dpkg-deb')) throw new Error('dpkg-deb is not there: a Debian package is built on Debian or Ubuntu')
    makeDeb({ unpacked, output, version, arch, manPage: manPage(version) })
    return output
  },
  tar: () =>
    makeTarball({
      unpacked,
      folderName: `signal-lab-${version}`,
      output: join(dist, `signal-lab-${version}-${arch}.tar.gz`)
    })
}
const builderTargets = {
  appimage: { kind: 'AppImage', platform: 'linux', system: 'Linux' },
  nsis: { kind: 'nsis', platform: 'win32', system: 'Windows' },
  dmg: { kind: 'dmg', platform: 'darwin', system: 'macOS' }
}

if (options.arch !== arch) {
  const parts = "Electron, TensorFlow's library, its addon and our kernels"
  for (const name of targets)
    say(
      `${name} for ${options.arch} CANNOT BE BUILT HERE: it holds ${parts}, which npm run setup makes for ${arch}; build it on ${options.arch}`
    )
  process.exit(1)
}

const runtime = installedRuntime()
const refusal = refuseRuntime({ ...runtime, allowOld: options['allow-old-runtime'] })
if (refusal) {
  process.stderr.write(`${refusal}\n`)
  process.exit(1)
}
const unknown = targets.filter((name) => !(name in ownMakers) && !(name in builderTargets))
if (unknown.length > 0) {
  const known = [...Object.keys(ownMakers), ...Object.keys(builderTargets)].join(', ')
  process.stderr.write(`there is no target "${unknown[0]}"; there are: ${known}\n`)
  process.exit(2)
}

await ensureNativeKernels()
ensureBuilt()
const runtimes = { electronVersion: runtime.version, tensorflowVersion }
writeJson(join(root, '.cache/package/licences.json'), licences(runtimes))
writeJson(join(dist, `signal-lab-${version}.cdx.json`), billOfMaterials(runtimes))
const configuration = packageConfiguration({ runtime, updateUrl: options['update-url'] })
await checkConfiguration(configuration)

const { build, Platform } = await import('electron-builder')
const failures = []
rmSync(unpacked, { recursive: true, force: true })
if (process.platform === 'linux') await pack(['dir'])
for (const name of targets) {
  try {
    if (name === 'appimage') useAppImageTools()
    const made = name in ownMakers ? [ownMakers[name]()] : await wrap(builderTargets[name])
    for (const path of made) say(`${name}: ${path.replace(`${root}/`, '')}${sizeOf(path)}`)
  } catch (error) {
    failures.push(name)
    say(`${name} CANNOT BE BUILT HERE: ${error.message.split('\n')[0]}`)
  }
}
if (runtime.version !== runtime.wanted) say(`these packages hold Electron ${runtime.version}: NOT FOR USERS`)
process.exit(failures.length > 0 ? 1 : 0)

/** Have electron-builder wrap the unpacked folder, on the system that the package is for. */
function wrap({ kind, platform, system }) {
  if (platform !== process.platform) throw new Error(`a package for ${system} is built on ${system}`)
  return pack([kind], unpacked)
}

/** Those of the system, where they are there or asked for; otherwise electron-builder fetches its own. */
function useAppImageTools() {
  const { 'appimage-runtime': given } = options
  if (given) keepHead(given)
  if (given || hasSystemTools()) useSystemTools()
}

/** Run electron-builder; `prepackaged` is a folder that is wrapped as it is. */
function pack(kinds, prepackaged) {
  return build({
    targets: Platform.current().createTarget(kinds),
    // The packager changes what it is given.
    config: structuredClone(configuration),
    projectDir: root,
    publish: 'never',
    ...(prepackaged && existsSync(prepackaged) && { prepackaged })
  })
}

function writeJson(path, value) {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)
}

function sizeOf(path) {
  return statSync(path).isFile() ? ` (${(statSync(path).size / 1e6).toFixed(0)} MB)` : ''
}
