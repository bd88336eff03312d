/** What the page cannot do, tried from inside it; and the sandbox, tried as an ordinary user. */
import { expect } from '@playwright/test'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { canRunSandboxed, launch, root, test, type RunningApp } from './launch'

test.describe('the page', () => {
  let running: RunningApp
  test.beforeAll(async () => {
    running = await launch()
  })
  test.afterAll(() => running.close())

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

  test('cannot leave, nor open another window', async () => {
    const { page, app } = running
    await page.evaluate(() => {
      location.href = 'https://example.com/'
      window.open('https://example.com/')
    })
    await page.waitForTimeout(500)
    expect(page.url()).toBe('app://lab/index.html')
    expect(app.windows()).toHaveLength(1)
  })

  test('reaches nothing by fetch, and no picture from outside', async () => {
    const outcomes = await running.page.evaluate(async () => {
      const ask = (url: string) =>
        fetch(url).then(
          () => 'answered',
          () => 'refused'
        )
      const show = (url: string) =>
        new Promise((resolve) => {
          const image = new Image()
          image.onload = () => resolve('shown')
          image.onerror = () => resolve('refused')
          image.src = url
        })
      return Promise.all([ask('https://example.com/'), ask('file:///etc/passwd'), show('https://example.com/a.png')])
    })
    expect(outcomes).toEqual(['refused', 'refused', 'refused'])
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
    await page.evaluate(() => {
      const link = (part: Partial<HTMLAnchorElement>) => {
        const a = Object.assign(document.createElement('a'), { href: 'https://example.com/', ...part })
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
      const form = Object.assign(document.createElement('form'), { action: 'https://example.com/', method: 'post' })
      document.body.append(form)
      form.submit()
      const refresh = Object.assign(document.createElement('meta'), { httpEquiv: 'refresh' })
      refresh.content = '0;url=https://example.com/'
      document.head.append(refresh)
      const frame = Object.assign(document.createElement('iframe'), { src: 'https://example.com/' })
      document.body.append(frame)
      try {
        new WebSocket('wss://example.com/')
      } catch {
        // Refused on the spot.
      }
      navigator.sendBeacon('https://example.com/', 'x')
      for (const element of [form, refresh, frame]) setTimeout(() => element.remove(), 400)
    })
    await page.waitForTimeout(800)
    expect(page.url()).toBe('app://lab/index.html')
    expect(app.windows()).toHaveLength(1)
    const seen = await app.evaluate(() => {
      const { downloads, requests } = globalThis as unknown as { downloads: number; requests: string[] }
      return { downloads, completed: requests.filter((url) => /^completed (https?|wss?|file):/.test(url)) }
    })
    expect(seen).toEqual({ downloads: 0, completed: [] })
    expect(await page.evaluate(() => 'intruded' in window)).toBe(false)
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

  test('is refused every device and every permission that it asks for', async () => {
    const outcomes = await running.page.evaluate(async () => {
      const refusal = (asked: () => Promise<unknown> | undefined) =>
        Promise.race([
          Promise.resolve()
            .then(asked)
            .then(
              () => 'given',
              () => 'refused'
            ),
          new Promise((resolve) => setTimeout(() => resolve('refused'), 1500))
        ])
      const nav = navigator as unknown as Record<string, Record<string, (options?: object) => Promise<unknown>>>
      return Promise.all([
        refusal(() => new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))),
        refusal(() => navigator.mediaDevices.getUserMedia({ video: true })),
        refusal(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
        refusal(async () => (await Notification.requestPermission()) === 'granted' || Promise.reject()),
        refusal(() => navigator.clipboard.readText()),
        refusal(() => nav.usb.requestDevice({ filters: [] })),
        refusal(() => nav.hid.requestDevice({ filters: [] }).then((list) => (list as []).length || Promise.reject())),
        refusal(() => nav.serial.requestPort()),
        refusal(() => nav.bluetooth.requestDevice({ acceptAllDevices: true })),
        refusal(() =>
          (navigator as unknown as { requestMIDIAccess(o: object): Promise<unknown> }).requestMIDIAccess({
            sysex: true
          })
        )
      ])
    })
    expect(new Set(outcomes)).toEqual(new Set(['refused']))
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
