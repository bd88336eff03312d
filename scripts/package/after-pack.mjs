/** What happens to the unpacked app before it is wrapped: the fuses, the command line's wrapper, what must not ship. */
import { listPackage } from '@electron/asar'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from './steps.mjs'
import { shippedNames } from './components.mjs'
import { setFuses } from './fuses.mjs'
import { canBeHeadless } from './runtime.mjs'

/** @param {import('electron-builder').AfterPackContext} context */
export default async function afterPack({ appOutDir, packager, electronPlatformName }) {
  const name = packager.appInfo.productFilename
  const mac = electronPlatformName === 'darwin'
  const resources = mac ? join(appOutDir, `${name}.app/Contents/Resources`) : join(appOutDir, 'resources')
  // Electron's own sample app, which the development runtime needs to be started with a folder.
  rmSync(join(resources, 'default_app.asar'), { force: true })
  rmSync(join(appOutDir, 'origin'), { force: true })
  const program = mac
    ? join(appOutDir, `${name}.app`)
    : join(appOutDir, electronPlatformName === 'win32' ? `${name}.exe` : 'signal-lab')
  const [update] = packager.config.publish ?? []
  if (update) writeFileSync(join(resources, 'app-update.yml'), updateFile(update))
  refuseIncomplete(join(resources, 'app.asar'))
  const missing = await setFuses(program)
  if (missing.length > 0) say(`this runtime does not have these fuses: ${missing.join(', ')}`)
  if (electronPlatformName === 'linux') writeWrapper(appOutDir, packager.info.framework.version)
  const addon = join(resources, 'native/signal_lab_kernels.node')
  if (!existsSync(addon)) say('the native kernels are not in the package: training will use TensorFlow’s operations')
}

/** What electron-updater reads; the packager writes it for some targets only. */
const updateFile = ({ provider, url }) =>
  `provider: ${provider}\nurl: ${url}\nupdaterCacheDirName: signal-lab-updater\n`

/** The packager leaves out what it does not find, and goes on. */
function refuseIncomplete(archive) {
  const files = new Set(listPackage(archive).map((path) => path.replaceAll('\\', '/')))
  const there = (name) => [...files].some((path) => path.endsWith(`/node_modules/${name}/package.json`))
  const missing = shippedNames().filter((name) => !there(name))
  if (missing.length > 0) {
    throw new Error(
      `the archive lacks ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}: node_modules must be a folder of this project, as npm run setup makes it`
    )
  }
}

function writeWrapper(folder, version) {
  const headless = canBeHeadless(version)
  const check = `[ -n "$DISPLAY" ] || { echo "siglab: this build runs on Electron ${version}, which needs a display even without a window; set DISPLAY or use xvfb-run." >&2; exit 1; }`
  const text = readFileSync(join(root, 'build/linux/siglab.sh'), 'utf8')
    .replace('@DISPLAY_CHECK@\n', headless ? '' : `${check}\n`)
    .replace('@OZONE@ ', headless ? '--ozone-platform=headless ' : '')
  writeFileSync(join(folder, 'siglab'), text)
  chmodSync(join(folder, 'siglab'), 0o755)
}
