/** `npm run test:e2e`: the tests of the built app in a real Electron, on a display of their own if there is none. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { withDisplay } from './display.mjs'
import { root } from './setup/steps.mjs'

/** `--slow` runs the ones that take minutes, alone. */
const slow = process.argv.includes('--slow')
const args = process.argv.slice(2).filter((argument) => argument !== '--slow')
ensureBuilt()
const display = await withDisplay()
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/@playwright/test/cli.js'), 'test', ...(slow ? ['.slow.spec'] : []), ...args],
  { cwd: root, stdio: 'inherit', env: { ...display.env, ...(slow && { SIGNAL_LAB_SLOW: '1' }) } }
)
display.end()
process.exit(status ?? 1)
