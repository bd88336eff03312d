/**
 * The packages that nobody installs, as a user meets them: the AppImage, one file, and the archive, unpacked anywhere;
 * started by an ordinary user from a folder of theirs, with Chromium's sandbox. The AppImage is unpacked for each start
 * here, as where FUSE is not there.
 *
 * Needs the system's tools (`npm run test:slow` brings them), and root, who can become an ordinary user.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasSystemTools } from './appimage-tools.mjs'
import { commandOf, PackagedApp, pageProcesses, secondsToTrace } from './packaged-app.testing.mjs'
import { installedRuntime } from './runtime.mjs'
import { root } from './steps.mjs'

const canTry = process.platform === 'linux' && process.getuid() === 0 && hasSystemTools()
const dist = join(root, 'dist')
const doctor = ['doctor', '--json']

describe.skipIf(!canTry)('packages that are not installed (tools for an AppImage are needed, and root)', () => {
  beforeAll(() => {
    const { version, wanted } = installedRuntime()
    const allowed = version === wanted ? [] : ['--allow-old-runtime']
    run(process.execPath, ['scripts/package.mjs', '--targets', 'tar,appimage', ...allowed], root)
  }, 600_000)

  describe.each([
    { name: 'AppImage', ending: /\.AppImage$/, env: { APPIMAGE_EXTRACT_AND_RUN: '1' } },
    { name: 'archive', ending: /\.tar\.(gz|zst)$/, env: {} }
  ])('$name', ({ name, ending, env }) => {
    /** @type {PackagedApp} */
    let app
    /** What its command line is called with. */
    let siglab

    beforeAll(async () => {
      app = await PackagedApp.prepare()
      const made = join(
        dist,
        readdirSync(dist).find((entry) => ending.test(entry))
      )
      if (name === 'AppImage') {
        app.command = join(app.home, 'signal-lab.AppImage')
        copyFileSync(made, app.command)
        chmodSync(app.command, 0o755)
        siglab = [app.command, '--no-sandbox', '--cli', '--']
      } else {
        const folder = join(app.home, 'programs')
        mkdirSync(folder)
        run('tar', ['-xf', made, '-C', folder, '--no-same-owner'], folder)
        const [unpacked] = readdirSync(folder)
        app.command = join(folder, unpacked, 'signal-lab')
        siglab = [join(folder, unpacked, 'siglab')]
      }
    }, 120_000)

    afterAll(() => app?.end())

    test('starts for an ordinary user, with the sandbox around its page, and filters', async () => {
      const window = await app.open([], env)
      await secondsToTrace(window)
      const pids = pageProcesses(window.child.pid)
      expect(pids.length).toBeGreaterThan(0)
      for (const pid of pids) expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
      expect(commandOf(window.child.pid)).not.toContain('--no-sandbox')
      await window.close()
      expect(existsSync(join(app.userData, 'logs/main.log'))).toBe(true)
    })

    test('is the command line as well, which computes with nothing of the system', () => {
      const [command, ...args] = siglab
      const { stdout, stderr, status } = spawnSync('setpriv', app.asNobody([...args, ...doctor], env, command), {
        ...{ encoding: 'utf8', env: app.display.env, cwd: app.home, timeout: 60_000 }
      })
      expect(status, stderr).toBe(0)
      // Around it stand the names of what an AppImage is unpacked into.
      expect(JSON.parse(/\{[^]*\}/.exec(stdout)[0])).toMatchObject({ computes: true, firstChoiceMissing: null })
      expect(readdirSync('/tmp').filter((entry) => entry.startsWith('appimage_extracted_'))).toEqual([])
    })
  })
})

function run(command, args, cwd) {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
}
