/** The laboratory really runs out of memory: all that V8 gives a process, which is four gigabytes. */
import { expect } from '@playwright/test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch, root, test } from './launch'

test('a laboratory whose heap is full is told of as that, and the scope filters again', async () => {
  test.setTimeout(180_000)
  const running = await launch()
  const { app, page, userData } = running
  const laboratory = () =>
    app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Signal Lab ML')?.pid ?? 0)
  // The real laboratory, in which something leaks once it streams.
  const leaking = join(userData, 'leaking.js')
  writeFileSync(
    leaking,
    `require(${JSON.stringify(join(root, 'out/main/ml-process.js'))})
    const kept = []
    setTimeout(() => setInterval(() => { for (let i = 0; i < 5000; i += 1) kept.push(new Array(1000).fill(i)) }), 3000)`
  )
  const first = await laboratory()
  await app.evaluate(({ utilityProcess }, path) => {
    const { fork } = utilityProcess
    utilityProcess.fork = (_path, args, options) => {
      utilityProcess.fork = fork
      return fork(path, args, options)
    }
  }, leaking)
  process.kill(first, 'SIGKILL')
  await expect.poll(laboratory, { timeout: 20_000 }).not.toBe(first)
  const second = await laboratory()
  await expect(page.getByRole('button', { name: 'Pause' })).toBeEnabled({ timeout: 20_000 })
  await expect(page.getByText(/ran out of memory/).first()).toBeVisible({ timeout: 120_000 })
  await expect.poll(laboratory, { timeout: 20_000 }).not.toBe(second)
  await expect(page.getByText(/Restarting the laboratory|Starting TensorFlow/)).toHaveCount(0, { timeout: 20_000 })
  await expect(page.getByRole('button', { name: 'Pause' })).toBeEnabled()
  expect(readFileSync(join(userData, 'logs/main.log'), 'utf8')).toMatch(
    /error The laboratory process ran out of memory with code \d+\. Its last words: .*heap out of memory\. Another/
  )
  await running.close()
})
