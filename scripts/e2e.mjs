/** `npm run test:e2e`: the tests of the built app in a real Electron, on a display of their own if there is none. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { root } from './setup/steps.mjs'

ensureBuilt()
const display = process.platform === 'linux' && !process.env.DISPLAY ? await startDisplay() : undefined
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/@playwright/test/cli.js'), 'test', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...(display && { DISPLAY: display.name }) } }
)
display?.server.kill()
process.exit(status ?? 1)

/** Xvfb chooses a free number itself and writes it to the descriptor that it is given. */
function startDisplay() {
  return new Promise((resolve, reject) => {
    const args = ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp']
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    server.on('error', (error) => reject(new Error(`Xvfb could not be started (${error.message}); run npm run setup`)))
    server.on('exit', (code) => reject(new Error(`Xvfb ended with code ${code} before it was ready`)))
    server.stdio[3].once('data', (digits) => resolve({ name: `:${String(digits).trim()}`, server }))
  })
}
