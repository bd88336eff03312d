/** `npm run -s siglab -- …`: the command line from a clone, built first if its sources changed. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, tfjsNode } from './setup/steps.mjs'

if (!existsSync(join(tfjsNode, 'deps/lib'))) {
  process.stderr.write('siglab: the set-up has not been run; run: npm run setup\n')
  process.exit(1)
}
const { ensureNativeKernels } = await import('./setup/native.mjs')
const { ensureBuilt } = await import('./build.mjs')
await ensureNativeKernels()
await ensureBuilt()
// The folder from which npm was called, so that relative paths mean what the user sees.
const cwd = process.env.INIT_CWD ?? process.cwd()
const { status, signal } = spawnSync(process.execPath, [join(root, 'out/main/siglab.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd
})
process.exit(signal ? 130 : (status ?? 1))
