/**
 * Everything a fresh clone needs, in order: npm packages, the Electron runtime, TensorFlow and its addon.
 *
 * Idempotent: each step looks first and does only what is missing; a step that is interrupted starts again. Uses Node
 * alone. Options: --no-display skips the virtual display, --slow brings what only the slow tests need, --quiet says
 * nothing when all is there.
 */
import { SetupError, root, say } from './setup/steps.mjs'
import { ensurePackages } from './setup/packages.mjs'

const started = Date.now()
try {
  process.chdir(root)
  ensurePackages()
  // Loaded after the packages are there: these steps use some of them.
  const { ensureElectron, ensureVirtualDisplay } = await import('./setup/electron.mjs')
  const { ensurePackageTools } = await import('./setup/package-tools.mjs')
  const { ensureTestQueue } = await import('./setup/queue.mjs')
  const { ensureTensorFlow } = await import('./setup/tensorflow.mjs')
  const { ensureNativeKernels } = await import('./setup/native.mjs')
  await ensureElectron()
  if (!process.argv.includes('--no-display')) ensureVirtualDisplay()
  if (process.argv.includes('--slow')) {
    ensureTestQueue()
    await ensurePackageTools()
  }
  await ensureTensorFlow()
  await ensureNativeKernels()
  say(`ready (${((Date.now() - started) / 1000).toFixed(1)} s)`)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`set-up failed: ${error.message}\n`)
  process.exitCode = 1
}
