/**
 * The Debian package as a user meets it: built, installed by dpkg, started from its installed place by an ordinary user
 * with Chromium's sandbox, removed.
 *
 * Needs root, because only root installs; SIGNAL_LAB_RECORD=1 keeps size and times in bench/results.
 */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../e2e/debugged-page'
import { hasRedis, TestRedis } from '../../src/ml/studies/queue/redis.testing'
import { readFuses, wantedFuses } from './fuses.mjs'
import { asOrdinaryUser, commandOf, PackagedApp, pageProcesses, secondsToTrace } from './packaged-app.testing.mjs'
import { installedRuntime } from './runtime.mjs'
import { has, root } from './steps.mjs'

const canInstall = process.platform === 'linux' && process.getuid() === 0 && has('dpkg')
const program = '/opt/signal-lab/signal-lab'
/** Whether the ordinary user can read the tests: not below a closed folder. */
const isReadable = spawnSync('setpriv', [...asOrdinaryUser, 'test', '-r', join(root, 'package.json')]).status === 0

describe.skipIf(!canInstall)('the installed package (only root can install)', () => {
  /** @type {PackagedApp} */
  let app
  let deb

  beforeAll(async () => {
    const { version, wanted } = installedRuntime()
    const allowed = version === wanted ? [] : ['--allow-old-runtime']
    run(process.execPath, ['scripts/package.mjs', '--targets', 'deb', ...allowed])
    deb = join(
      root,
      'dist',
      readdirSync(join(root, 'dist')).find((name) => name.endsWith('.deb'))
    )
    run('dpkg', ['-i', deb])
    app = await PackagedApp.prepare('/usr/bin/signal-lab')
  }, 600_000)

  afterAll(() => {
    app?.end()
    if (existsSync(program)) run('dpkg', ['-r', 'signal-lab'])
  }, 60_000)

  test('starts for an ordinary user, with the sandbox around its page, and filters at once', async () => {
    const first = await app.open()
    const firstTraceSeconds = await secondsToTrace(first)
    const pids = pageProcesses(first.child.pid)
    expect(pids.length).toBeGreaterThan(0)
    // 2: system calls are filtered.
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
    expect(commandOf(first.child.pid)).not.toContain('--no-sandbox')
    expect(statSync('/opt/signal-lab/chrome-sandbox').mode & 0o7777).toBe(0o4755)
    await first.close()
    const second = await app.open()
    const laterTraceSeconds = await secondsToTrace(second)
    await second.close()
    record({ firstTraceSeconds, laterTraceSeconds })
  })

  test('opens a recording that is named, picks its tones, shows its spectrum, and reports no error', async () => {
    const wav = join(app.home, 'given.wav')
    copyFileSync(join(root, 'resources/signals/mix-1357.wav'), wav)
    const { page, close } = await app.open([wav])
    const complaints = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page
      .getByRole('banner')
      .getByRole('button', { name: /given\.wav/ })
      .waitFor()
    await page.locator('[data-first-trace]').waitFor({ timeout: 30_000 })
    for (const key of ['2', '3', '4', '1']) await page.keyboard.press(key)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page
      .getByRole('radio', { name: 'Spectrum' })
      .or(page.getByRole('tab', { name: 'Spectrum' }))
      .first()
      .click()
    await page.locator('canvas').first().waitFor()
    expect(complaints).toEqual([])
    await close()
    expect(readFileSync(join(app.userData, 'session.json'), 'utf8')).toContain('given.wav')
    expect(statSync(join(app.userData, 'settings.json')).mode & 0o777).toBe(0o600)
  })

  test('computes with nothing of the system: no compiler, no Node, no Python, no network', () => {
    const path = join(app.home, 'path')
    mkdirSync(path, { recursive: true })
    for (const name of ['readlink', 'dirname']) {
      if (!existsSync(join(path, name))) symlinkSync(`/usr/bin/${name}`, join(path, name))
    }
    const bare = ['-n', '/usr/bin/env', '-i', `PATH=${path}`, `HOME=${app.home}`, `DISPLAY=${app.display.env.DISPLAY}`]
    const { stdout, stderr, status } = spawnSync('unshare', [...bare, '/usr/bin/siglab', 'doctor', '--json'], {
      encoding: 'utf8',
      timeout: 60_000
    })
    expect(status, stderr).toBe(0)
    const found = JSON.parse(stdout)
    expect(found).toMatchObject({
      computes: true,
      firstChoiceMissing: null,
      resources: '/opt/signal-lab/resources/resources'
    })
    expect(found.models).toContain('universal')
  })

  test('its command line filters a file, and ends with the code of the command', () => {
    const out = join(app.home, 'out.wav')
    const mix = join(root, 'resources/signals/mix-1357.wav')
    const filtered = siglab(['filter', mix, '--select', '2', '--out', out, '--json'])
    expect(filtered.status, filtered.stderr).toBe(0)
    expect(statSync(out).size).toBeGreaterThan(10_000)
    expect(siglab(['nothing']).status).toBe(2)
    expect(siglab(['info', '/does/not/exist.wav']).status).toBe(1)
    expect(siglab(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('its command line trains as an ordinary user, and measures a study whose trials are the program once more', () => {
    const run = join(app.home, 'runs/tried')
    const small = '--frequencies 10,30 --set units=8,layers=1,dropout=0 --batch-size 8 --ticks 16 --steps 40'
    const trained = siglabAsNobody(['train', ...small.split(' '), '--out', run, '--json'])
    expect(trained.status, trained.stderr).toBe(0)
    expect(readdirSync(run).sort()).toEqual(['checkpoints', 'epochs', 'history.jsonl', 'model.safetensors', 'run.json'])
    const out = join(app.home, 'studies')
    const study = ['study', 'dropout', '--budget', 'smoke', '--seeds', '1', '--rows', '0.2;0', '--out', out, '--json']
    const measured = siglabAsNobody(study)
    expect(measured.status, measured.stderr).toBe(0)
    expect(readdirSync(join(out, 'trials'))).toHaveLength(2)
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('| **0.2** |')
  })

  test.skipIf(!hasRedis)(
    'it is a worker for studies of other machines, and finds the figures of the local one',
    async () => {
      const redis = await TestRedis.start()
      const worker = app.start({}, ['worker', '--queue', redis.url, '--name', 'installed'], '/usr/bin/siglab')
      try {
        const out = join(app.home, 'queued')
        const study = ['study', 'dropout', '--budget', 'smoke', '--seeds', '1', '--rows', '0.2;0', '--out', out]
        const measured = siglabAsNobody([...study, '--queue', redis.url])
        expect(measured.status, measured.stderr).toBe(0)
        const found = resultsOf(join(out, 'trials'))
        expect(Object.keys(found)).toHaveLength(2)
        expect(found).toEqual(resultsOf(join(app.home, 'studies/trials')))
        // Nothing was heard of it while the study had this process.
        for (const id of Object.keys(found))
          await until(() => worker.output().includes(`Trial ${id}: finished`), worker.output)
        const ended = new Promise((resolve) => worker.child.once('exit', resolve))
        worker.child.kill('SIGTERM')
        expect(await ended).toBe(130)
      } finally {
        worker.child.kill('SIGKILL')
        await redis.remove()
      }
    }
  )

  test('its window measures a study', async () => {
    const { page, close } = await app.open()
    await page.locator('[data-first-trace]').waitFor({ timeout: 30_000 })
    await page.keyboard.press('F5')
    await page.getByRole('radio', { name: 'Studies', exact: true }).click()
    await page.getByRole('button', { name: /^Study: / }).click()
    await page.getByRole('option', { name: /^Dropout/ }).click()
    await page.getByRole('radio', { name: 'Smoke', exact: true }).click()
    await page.getByRole('textbox', { name: 'Seeds', exact: true }).fill('1')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('5 of 5 trials are measured').waitFor({ timeout: 120_000 })
    expect(await page.getByRole('status', { name: 'Verdict' }).innerText()).toContain('Of the 4 differences')
    await close()
  })

  test.skipIf(!isReadable)('passes the tests of the built app that need nothing of its inside', () => {
    const report = join(app.home, 'report.json')
    const specs = ['generator', 'scope', 'search', 'session'].map((name) => `e2e/${name}.spec.ts`)
    const command = [join(root, 'node_modules/@playwright/test/cli.js'), 'test', ...specs]
    const results = ['--output', join(app.home, 'results'), '--reporter=json']
    const env = { SIGNAL_LAB_INSTALLED: program, PLAYWRIGHT_JSON_OUTPUT_NAME: report, PWTEST_CACHE_DIR: app.home }
    const { stdout, stderr } = spawnSync('setpriv', app.asNobody([...command, ...results], env, process.execPath), {
      ...{ cwd: root, encoding: 'utf8', env: app.display.env, timeout: 600_000 }
    })
    expect(existsSync(report), `${stdout}\n${stderr}`).toBe(true)
    const { stats, suites } = JSON.parse(readFileSync(report, 'utf8'))
    expect(stats.unexpected, JSON.stringify(suites).slice(0, 4000)).toBe(0)
    expect(stats.expected + stats.flaky).toBeGreaterThan(20)
  })

  test('leaves no door open: not to Node, not to an inspector, not to a debugger', async () => {
    const asNode = app.start({ ELECTRON_RUN_AS_NODE: '1' }, ['-e', 'console.log("ran as Node")'])
    const inspected = app.start({ NODE_OPTIONS: `--require=${join(app.home, 'intruder.js')}` }, ['--inspect=0'])
    writeFileSync(join(app.home, 'intruder.js'), 'process.stdout.write("intruder")')
    await new Promise((resolve) => setTimeout(resolve, 4000))
    for (const { output } of [asNode, inspected])
      expect(output()).not.toMatch(/ran as Node|intruder|Debugger listening/)
    for (const { child } of [asNode, inspected]) child.kill('SIGKILL')
    const debugged = spawnSync('setpriv', app.asNobody(['--remote-debugging-port=0']), {
      encoding: 'utf8',
      env: app.display.env,
      timeout: 20_000
    })
    expect(debugged.status).toBe(2)
    expect(debugged.stderr).toContain('Signal Lab does not start with --remote-debugging-port')
    const fuses = await readFuses(program)
    for (const [name, value] of Object.entries(fuses)) expect([name, value]).toEqual([name, wantedFuses[name]])
  })

  test('has a menu entry, icons, a file type, a manual page, the licences, and no development parts', () => {
    const desktop = readFileSync('/usr/share/applications/signal-lab.desktop', 'utf8')
    expect(desktop).toMatch(/^MimeType=.*audio\/x-wav;.*text\/csv;application\/x-signal-lab;$/m)
    if (has('desktop-file-validate')) run('desktop-file-validate', ['/usr/share/applications/signal-lab.desktop'])
    expect(existsSync('/usr/share/icons/hicolor/128x128/apps/signal-lab.png')).toBe(true)
    if (has('update-mime-database')) {
      expect(readFileSync('/usr/share/mime/globs2', 'utf8')).toContain(':application/x-signal-lab:*.siglab')
    }
    const manual = spawnSync('gzip', ['-dc', '/usr/share/man/man1/siglab.1.gz'], { encoding: 'utf8' }).stdout
    expect(manual).toContain('.SS filter')
    if (has('groff'))
      expect(spawnSync('groff', ['-man', '-ww', '-Tutf8'], { input: manual, encoding: 'utf8' }).stderr).toBe('')
    const { components } = JSON.parse(readFileSync('/opt/signal-lab/resources/licences.json', 'utf8'))
    expect(components.length).toBeGreaterThan(50)
    expect(existsSync('/opt/signal-lab/resources/default_app.asar')).toBe(false)
  })

  test('removing it leaves what the user has', () => {
    run('dpkg', ['-r', 'signal-lab'])
    expect(existsSync('/opt/signal-lab')).toBe(false)
    expect(existsSync('/usr/bin/siglab')).toBe(false)
    expect(existsSync(join(app.userData, 'settings.json'))).toBe(true)
  })

  const siglab = (args) =>
    spawnSync('siglab', args, { encoding: 'utf8', env: { ...app.display.env, HOME: app.home }, timeout: 120_000 })

  const siglabAsNobody = (args) =>
    spawnSync('setpriv', app.asNobody(args, {}, '/usr/bin/siglab'), {
      ...{ encoding: 'utf8', env: app.display.env, cwd: app.home, timeout: 240_000 }
    })

  function record(seconds) {
    if (!process.env.SIGNAL_LAB_RECORD) return
    const unpackedMegabytes = Number(run('du', ['-sm', '/opt/signal-lab']).split('\t')[0])
    const figures = {
      date: new Date().toISOString().slice(0, 10),
      processor: cpus()[0].model,
      cores: cpus().length,
      electron: installedRuntime().version,
      debMegabytes: Math.round(statSync(deb).size / 1e6),
      unpackedMegabytes,
      ...seconds
    }
    writeFileSync(join(root, `bench/results/package-${figures.date}.json`), `${JSON.stringify(figures, null, 2)}\n`)
  }
})

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${status}): ${stderr}`)
  return stdout
}

/** The figures of each trial in a folder that no clock told. */
function resultsOf(trials) {
  return Object.fromEntries(
    readdirSync(trials).map((id) => {
      const { r2, validationLoss, epochs } = JSON.parse(readFileSync(join(trials, id, 'result.json'), 'utf8'))
      return [id, { r2, validationLoss, epochs }]
    })
  )
}
