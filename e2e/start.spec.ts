/** Ways to start and to be interrupted: files on the command line, damaged settings, a laboratory that dies. */
import { expect } from '@playwright/test'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { electronPath, launch, root, test, type RunningApp } from './launch'
import { writeBroken, writeWav } from './recordings'

const folder = mkdtempSync(join(tmpdir(), 'signal-lab-recordings-'))
const sourceOf = ({ page }: RunningApp) => page.getByRole('banner').getByRole('button').first()

test('opens the file of the command line, and one that a second start hands over', async () => {
  writeWav(join(folder, 'first.wav'), [1, 3, 5, 7])
  writeWav(join(folder, 'second.wav'), [2, 4])
  const running = await launch({ args: ['first.wav'], cwd: folder })
  await expect(sourceOf(running)).toContainText('first.wav')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const second = spawn(electronPath, [...sandbox, root, `--user-data-dir=${running.userData}`, 'second.wav'], {
    cwd: folder,
    stdio: 'ignore'
  })
  const ended = new Promise<number | null>((resolve) => second.on('exit', resolve))
  await expect(sourceOf(running)).toContainText('second.wav')
  expect(await ended).toBe(0)
  await running.close()
})

test('a broken file on the command line shows its error over the bundled mix', async () => {
  writeBroken(join(folder, 'broken.csv'))
  const running = await launch({ args: [join(folder, 'broken.csv')] })
  await expect(running.page.getByRole('alert')).toContainText('broken.csv could not be opened')
  await expect(sourceOf(running)).toContainText('1, 3, 5')
  await running.close()
})

test('damaged settings are kept aside and the defaults used', async () => {
  const running = await launch({ prepare: (userData) => writeFileSync(join(userData, 'settings.json'), '{"cut') })
  await expect(running.page.getByText('The settings were damaged')).toBeVisible()
  const aside = readdirSync(running.userData).find((name) => name.startsWith('settings.corrupt-'))!
  expect(readFileSync(join(running.userData, aside), 'utf8')).toBe('{"cut')
  await running.close()
})

test('a laboratory that is killed comes back with the same signal, and after the fourth time asks', async () => {
  const running = await launch()
  const { app, page } = running
  const laboratory = () =>
    app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Signal Lab ML')?.pid ?? 0)
  let pid = await laboratory()
  for (let time = 1; time <= 3; time += 1) {
    process.kill(pid, 'SIGKILL')
    await expect(page.getByText(/Restarting the laboratory|Starting TensorFlow/).first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Pause' })).toBeEnabled({ timeout: 20_000 })
    await expect(sourceOf(running)).toContainText('1, 3, 5')
    pid = await laboratory()
  }
  process.kill(pid, 'SIGKILL')
  await expect(page.getByRole('heading', { name: 'The laboratory is not running' })).toBeVisible()
  await page.getByRole('button', { name: 'Restart' }).click()
  await expect(page.getByRole('button', { name: 'Pause' })).toBeEnabled({ timeout: 20_000 })
  await running.close()
})
