/** What the page cannot do, tried from inside it; and the sandbox, tried as an ordinary user. */
import { expect, test } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { canRunSandboxed, launch, type RunningApp } from './launch'

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
