/** What the page cannot do, tried from inside it; and the sandbox, tried as an ordinary user. */
import { expect } from '@playwright/test'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canRunSandboxed, electronPath, launch, root, test, type RunningApp } from './launch'
import { writeWav } from './recordings'
import { countingServer, portsOf, processTree, type CountingServer } from './sockets'

/** Every way out of a page that is one call; runs in the page. */
async function reachOut(host: string): Promise<Record<string, string>> {
  const ended = (start: (yes: () => void, no: () => void) => void) =>
    new Promise<string>((resolve) => {
      try {
        start(
          () => resolve('reached'),
          () => resolve('refused')
        )
      } catch {
        resolve('refused')
      }
    })
  const fetched = (url: string) => ended((yes, no) => void fetch(url, { mode: 'no-cors' }).then(yes, no))
  const shown = <T extends HTMLElement>(element: T, part: Partial<T>) =>
    ended((yes, no) => {
      Object.assign(element, { onload: yes, onerror: no, ...part })
      if (!(element instanceof HTMLImageElement)) document.head.append(element)
    })
  const outcomes = {
    fetch: await fetched(`http://${host}/`),
    file: await fetched('file:///etc/passwd'),
    image: await shown(new Image(), { src: `http://${host}/a.png` }),
    style: await shown(document.createElement('link'), { rel: 'stylesheet', href: `http://${host}/a.css` }),
    prefetch: await shown(document.createElement('link'), { rel: 'prefetch', href: `http://${host}/a` }),
    events: await ended((yes, no) => Object.assign(new EventSource(`http://${host}/`), { onopen: yes, onerror: no })),
    socket: await ended((yes, no) => Object.assign(new WebSocket(`ws://${host}/`), { onopen: yes, onerror: no }))
  }
  // Of these nobody tells how they ended; the server counts.
  navigator.sendBeacon(`http://${host}/`, 'x')
  document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', href: `http://${host}/` }))
  await new Promise((resolve) => setTimeout(resolve, 500))
  return outcomes
}

test.describe('the page', () => {
  let running: RunningApp
  /** What the page must not reach. */
  let outside: CountingServer
  test.beforeAll(async () => {
    outside = await countingServer()
    // With a camera and a microphone, so that they can be refused.
    running = await launch({ hook: join(root, 'e2e/asked.cjs'), args: ['--use-fake-device-for-media-stream'] })
  })
  test.afterAll(async () => {
    await running.close()
    outside.close()
  })

  test('has neither Node nor Electron, and one frozen bridge', async () => {
    const found = await running.page.evaluate(() => ({
      names: ['require', 'process', 'module', 'electron', 'ipcRenderer', 'Buffer'].filter((name) => name in window),
      bridge: Object.keys(window['signalLab' as never]).sort()
    }))
    expect(found).toEqual({ names: [], bridge: ['call', 'onEvent'] })
  })

  test('cannot turn text into code', async () => {
    // The driver may run any code while it evaluates; what comes from a timer is the page's own.
    const results = await running.page.evaluate(async () => {
      await new Promise((resolve) => setTimeout(resolve, 0))
      const attempt = (action: () => unknown) => {
        try {
          action()
          return 'ran'
        } catch (error) {
          return (error as Error).name
        }
      }
      const evalNow = globalThis['eval' as never] as (text: string) => unknown
      const results = [attempt(() => evalNow('1')), attempt(() => new Function('return 1')())]
      attempt(() => {
        const script = document.createElement('script')
        script.textContent = 'window.inserted = true'
        document.head.append(script)
      })
      results.push(attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')))
      return { results, inserted: 'inserted' in window }
    })
    expect(results.results).not.toContain('ran')
    expect(results.inserted).toBe(false)
  })

  test('hands over no file by a drop that it made up itself', async () => {
    const { page, app } = running
    const folder = mkdtempSync(join(tmpdir(), 'signal-lab-drop-'))
    const path = join(folder, 'made-up.wav')
    writeWav(path, [1, 3])
    await app.evaluate(({ ipcMain }) => {
      const heard = globalThis as unknown as { drops: unknown[] }
      heard.drops = []
      ipcMain.on('dropped-file', (_event, path) => heard.drops.push(path))
    })
    const drops = () => app.evaluate(() => (globalThis as unknown as { drops: unknown[] }).drops)
    await page.evaluate(() => document.body.append(Object.assign(document.createElement('input'), { type: 'file' })))
    const input = page.locator('body > input[type=file]')
    // A file with a path, as after a choice of the user.
    await input.setInputFiles(path)
    await input.evaluate((element: HTMLInputElement) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(element.files![0])
      window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
      element.remove()
    })
    // A real drop comes after it on the same way, so that the first one would have been heard by then.
    const driver = await page.context().newCDPSession(page)
    const data = { items: [], files: [path], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await driver.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data })
    await expect.poll(drops).toEqual([path])
    expect(page.url()).toBe('app://lab/index.html')
    rmSync(folder, { recursive: true })
  })

  test('cannot leave, nor open another window', async () => {
    const { page, app } = running
    await page.evaluate((host) => {
      location.href = `http://${host}/`
      window.open(`http://${host}/`)
    }, outside.host)
    await page.waitForTimeout(500)
    expect(page.url()).toBe('app://lab/index.html')
    expect(app.windows()).toHaveLength(1)
    expect(outside.connections()).toBe(0)
  })

  test('reaches nothing outside, and no file', async () => {
    const outcomes = await running.page.evaluate(reachOut, outside.host)
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['refused']))
    expect(outside.connections()).toBe(0)
  })

  test('would reach nothing without the content policy either: main cancels every request', async () => {
    const outcomes = await running.app.evaluate(
      async ({ BrowserWindow }, { host, reach }) => {
        const bare = new BrowserWindow({ show: false })
        await bare.loadURL('about:blank')
        const tried = `(${reach})(${JSON.stringify(host)})`
        const outcomes: Record<string, string> = await bare.webContents.executeJavaScript(tried)
        const page = await bare.loadURL(`http://${host}/`).then(
          () => 'reached',
          () => 'refused'
        )
        bare.destroy()
        return { ...outcomes, page }
      },
      { host: outside.host, reach: String(reachOut) }
    )
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['refused']))
    expect(outside.connections()).toBe(0)
  })

  test('reaches no server by WebRTC, which main is asked nothing about', async () => {
    const server = await countingServer()
    await running.page.evaluate(async (host) => {
      const urls = `turn:${host}?transport=tcp`
      const connection = new RTCPeerConnection({ iceServers: [{ urls, username: 'a', credential: 'b' }] })
      connection.createDataChannel('x')
      await connection.setLocalDescription()
      await new Promise((resolve) => setTimeout(resolve, 2000))
      connection.close()
    }, server.host)
    server.close()
    expect(server.connections()).toBe(0)
  })

  test('gets the app’s own files and no others, however they are spelled', async () => {
    const texts = await running.app.evaluate(async ({ BrowserWindow }) => {
      const window = new BrowserWindow({ show: false })
      const texts: Record<string, string> = {}
      const spellings = [
        '../package.json',
        '%2e%2e/package.json',
        '..%5Cmain%5Cindex.js',
        'index.html?x=1',
        'no.js',
        ''
      ]
      for (const path of spellings) {
        await window.loadURL(`app://lab/${path}`)
        texts[path] = await window.webContents.executeJavaScript('document.body.innerText')
      }
      window.destroy()
      return texts
    })
    expect(new Set(Object.values(texts))).toEqual(new Set(['Not found']))
  })

  test('has no dialog of its own for files, and no list of fonts', async () => {
    const found = await running.page.evaluate(() =>
      ['showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker', 'queryLocalFonts'].filter(
        (name) => name in window
      )
    )
    expect(found).toEqual([])
  })

  test('gets no permission', async () => {
    const states = await running.page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'] as PermissionName[]
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state))
    })
    expect(new Set(states)).toEqual(new Set(['denied']))
  })

  test('cannot leave by a link, a form, a refresh or a frame, and starts no download', async () => {
    const { page, app } = running
    await app.evaluate(({ session }) => {
      const seen = globalThis as unknown as { downloads: number; requests: string[] }
      seen.downloads = 0
      seen.requests = []
      session.defaultSession.on('will-download', (event) => (seen.downloads += event.defaultPrevented ? 0 : 1))
      session.defaultSession.webRequest.onErrorOccurred(({ url }) => seen.requests.push(url))
      session.defaultSession.webRequest.onCompleted(({ url }) => seen.requests.push(`completed ${url}`))
    })
    await page.evaluate((host) => {
      const link = (part: Partial<HTMLAnchorElement>) => {
        const a = Object.assign(document.createElement('a'), { href: `http://${host}/`, ...part })
        document.body.append(a)
        a.click()
        a.remove()
      }
      link({})
      link({ target: '_blank' })
      link({ download: 'x' })
      link({ href: 'javascript:window.intruded=true' })
      link({ href: 'file:///etc/passwd' })
      link({ href: URL.createObjectURL(new Blob(['x'])), download: 'x.txt' })
      const form = Object.assign(document.createElement('form'), { action: `http://${host}/`, method: 'post' })
      document.body.append(form)
      form.submit()
      const refresh = Object.assign(document.createElement('meta'), { httpEquiv: 'refresh' })
      refresh.content = `0;url=http://${host}/`
      document.head.append(refresh)
      const frame = Object.assign(document.createElement('iframe'), { src: `http://${host}/` })
      document.body.append(frame)
      for (const element of [form, refresh, frame]) setTimeout(() => element.remove(), 400)
    }, outside.host)
    await page.waitForTimeout(800)
    expect(page.url()).toBe('app://lab/index.html')
    expect(app.windows()).toHaveLength(1)
    const seen = await app.evaluate(() => {
      const { downloads, requests } = globalThis as unknown as { downloads: number; requests: string[] }
      return { downloads, completed: requests.filter((url) => /^completed (https?|wss?|file):/.test(url)) }
    })
    expect(seen).toEqual({ downloads: 0, completed: [] })
    expect(await page.evaluate(() => 'intruded' in window)).toBe(false)
    expect(outside.connections()).toBe(0)
  })

  test('has every protection on that a window can have, and no developer tools', async () => {
    const found = await running.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]
      const preferences = (
        webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      ).getLastWebPreferences()
      webContents.openDevTools()
      return { preferences, tools: webContents.isDevToolsOpened() }
    })
    expect(found.tools).toBe(false)
    // What the running window tells of itself; the rest is held by the test beside app-window.ts.
    expect(found.preferences).toMatchObject({
      ...{ contextIsolation: true, nodeIntegration: false, nodeIntegrationInSubFrames: false, sandbox: true },
      ...{ webSecurity: true, webviewTag: false }
    })
    for (const name of ['allowRunningInsecureContent', 'experimentalFeatures']) {
      expect([name, found.preferences[name] ?? false]).toEqual([name, false])
    }
    expect(found.preferences.enableBlinkFeatures ?? '').toBe('')
  })

  // What the page asks for, after a gesture each time, and what main is asked then: each name in its old and new form.
  const wishes: [string, string, RegExp][] = [
    ['its place', 'new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))', /^geolocation$/],
    ['the camera', 'navigator.mediaDevices.getUserMedia({ video: true })', /^media$/],
    ['the microphone', 'navigator.mediaDevices.getUserMedia({ audio: true })', /^media$/],
    ['the screen', 'navigator.mediaDevices.getDisplayMedia({ video: true })', /^(media|display-capture)$/],
    ['notifications', 'no(Notification.requestPermission(), "denied")', /^notifications$/],
    ['reading the clipboard', 'navigator.clipboard.readText()', /^clipboard-read$/],
    ['writing the clipboard', 'navigator.clipboard.writeText("x")', /^clipboard-sanitized-write$/],
    ['MIDI', 'navigator.requestMIDIAccess({ sysex: true })', /^midiSysex$/],
    ['whether the user is there', 'no(IdleDetector.requestPermission(), "denied")', /^idle-detection$/],
    ['all screens', 'getScreenDetails()', /^window-(placement|management)$/],
    ['a screen that stays on', 'navigator.wakeLock.request("screen")', /^(screen-wake-lock|unknown)$/],
    ['human interface devices', 'no(navigator.hid.requestDevice({ filters: [] }), "")', /^hid$/],
    ['serial ports', 'navigator.serial.requestPort()', /^serial$/]
  ]

  for (const [wish, asking, permission] of wishes) {
    test(`asks for ${wish} in vain: main is asked and says no`, async () => {
      const { page, app } = running
      const answers = () =>
        app.evaluate(() => (globalThis as unknown as { asked: [string, unknown][] }).asked.splice(0))
      await answers()
      // The driver evaluates as after a click. A wish that nobody answers makes the test fail when its time is over.
      const { outcome, hadGesture } = await page.evaluate<{ outcome: string; hadGesture: boolean }>(`{
        const hadGesture = navigator.userActivation.isActive
        const no = (asked, word) => asked.then((answer) => String(answer) === word ? Promise.reject(answer) : answer)
        Promise.resolve(${asking}).then(() => 'given', () => 'refused').then((outcome) => ({ outcome, hadGesture }))
      }`)
      expect({ outcome, hadGesture }).toEqual({ outcome: 'refused', hadGesture: true })
      const asked = await answers()
      expect(asked.filter(([name]) => permission.test(name)).length, JSON.stringify(asked)).toBeGreaterThan(0)
      expect(asked.filter(([, answer]) => answer !== false)).toEqual([])
    })
  }

  test('gets no USB and no Bluetooth device', async () => {
    // Main is not asked: there is no list to choose from.
    const outcomes = await running.page.evaluate(() => {
      const nav = navigator as unknown as Record<string, { requestDevice(options: object): Promise<unknown> }>
      const asked = [async () => nav.usb.requestDevice({ filters: [] })]
      asked.push(async () => nav.bluetooth.requestDevice({ acceptAllDevices: true }))
      return Promise.all(
        asked.map((ask) =>
          ask().then(
            () => 'given',
            () => 'refused'
          )
        )
      )
    })
    expect(outcomes).toEqual(['refused', 'refused'])
  })

  test('is answered in the one window that main opened, and the same page elsewhere is not', async () => {
    const replies = await running.app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
        await stranger.loadURL('app://lab/index.html')
        const reply: string = await stranger.webContents.executeJavaScript(
          'signalLab.call("getStartup").then(() => "answered", (error) => error.message)'
        )
        stranger.destroy()
        return reply
      },
      join(root, 'out/preload/index.js')
    )
    expect(replies).toContain('This page may not call')
  })

  test('answers a flood of calls and goes on', async () => {
    const { page } = running
    const outcome = await page.evaluate(async () => {
      const { call } = (
        window as unknown as { signalLab: { call(name: string, payload: unknown): Promise<{ ok: boolean }> } }
      ).signalLab
      const replies = await Promise.all(
        Array.from({ length: 5000 }, (_, index) => call(index % 2 ? 'listRecentFiles' : 'nonsense', { index }))
      )
      return replies.filter(({ ok }) => ok).length
    })
    expect(outcome).toBe(0)
    // Asked by hand: the driver still waits for the navigations that were refused above.
    const canPause = () =>
      page.evaluate(() => document.querySelector<HTMLButtonElement>('button[aria-label="Pause"]')?.disabled === false)
    await expect.poll(canPause).toBe(true)
  })

  test('opens one dialog at a time however often it asks, and no more than 256 of its calls wait', async () => {
    const { page, app } = running
    await app.evaluate(({ dialog }) => {
      const shown = { questions: 0, files: 0, answers: [] as (() => void)[] }
      ;(globalThis as { shown?: typeof shown }).shown = shown
      const wait = (answer: object) => new Promise((resolve) => shown.answers.push(() => resolve(answer)))
      dialog.showMessageBox = (() => ((shown.questions += 1), wait({ response: 1 }))) as never
      dialog.showOpenDialog = (() => ((shown.files += 1), wait({ canceled: true, filePaths: [] }))) as never
    })
    const asked = page.evaluate(() => {
      const { call } = (
        window as unknown as {
          signalLab: { call(name: string): Promise<{ ok: boolean; value?: unknown; error?: { code: string } }> }
        }
      ).signalLab
      const ask = (name: string, count: number) => Promise.all(Array.from({ length: count }, () => call(name)))
      return Promise.all([ask('chooseSignalFile', 50), ask('askForMicrophone', 300)])
    })
    const shown = () =>
      app.evaluate(() => {
        const { questions, files } = (globalThis as unknown as { shown: { questions: number; files: number } }).shown
        return { questions, files }
      })
    await expect.poll(shown).toEqual({ questions: 1, files: 1 })
    // All of them have come by now; a later call is behind them.
    await page.evaluate(() => (window as unknown as { signalLab: { call(n: string): unknown } }).signalLab.call('none'))
    await app.evaluate(() =>
      (globalThis as unknown as { shown: { answers: (() => void)[] } }).shown.answers.forEach((answer) => answer())
    )
    const [chosen, heard] = await asked
    expect(chosen.filter(({ ok, value }) => ok && value === null)).toHaveLength(50)
    const waited = heard.filter(({ ok, value }) => ok && value === false).length
    // The dialog for files takes one place, and something that the page saves may take another for a moment.
    expect(waited).toBeLessThan(256)
    expect(waited).toBeGreaterThan(250)
    expect(heard.filter(({ error }) => error?.code === 'busy')).toHaveLength(300 - waited)
    expect(await shown()).toEqual({ questions: 1, files: 1 })
  })

  test('leaves no file that others can read in the user’s folder', async () => {
    const { page, userData } = running
    await page.keyboard.press('3')
    await expect.poll(() => existsSync(join(userData, 'settings.json'))).toBe(true)
    for (const name of readdirSync(userData).filter((name) => name.endsWith('.json'))) {
      expect([name, statSync(join(userData, name)).mode & 0o077]).toEqual([name, 0])
    }
  })

  test('is refused calls that the contract does not have', async () => {
    const replies = await running.page.evaluate(async () => {
      const bridge = (window as unknown as { signalLab: { call(name: string, payload: unknown): Promise<unknown> } })
        .signalLab
      return [
        await bridge.call('readAnyFile', { path: '/etc/passwd' }),
        await bridge.call('__proto__', undefined),
        await bridge.call('saveSettings', { theme: 'pink' })
      ]
    })
    for (const reply of replies) expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  })
})

test('an ordinary user has Chromium’s sandbox around the page, and the filter runs', async () => {
  test.skip(process.platform !== 'linux', 'reads the process table of Linux')
  test.skip(!canRunSandboxed(), 'this folder is closed to ordinary users')
  const running = await launch({ sandboxed: true })
  const pids = await running.app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ type }) => type === 'Tab')
      .map(({ pid }) => pid)
  )
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) {
    // 2: system calls are filtered.
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
  }
  await running.close()
})

test('no process of the program has a port, neither of TCP nor of UDP', async () => {
  test.skip(process.platform !== 'linux', 'reads the sockets of Linux')
  // That they would be seen.
  const own = createServer().listen(0, '127.0.0.1')
  await expect.poll(() => portsOf(process.pid)).toContainEqual(expect.stringMatching(/^tcp /))
  own.close()

  const userData = mkdtempSync(join(tmpdir(), 'signal-lab-ports-'))
  const path = join(userData, 'given.wav')
  writeWav(path, [1, 3])
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  // Started without the driver, which opens two ports of its own.
  const child = spawn(electronPath, [...sandbox, root, `--user-data-dir=${userData}`, path], { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    const session = join(userData, 'session.json')
    // The page has it from the laboratory by then: everything runs.
    await expect.poll(() => existsSync(session) && readFileSync(session, 'utf8'), { timeout: 40_000 }).toContain(path)
    const tree = processTree(child.pid!)
    const commands = tree.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    for (const kind of ['--type=renderer', '--utility-sub-type=network', '--utility-sub-type=node'])
      expect(commands.filter((command) => command.includes(kind)).length, kind).toBeGreaterThan(0)
    expect(tree.flatMap((pid) => portsOf(pid))).toEqual([])
  } finally {
    child.kill('SIGTERM')
    await ended
    rmSync(userData, { recursive: true, force: true })
  }
})
