/**
 * From the start of the program to the first filtered trace on the screen: the real app, built, with a fresh user
 * folder each time. The limit is three seconds. --json prints the figures alone.
 */
import { _electron } from '@playwright/test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

const limitSeconds = 3
const rounds = 5
const root = process.cwd()

async function startOnce(): Promise<number> {
  const userData = mkdtempSync(join(tmpdir(), 'signal-lab-bench-'))
  const started = Date.now()
  const app = await _electron.launch({
    executablePath: createRequire(join(root, 'package.json'))('electron') as unknown as string,
    args: [root, `--user-data-dir=${userData}`],
    chromiumSandbox: process.getuid?.() !== 0
  })
  try {
    const page = await app.firstWindow()
    const scope = page.locator('[data-first-trace]')
    await scope.waitFor({ timeout: 60_000 })
    return (Number(await scope.getAttribute('data-first-trace')) - started) / 1000
  } finally {
    await app.close()
    rmSync(userData, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const seconds: number[] = []
  for (let round = 0; round < rounds; round += 1) seconds.push(await startOnce())
  const sorted = [...seconds].sort((a, b) => a - b)
  const result = {
    firstTraceSeconds: { minimum: sorted[0], median: sorted[Math.floor(rounds / 2)], maximum: sorted[rounds - 1] },
    limitSeconds,
    withinLimit: sorted[Math.floor(rounds / 2)] <= limitSeconds
  }
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(result))
    return
  }
  const machine = { cpu: cpus()[0].model, threads: cpus().length, date: new Date().toISOString().slice(0, 10) }
  writeFileSync(
    join(root, 'bench/results/startup.json'),
    `${JSON.stringify({ machine, ...result, seconds }, null, 2)}\n`
  )
  const { minimum, median, maximum } = result.firstTraceSeconds
  console.log(
    `first filtered trace: ${median.toFixed(2)} s (${minimum.toFixed(2)}-${maximum.toFixed(2)}), limit ${limitSeconds} s`
  )
}

void main()
