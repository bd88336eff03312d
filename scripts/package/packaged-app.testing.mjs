/** A packaged program as an ordinary user has it: with a home of its own, and with Chromium's sandbox. */
import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { debuggedPage, debugging } from '../../e2e/debugged-page'
import { withDisplay } from '../display.mjs'

const nobody = 65534
/** Options of `setpriv`. */
export const asOrdinaryUser = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']

export class PackagedApp {
  /** @type {Set<import('node:child_process').ChildProcess>} */
  #started = new Set()

  /** @param {string} command what is started */
  static async prepare(command = '') {
    const home = mkdtempSync(join(tmpdir(), 'signal-lab-home-'))
    chownSync(home, nobody, nobody)
    return new PackagedApp(command, home, await withDisplay())
  }

  constructor(command, home, display) {
    Object.assign(this, { command, home, display, userData: join(home, '.config/Signal Lab') })
  }

  /** Ends what was started. */
  end() {
    for (const child of this.#started) child.kill('SIGKILL')
    this.display.end()
    rmSync(this.home, { recursive: true, force: true })
  }

  /** What `setpriv` is called with for a command of an ordinary user. */
  asNobody(args, env = {}, command = this.command) {
    return [
      ...[...asOrdinaryUser, 'env', `HOME=${this.home}`],
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ...[command, ...args]
    ]
  }

  start(env, args, command) {
    const child = spawn('setpriv', this.asNobody(args, env, command), { env: this.display.env, cwd: this.home })
    this.#started.add(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes))
    return { child, output: () => output }
  }

  /** Its window, with the page. */
  async open(args = [], env = {}) {
    const startedAt = Date.now()
    const { child, output } = this.start(env, [...debugging, ...args])
    const { browser, page } = await debuggedPage(output)
    const close = async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await browser.close()
      process.kill(programOf(child.pid), 'SIGTERM')
      expect(await ended).toBe(0)
      this.#started.delete(child)
    }
    return { child, page, close, startedAt }
  }
}

export async function secondsToTrace({ page, startedAt }) {
  const scope = page.locator('[data-first-trace]')
  await scope.waitFor({ timeout: 30_000 })
  return (Number(await scope.getAttribute('data-first-trace')) - startedAt) / 1000
}

/** The program itself: what was started, or what an AppImage's head started. */
const programOf = (pid) =>
  [pid, ...children(pid)].find((one) => /\/signal-lab /.test(commandOf(one)) && !/--type=/.test(commandOf(one)))

/** The processes of pages below a process, which Chromium's sandbox is around. */
export function pageProcesses(pid) {
  return children(pid).filter((child) => /--type=renderer/.test(commandOf(child)))
}

/** All descendants of a process. */
function children(pid) {
  const path = `/proc/${pid}/task/${pid}/children`
  const direct = existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number) : []
  return direct.flatMap((child) => [child, ...children(child)])
}

export const commandOf = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
