/**
 * The packages that nobody installs, as a user meets them: the AppImage, one file, and the archive, unpacked anywhere;
 * started by an ordinary user from a folder of theirs, with Chromium's sandbox. The AppImage is unpacked for each start
 * here, as where FUSE is not there.
 *
 * Needs the system's tools (`npm run test:slow` brings them), and root, who can become an ordinary user.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../e2e/debugged-page'
import { makeCertificates } from '../../src/ml/studies/queue/certificates.testing'
import { hasSystemTools } from './appimage-tools.mjs'
import { asOrdinaryUser, commandOf, PackagedApp, pageProcesses, secondsToTrace } from './packaged-app.testing.mjs'
import { installedRuntime } from './runtime.mjs'
import { must, root } from './steps.mjs'

const canTry = process.platform === 'linux' && process.getuid() === 0 && hasSystemTools()
const dist = join(root, 'dist')
const doctor = ['doctor', '--json']

describe.skipIf(!canTry)('packages that are not installed (tools for an AppImage are needed, and root)', () => {
  beforeAll(() => {
    const { version, wanted } = installedRuntime()
    const allowed = version === wanted ? [] : ['--allow-old-runtime']
    must(process.execPath, ['scripts/package.mjs', '--targets', 'tar,appimage', ...allowed], { cwd: root })
  }, 600_000)

  describe.each([
    { name: 'AppImage', env: { APPIMAGE_EXTRACT_AND_RUN: '1' } },
    { name: 'archive', env: {} }
  ])('$name', ({ name, env }) => {
    /** @type {PackagedApp} */
    let app
    /** What its command line is called with. */
    let siglab

    beforeAll(async () => {
      app = await PackagedApp.prepare()
      if (name === 'AppImage') {
        app.command = join(app.home, 'signal-lab.AppImage')
        copyFileSync(packageOf(/\.AppImage$/), app.command)
        chmodSync(app.command, 0o755)
        siglab = [app.command, '--no-sandbox', '--cli', '--']
      } else {
        const folder = unpackArchive(app.home)
        app.command = join(folder, 'signal-lab')
        siglab = [join(folder, 'siglab')]
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

  describe('a program that was built with an address for updates', () => {
    /** @type {PackagedApp} */
    let app
    /** @type {import('node:https').Server} */
    let server
    const asked = []

    beforeAll(async () => {
      app = await PackagedApp.prepare()
      app.command = join(unpackArchive(app.home), 'signal-lab')
      const { ca, cert, key } = makeCertificates(app.home)
      server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, ({ url }, reply) => {
        asked.push(url.split('?')[0])
        reply.end(newest)
      })
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = `https://127.0.0.1:${server.address().port}/signal-lab`
      // As --update-url has it written.
      const file = join(app.command, '../resources/app-update.yml')
      writeFileSync(file, `provider: generic\nurl: ${address}\nupdaterCacheDirName: signal-lab-updater\n`)
      app.authority = ca
    }, 120_000)

    afterAll(() => {
      app?.end()
      server?.close()
    })

    test('does not believe a server whose certificate it does not know', async () => {
      const { page, close } = await app.open()
      const log = () => readFileSync(join(app.userData, 'logs/main.log'), 'utf8')
      await until(() => log().includes('no update could be looked for'), log)
      expect(log()).toMatch(/no update could be looked for: .*CERT/)
      expect(await page.getByText(/is there; get it where you got this one/).count()).toBe(0)
      await close()
      expect(asked).toEqual([])
    })

    test('tells of a newer version, and fetches nothing of it', async () => {
      const trusted = join(app.home, '.pki/nssdb')
      // Chromium has made one of its own.
      rmSync(trusted, { recursive: true, force: true })
      mkdirSync(trusted, { recursive: true })
      must('certutil', ['-N', '-d', `sql:${trusted}`, '--empty-password'])
      must('certutil', ['-A', '-d', `sql:${trusted}`, '-t', 'C,,', '-n', 'test', '-i', app.authority])
      must('chown', ['-R', asOrdinaryUser[0].split('=')[1], join(app.home, '.pki')])
      const { page, close } = await app.open()
      await page.getByText('Signal Lab 9.0.0 is there; get it where you got this one.').waitFor({ timeout: 20_000 })
      await close()
      expect(asked).toEqual(['/signal-lab/latest-linux.yml'])
    })
  })
})

/** What a server for updates says. */
const newest = `version: 9.0.0
files:
  - url: signal-lab-9.0.0-x86_64.AppImage
    sha512: ${'A'.repeat(86)}==
    size: 1
path: signal-lab-9.0.0-x86_64.AppImage
sha512: ${'A'.repeat(86)}==
releaseDate: '2030-01-01T00:00:00.000Z'
`

const packageOf = (ending) =>
  join(
    dist,
    readdirSync(dist).find((entry) => ending.test(entry))
  )

/** The program's folder, in one of the user's. */
function unpackArchive(home) {
  const folder = join(home, 'programs')
  mkdirSync(folder)
  must('tar', ['-xf', packageOf(/\.tar\.(gz|zst)$/), '-C', folder, '--no-same-owner'])
  return join(folder, readdirSync(folder)[0])
}
