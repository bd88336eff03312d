/**
 * Run a benchmark from bench/: `npm run bench` for all of it, `npm run -s bench -- training-step --json` for our side
 * alone, `npm run -s bench -- --help` for what there is. Bundles the benchmark the way the app is bundled, then runs it in
 * a process of its own.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { ensureBuilt } from './build.mjs'
import { withDisplay } from './display.mjs'
import { ensureNativeKernels } from './setup/native.mjs'
import { root } from './setup/steps.mjs'
import { threadScripts } from './thread-scripts.mjs'

const names = readdirSync(join(root, 'bench'))
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.replace('.bench.ts', ''))
const options = process.argv.slice(2)
if (options.some((option) => option === '--help' || option === '-h')) {
  const told = names.map((name) => `  ${name.padEnd(22)} ${purposeOf(name)}\n`)
  process.stdout.write(`npm run bench [-- NAME [--json]]: all of them, or the one that is named.\n${told.join('')}`)
  process.exit(0)
}
const chosen = options[0]?.startsWith('--') === false ? [options.shift()] : names
const unknown = chosen.find((name) => !names.includes(name))
if (unknown !== undefined) {
  process.stderr.write(`there is no benchmark "${unknown}"; there are: ${names.join(', ')}\n`)
  process.exit(2)
}
await ensureNativeKernels()

/** These drive the built app. */
const withWindow = ['startup', 'scope-frames', 'training-window']
const needsWindow = chosen.some((name) => withWindow.includes(name))
if (needsWindow) ensureBuilt()
const display = needsWindow ? await withDisplay() : { env: process.env, end: () => {} }

for (const name of chosen) {
  await build({
    root,
    configFile: false,
    plugins: [threadScripts()],
    logLevel: 'warn',
    build: {
      ssr: `bench/${name}.bench.ts`,
      outDir: '.cache/bench',
      emptyOutDir: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: `${name}.cjs` } }
    }
  })
  const { status } = spawnSync(process.execPath, [join(root, '.cache/bench', `${name}.cjs`), ...options], {
    stdio: 'inherit',
    cwd: root,
    env: display.env
  })
  if (status !== 0) {
    display.end()
    process.exit(status ?? 1)
  }
}
display.end()

// The tables that a benchmark writes are formatted as everything else is.
spawnSync(
  process.execPath,
  ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level=warn', 'docs/performance.md', 'bench/results'],
  {
    stdio: 'inherit',
    cwd: root
  }
)

/** The first sentence of its comment, or what comes before the colon. */
function purposeOf(name) {
  const [comment] = readFileSync(join(root, 'bench', `${name}.bench.ts`), 'utf8').split('*/')
  const text = comment
    .replace(/^\/\*\*|^ \* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
  return /^.*?(?=[.:](\s|$))/.exec(text)?.[0] ?? text
}
