/** Starts the built app as a user would have it: its own settings, the real laboratory, and a filter that runs. */
import { _electron, expect, test as plainTest, type ElectronApplication, type Page } from '@playwright/test'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { debuggedPage, debugging } from './debugged-page'

export const root = resolve(__dirname, '..')
export const electronPath = createRequire(join(root, 'package.json'))('electron') as unknown as string
/** A program to test in the place of the one that was built here. */
const installed = process.env.SIGNAL_LAB_INSTALLED
const isRoot = process.getuid?.() === 0

export interface RunningApp {
  readonly app: ElectronApplication
  /** Main itself; the application's own handle on it is gone once it was killed. */
  readonly child: ChildProcess
  readonly page: Page
  readonly userData: string
  close(): Promise<void>
}

export interface LaunchOptions {
  /** Further arguments, for example a file. */
  args?: string[]
  /** A module that main loads before the program. */
  hook?: string
  cwd?: string
  /** As an ordinary user, with Chromium's sandbox. */
  sandboxed?: boolean
  /** All of the environment; that of the tests without it. */
  env?: Record<string, string>
  /** Puts files into the user's folder before the start. */
  prepare?(userData: string): void
  /** False where no filter is expected to come up. */
  waitForTrace?: boolean
}

const open = new Set<RunningApp>()

/** A test that fails says what the app said: the log of main, and what stands on the page. */
export const test = plainTest.extend<{ words: void }>({
  words: [
    // Playwright reads the names of what a fixture needs from its first argument.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, info) => {
      await use()
      if (info.status === info.expectedStatus) return
      for (const { child, page, userData } of open) {
        const { exitCode, signalCode } = child
        if (exitCode !== null || signalCode !== null) continue
        const log = join(userData, 'logs/main.log')
        const logged = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-15).join('\n    ') : 'no log'
        const shown = await page.innerText('body', { timeout: 2000 }).catch((error: Error) => error.message)
        console.log(`    main said: ${logged}\n    the page shows: ${shown.replace(/\s+/g, ' ').slice(0, 1500)}`)
      }
    },
    { auto: true }
  ]
})

export async function launch(options: LaunchOptions = {}): Promise<RunningApp> {
  const userData = mkdtempSync(join(tmpdir(), 'signal-lab-e2e-'))
  options.prepare?.(userData)
  const { end, ...started } = installed
    ? await startInstalled(installed, userData, options)
    : await startBuilt(userData, options)
  const running: RunningApp = {
    ...started,
    userData,
    async close() {
      open.delete(running)
      await end()
      rmSync(userData, { recursive: true, force: true })
    }
  }
  open.add(running)
  if (options.waitForTrace ?? true) {
    await expect(running.page.getByRole('region', { name: 'Scope' })).toHaveAttribute('data-first-trace', /\d/, {
      timeout: 30_000
    })
  }
  return running
}

type Started = Omit<RunningApp, 'userData' | 'close'> & { end(): Promise<unknown> }

async function startBuilt(userData: string, options: LaunchOptions): Promise<Started> {
  const sandboxed = options.sandboxed ?? false
  const app = await _electron.launch({
    executablePath: sandboxed && isRoot ? asNobody(userData) : electronPath,
    args: [...(options.hook ? ['-r', options.hook] : []), root, `--user-data-dir=${userData}`, ...(options.args ?? [])],
    cwd: options.cwd ?? root,
    ...(options.env && { env: options.env }),
    chromiumSandbox: sandboxed || !isRoot
  })
  return { app, child: app.process(), page: await app.firstWindow(), end: () => app.close() }
}

/** The fuses of an installed program keep its inside closed: tests that look there are not for it. */
async function startInstalled(program: string, userData: string, options: LaunchOptions): Promise<Started> {
  const child = spawn(program, [`--user-data-dir=${userData}`, ...debugging, ...(options.args ?? [])], {
    cwd: options.cwd,
    env: options.env
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes))
  const { browser, page } = await debuggedPage(() => output)
  const app = new Proxy({} as ElectronApplication, {
    get() {
      throw new Error('An installed program shows nothing of its inside.')
    }
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const end = async () => {
    await browser.close()
    child.kill('SIGTERM')
    await ended
  }
  return { app, child, page, end }
}

const nobody = 65534
const dropRights = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']

/** Whether an ordinary user can read this folder: a clone below a closed one cannot be started but by its owner. */
export function canRunSandboxed(): boolean {
  if (!isRoot) return true
  const [program, ...args] = [...dropRights, 'test', '-x', electronPath]
  return spawnSync(program, args).status === 0
}

/** A program that gives up root's rights and then is Electron: Chromium's sandbox refuses to run as root. */
function asNobody(home: string): string {
  const script = join(home, 'electron-as-nobody')
  writeFileSync(script, `#!/bin/sh\nexec ${dropRights.join(' ')} env HOME=${home} ${electronPath} "$@"\n`)
  chmodSync(script, 0o755)
  chownSync(home, nobody, nobody)
  return script
}

/** What the open dialog will answer from now on. */
export async function answerOpenDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
  }, path)
}

/** The frequency of the output lane's curve, counted from the pixels on the screen. */
export async function drawnFrequency(page: Page, tone: number, screenSeconds: number): Promise<number> {
  const lane = page.getByRole('region', { name: /^Output/ })
  return lane.locator('canvas').evaluate(
    (canvas: HTMLCanvasElement, { tone, screenSeconds }) => {
      const colour = getComputedStyle(document.documentElement).getPropertyValue(`--tone-${tone}`).trim()
      const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
      const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      // Mean height of the curve in each column that shows it.
      const heights: number[] = []
      for (let x = 0; x < width; x += 1) {
        let [sum, count] = [0, 0]
        for (let y = 0; y < height; y += 1) {
          const at = 4 * (y * width + x)
          const distance = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue)
          if (distance < 60 && data[at + 3] > 200) {
            sum += y
            count += 1
          }
        }
        if (count > 0) heights.push(sum / count)
      }
      const middle = (Math.max(...heights) + Math.min(...heights)) / 2
      const swing = (Math.max(...heights) - Math.min(...heights)) / 2
      let [crossings, side] = [0, 0]
      for (const value of heights) {
        const now = value > middle + 0.3 * swing ? 1 : value < middle - 0.3 * swing ? -1 : side
        if (side !== 0 && now !== side) crossings += 1
        side = now
      }
      return crossings / 2 / screenSeconds
    },
    { tone, screenSeconds }
  )
}
