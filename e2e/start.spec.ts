/** Ways to start and to be interrupted: files on the command line, damaged settings, a laboratory that dies. */
import { expect } from '@playwright/test'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { electronPath, launch, root, test, type RunningApp } from './launch'
import { writeBroken, writeWav } from './recordings'

const folder = mkdtempSync(join(tmpdir(), 'signal-lab-recordings-'))
const laboratoryOf = (app: RunningApp['app']) =>
  app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Signal Lab ML')?.pid ?? 0)
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

/** Starts over this folder of the user, which cannot be written; hands over where it lives instead. */
async function startWithout(wanted: string): Promise<RunningApp & { instead: string }> {
  const running = await launch({ args: [`--user-data-dir=${wanted}`] })
  await expect(running.page.getByText(/Nothing will be remembered/)).toContainText(wanted)
  const instead = await running.app.evaluate(({ app }) => app.getPath('userData'))
  expect(instead.startsWith(join(tmpdir(), 'signal-lab-'))).toBe(true)
  return { ...running, instead }
}

test('a folder of the user that cannot be made is told, and the program starts without it', async () => {
  writeFileSync(join(folder, 'a file'), '')
  const running = await startWithout(join(folder, 'a file/user data'))
  const settings = join(running.instead, 'settings.json')
  await running.page.keyboard.press('2')
  await expect.poll(() => existsSync(settings)).toBe(true)
  await running.close()
  await expect.poll(() => existsSync(settings)).toBe(false)
})

test('a folder of the user on a disk that is read-only is told, and is no second start', async () => {
  const disk = join(folder, 'read-only')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', disk], { stdio: 'ignore' })
  } catch {
    test.skip(true, 'no disk can be mounted here')
  }
  try {
    const running = await startWithout(disk)
    await running.close()
  } finally {
    execFileSync('umount', [disk])
  }
})

test('an error output whose reader is gone does not cost the start', async () => {
  const userData = mkdtempSync(join(tmpdir(), 'signal-lab-e2e-'))
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(electronPath, [...sandbox, root, `--user-data-dir=${userData}`], {
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  child.stderr.destroy()
  // Kept once the trace is there; by then TensorFlow has said its first words.
  await expect.poll(() => existsSync(join(userData, 'session.json')), { timeout: 30_000 }).toBe(true)
  expect(readFileSync(join(userData, 'logs/main.log'), 'utf8')).toContain('laboratory: ')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  rmSync(userData, { recursive: true, force: true })
})

test('where no folder at all can be written a sentence says so', () => {
  writeFileSync(join(folder, 'no folder'), '')
  const nowhere = join(folder, 'no folder/below')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const { status, stderr } = spawnSync(electronPath, [...sandbox, root, `--user-data-dir=${nowhere}`], {
    env: { ...process.env, TMPDIR: nowhere },
    encoding: 'utf8',
    timeout: 20_000
  })
  expect(status).toBe(1)
  expect(stderr).toContain('Signal Lab could not start')
  expect(stderr).toContain(`Neither the folder ${nowhere} (ENOTDIR) nor one in ${nowhere} (ENOTDIR) can be written.`)
})

test('the folder of the user may be given from where the program is started', async () => {
  const running = await launch({ args: ['--user-data-dir=nearby'], cwd: folder })
  expect(existsSync(join(folder, 'nearby/logs/main.log'))).toBe(true)
  await running.close()
})

test('an error that nobody caught goes to the log, and the window goes on', async () => {
  const running = await launch()
  const { app, page, userData } = running
  await app.evaluate(() => {
    setTimeout(() => {
      throw new Error('nobody is here')
    })
    setTimeout(() => void Promise.reject(new Error('nobody is there')))
  })
  const log = () => readFileSync(join(userData, 'logs/main.log'), 'utf8')
  await expect.poll(log).toMatch(/error nobody caught: Error: nobody is here/)
  await expect.poll(log).toMatch(/error nobody waited for: Error: nobody is there/)
  // Electron's own box would stand in the way of what main is asked.
  await page.keyboard.press('2')
  const settings = join(userData, 'settings.json')
  // A first change makes the file.
  await expect.poll(() => existsSync(settings) && readFileSync(settings, 'utf8')).toMatch(/"selector": 1/)
  await running.close()
})

test('what a kill left half written in the folders of the program goes at the next start', async () => {
  const left = [
    ...[
      '.settings.json',
      'runs/.index.json',
      'studies/units-quick/.report.md',
      'studies/units-quick/trials/a/.trial.ckpt'
    ]
  ].map((path) => `${path}.1234.0123456789ab.tmp`)
  const half = 'runs/.import-0123456789ab'
  const running = await launch({
    waitForTrace: false,
    prepare(userData) {
      for (const path of [...left, `${half}/run.json`]) {
        mkdirSync(dirname(join(userData, path)), { recursive: true })
        writeFileSync(join(userData, path), '')
      }
      for (const path of [...left, half]) utimesSync(join(userData, path), 1e9, 1e9)
    }
  })
  await expect.poll(() => [...left, half].filter((path) => existsSync(join(running.userData, path)))).toEqual([])
  await running.close()
})

test('a laboratory that is killed comes back with the same signal, and after the fourth time asks', async () => {
  const running = await launch()
  const { app, page } = running
  let pid = await laboratoryOf(app)
  for (let time = 1; time <= 3; time += 1) {
    process.kill(pid, 'SIGKILL')
    await expect(page.getByText(/Restarting the laboratory|Starting TensorFlow/).first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Pause' })).toBeEnabled({ timeout: 20_000 })
    await expect(sourceOf(running)).toContainText('1, 3, 5')
    pid = await laboratoryOf(app)
  }
  process.kill(pid, 'SIGKILL')
  await expect(page.getByRole('heading', { name: 'The laboratory is not running' })).toBeVisible()
  await page.getByRole('button', { name: 'Restart' }).click()
  await expect(page.getByRole('button', { name: 'Pause' })).toBeEnabled({ timeout: 20_000 })
  await running.close()
})
