/**
 * `npm start [file]`: build if needed, then open the window; without a display, say so and run the same laboratory as a
 * headless demonstration.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { root } from './setup/steps.mjs'

const args = process.argv.slice(2)
ensureBuilt()

const hasDisplay = process.platform !== 'linux' || !!process.env.DISPLAY || !!process.env.WAYLAND_DISPLAY
if (hasDisplay) openWindow()
else runHeadless()

function openWindow() {
  const electron = createRequire(import.meta.url)('electron')
  // Chromium refuses to start as root with its sandbox; an ordinary user always has it.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(electron, [...sandbox, root, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`Electron could not be started: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

function runHeadless() {
  process.stderr.write(
    'There is no display (DISPLAY is not set): running the headless demonstration instead of the window.\n'
  )
  const { status } = spawnSync(process.execPath, [join(root, 'out/main/siglab.js'), 'demo', ...args], {
    stdio: 'inherit'
  })
  process.exit(status ?? 1)
}
