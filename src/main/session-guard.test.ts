import { EventEmitter } from 'node:events'
import { beforeEach, expect, test, vi } from 'vitest'
import { MicrophonePermission } from './microphone-permission'
import { guardContents, guardSession } from './session-guard'

const app = vi.hoisted(() => ({ listeners: new Map<string, (...args: never[]) => void>() }))
vi.mock('electron', () => ({
  app: { on: (name: string, listener: (...args: never[]) => void) => app.listeners.set(name, listener) }
}))

type Handler = (...args: never[]) => unknown
let handlers: Record<string, Handler>
let session: EventEmitter
let proxy: Electron.Config

beforeEach(() => {
  handlers = {}
  const keep = (name: string) => (handler: Handler) => void (handlers[name] = handler)
  session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: keep('request'),
    setPermissionCheckHandler: keep('check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('display'),
    webRequest: { onBeforeRequest: keep('network') },
    setProxy: async (rules: Electron.Config) => void (proxy = rules)
  })
})
const guard = (diagnostics = false) =>
  void guardSession(session as never, { diagnostics, microphone: new MicrophonePermission(async () => true) })
const cancelled = (url: string) => {
  let answer: { cancel?: boolean } = {}
  handlers.network({ url } as never, ((given: typeof answer) => (answer = given)) as never)
  return answer.cancel
}

test.each([
  'http://example.com/',
  'https://example.com/',
  'ws://localhost/',
  'file:///etc/passwd',
  'ftp://x/',
  'data:text/html,x',
  'app://other/index.html',
  'app://lab.example.com/',
  'devtools://devtools/bundled/x.html'
])('%s is never asked for', (url) => {
  guard()
  expect(cancelled(url)).toBe(true)
})

test('what is no request may go through a proxy only, and there is none', () => {
  guard()
  expect(proxy).toEqual({
    proxyRules: 'http=127.0.0.1:9;https=127.0.0.1:9;socks=127.0.0.1:9',
    proxyBypassRules: '<-loopback>'
  })
})

test('the page’s own files are, and the tools where diagnostics are asked for', () => {
  guard(true)
  expect(cancelled('app://lab/index.html')).toBe(false)
  expect(cancelled('devtools://devtools/bundled/x.html')).toBe(false)
  expect(cancelled('https://example.com/')).toBe(true)
})

test.each([
  ...['accessibility-events', 'background-sync', 'bluetooth', 'clipboard-read', 'clipboard-sanitized-write'],
  ...['deprecated-sync-clipboard-read', 'display-capture', 'fileSystem', 'fullscreen', 'geolocation', 'hid'],
  ...['idle-detection', 'keyboardLock', 'media', 'mediaKeySystem', 'midi', 'midiSysex', 'notifications'],
  ...['openExternal', 'payment-handler', 'pointerLock', 'sensors', 'serial', 'speaker-selection'],
  ...['storage-access', 'top-level-storage-access', 'unknown', 'usb', 'window-management']
])('the permission "%s" is refused, asked or checked', (permission) => {
  guard()
  let answer: boolean | undefined
  const details = { requestingUrl: 'app://lab/index.html', isMainFrame: true, mediaTypes: ['video'] }
  handlers.request(
    null as never,
    permission as never,
    ((given: boolean) => (answer = given)) as never,
    details as never
  )
  expect(answer).toBe(false)
  expect(
    handlers.check(null as never, permission as never, 'app://lab/' as never, { isMainFrame: true } as never)
  ).toBe(false)
})

test('no device, no screen and no download is given', () => {
  guard()
  expect(handlers.device({} as never)).toBe(false)
  const answer = vi.fn()
  handlers.display({} as never, answer as never)
  expect(answer).toHaveBeenCalledWith({})
  const download = { preventDefault: vi.fn() }
  session.emit('will-download', download)
  expect(download.preventDefault).toHaveBeenCalled()
})

test('no page ever leaves, opens a window, holds a webview or takes a certificate', () => {
  guardContents()
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: vi.fn(),
    setWebRTCIPHandlingPolicy: vi.fn()
  })
  app.listeners.get('web-contents-created')!({} as never, contents as never)
  for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
    const event = { preventDefault: vi.fn() }
    contents.emit(name, event)
    expect(event.preventDefault, name).toHaveBeenCalled()
  }
  expect((contents.setWindowOpenHandler.mock.calls[0][0] as () => unknown)()).toEqual({ action: 'deny' })
  expect(contents.setWebRTCIPHandlingPolicy).toHaveBeenCalledWith('disable_non_proxied_udp')
  const choose = vi.fn()
  contents.emit('select-bluetooth-device', { preventDefault: vi.fn() }, [{ deviceId: 'first' }], choose)
  expect(choose).toHaveBeenCalledWith('')
  const event = { preventDefault: vi.fn() }
  app.listeners.get('select-client-certificate')!(event as never)
  const trust = vi.fn()
  app.listeners.get('certificate-error')!(...([event, null, 'https://example.com/', 'expired', null, trust] as never[]))
  expect(event.preventDefault).toHaveBeenCalledTimes(2)
  expect(trust).toHaveBeenCalledWith(false)
})
