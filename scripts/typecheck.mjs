/** The type checks, one per layer: each tsconfig holds what its layer may see. */
import { spawnSync } from 'node:child_process'

const checks = [
  ...['core', 'ml', 'main', 'tools'].map((layer) => ['tsc', '-p', `tsconfig.${layer}.json`]),
  ['svelte-check', '--tsconfig', 'tsconfig.web.json', '--fail-on-warnings', '--output', 'human']
]
for (const [program, ...args] of checks) {
  const { status } = spawnSync(process.execPath, [`node_modules/.bin/${program}`, ...args], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
