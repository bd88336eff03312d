/** The parts of a test run: each is a program, counted by its own report; the end is one line of totals. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './setup/steps.mjs'

/**
 * @param {{ goesOn: boolean }} options whether what comes after a part that fails is run as well; then each part has a
 *   line of its own at the end
 */
export function testRun({ goesOn }) {
  process.chdir(root)
  const reports = mkdtempSync(join(tmpdir(), 'signal-lab-test-'))
  const parts = []

  function part(title, [program, ...args], env = {}, counted = () => ({})) {
    const started = Date.now()
    console.log(`\n== ${title}`)
    const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    const counts = { passed: 0, failed: 0, skipped: 0, flaky: 0 }
    try {
      Object.assign(counts, counted())
    } catch {
      // No report: the part failed before it ran a test, and its status says so.
    }
    if (status !== 0 && counts.failed === 0) counts.failed = 1
    const seconds = Math.round((Date.now() - started) / 1000)
    parts.push({ title, seconds, ...counts })
    console.log(`== ${title}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`)
    if (status !== 0 && !goesOn) finish()
  }

  function vitest(title, args, env) {
    const report = join(reports, 'vitest.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const command = [process.execPath, 'node_modules/.bin/vitest', 'run', ...args, ...reporters]
    part(title, command, env, () => {
      const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
      rmSync(report)
      const flaky = testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
      for (const { fullName, failureMessages } of flaky)
        console.log(`only at a second try: ${fullName}\n${failureMessages[0]}`)
      return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, flaky: flaky.length }
    })
  }

  function playwright(title, args = []) {
    const report = join(reports, 'playwright.json')
    const command = [process.execPath, 'scripts/e2e.mjs', ...args, '--reporter=list,json']
    part(title, command, { PLAYWRIGHT_JSON_OUTPUT_NAME: report }, () => {
      const { expected, unexpected, flaky, skipped } = JSON.parse(readFileSync(report, 'utf8')).stats
      return { passed: expected + flaky, failed: unexpected, skipped, flaky }
    })
  }

  function finish() {
    rmSync(reports, { recursive: true, force: true })
    const sum = (name) => parts.reduce((total, counts) => total + counts[name], 0)
    const words = (of) => {
      const rest = [
        of('skipped') && `${of('skipped')} skipped`,
        of('flaky') && `${of('flaky')} of the passed only at a second try`
      ]
      return [`${of('passed')} passed`, `${of('failed')} failed`, ...rest.filter(Boolean)].join(', ')
    }
    console.log('')
    if (goesOn) for (const one of parts) console.log(`${one.title}: ${words((name) => one[name])} in ${one.seconds} s`)
    console.log(words(sum))
    process.exit(sum('failed') > 0 ? 1 : 0)
  }

  return { part, vitest, playwright, finish }
}
