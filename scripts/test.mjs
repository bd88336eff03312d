/**
 * Everything that must hold before a change lands: format, lint and types, unit tests on both kernel paths, the built
 * app in the real Electron. Stops at the first part that fails and ends with one line of totals.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './setup/steps.mjs'

process.chdir(root)
const reports = mkdtempSync(join(tmpdir(), 'signal-lab-test-'))
const total = { passed: 0, failed: 0, skipped: 0, flaky: 0 }

part('format, lint and types', ['npm', 'run', '-s', 'check'])
vitest('unit tests', ['--project', 'node', '--project', 'renderer'])
// What computes; reading files, exporting and keeping runs is the same on any kernels.
const computing = [
  'architectures',
  'bode',
  'duel',
  'inference',
  'kernels',
  'lab.test',
  'network',
  'studies',
  'training'
]
vitest(
  "kernels and training on TensorFlow's own operations",
  ['--project', 'node', ...computing.map((name) => `src/ml/${name}`)],
  { SIGNAL_LAB_KERNELS: 'off' }
)
playwright('the built app in the real Electron')
finish(0)

function vitest(title, args, env = {}) {
  const report = join(reports, 'vitest.json')
  const command = [
    'node_modules/.bin/vitest',
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`
  ]
  part(title, [process.execPath, ...command], env, () => {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
    count(numPassedTests, numFailedTests, numPendingTests)
  })
}

function playwright(title) {
  const report = join(reports, 'playwright.json')
  part(
    title,
    [process.execPath, 'scripts/e2e.mjs', '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    () => {
      const { expected, unexpected, flaky, skipped } = JSON.parse(readFileSync(report, 'utf8')).stats
      count(expected + flaky, unexpected, skipped)
      total.flaky += flaky
    }
  )
}

function count(passed, failed, skipped) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

function part(title, [program, ...args], env = {}, onEnd = () => {}) {
  const started = Date.now()
  console.log(`\n== ${title}`)
  const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  try {
    onEnd()
  } catch {
    // No report: the part failed before it ran a test, and its status says so.
  }
  console.log(`== ${title}: ${status === 0 ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`)
  if (status !== 0) finish(status ?? 1)
}

function finish(status) {
  rmSync(reports, { recursive: true, force: true })
  if (status !== 0 && total.failed === 0) total.failed = 1
  const { passed, failed, skipped, flaky } = total
  const rest = [skipped && `${skipped} skipped`, flaky && `${flaky} of the passed only at a second try`]
  console.log(`\n${[`${passed} passed`, `${failed} failed`, ...rest.filter(Boolean)].join(', ')}`)
  process.exit(status)
}
