import { EventEmitter } from 'node:events'
import { beforeEach, expect, test, vi } from 'vitest'
import { openWindow } from './app-window'

const opened: { options: { webPreferences: Record<string, unknown> }; window: FakeWindow }[] = []

class FakeWindow extends EventEmitter {
  readonly webContents = Object.assign(new EventEmitter(), { reload: vi.fn() })
  readonly loadURL = vi.fn(async () => {})
  readonly show = vi.fn()
  readonly close = vi.fn()
}

vi.mock('electron', () => ({
  nativeTheme: { shouldUseDarkColors: true },
  BrowserWindow: function (options: never) {
    const window = new FakeWindow()
    opened.push({ options, window })
    return window
  }
}))

beforeEach(() => opened.splice(0))
const open = (diagnostics: boolean, onGone = vi.fn()) => {
  openWindow({ diagnostics, onPageReady: () => {}, onGone })
  return { ...opened[0], onGone }
}

test('the window has the sandbox, no Node anywhere, and no tools unless diagnostics are asked for', () => {
  const { options, window } = open(false)
  expect(options.webPreferences).toMatchObject({
    ...{ sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false },
    ...{ nodeIntegrationInSubFrames: false, webSecurity: true, webviewTag: false, spellcheck: false },
    ...{ navigateOnDragDrop: false, devTools: false }
  })
  for (const flag of ['allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures']) {
    expect(options.webPreferences).not.toHaveProperty(flag)
  }
  expect(window.loadURL).toHaveBeenCalledWith('app://lab/index.html')
  opened.splice(0)
  expect(open(true).options.webPreferences.devTools).toBe(true)
})

test('a page that dies is loaded again three times, then the window closes; each time is told', () => {
  const { window, onGone } = open(false)
  for (let time = 1; time <= 4; time += 1) {
    window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 9 })
  }
  expect(window.webContents.reload).toHaveBeenCalledTimes(3)
  expect(window.close).toHaveBeenCalledTimes(1)
  expect(onGone).toHaveBeenCalledTimes(4)
  expect(onGone).toHaveBeenLastCalledWith("The page's process was oom (code 9).")
})
