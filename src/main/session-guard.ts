/**
 * What the page is refused, whatever it asks: the network, permissions, devices, downloads, other pages, new windows.
 *
 * The page needs none of it, so every answer is no; but for the sound of the microphone, once the user has said yes.
 */
import { app, type Session, type WebContents } from 'electron'
import { appOrigin } from './content-policy'
import type { MicrophonePermission } from './microphone-permission'

export async function guardSession(
  session: Session,
  { diagnostics, microphone }: { diagnostics: boolean; microphone: MicrophonePermission }
): Promise<void> {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const { requestingUrl, isMainFrame, mediaTypes = [] } = details as Electron.MediaAccessPermissionRequest
    answer(microphone.allows({ permission, origin: originOf(requestingUrl), isMainFrame, mediaTypes }))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, { isMainFrame, mediaType }) =>
    microphone.allows({ permission, origin, isMainFrame, mediaTypes: mediaType ? [mediaType] : [] })
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const own = url.startsWith(`${appOrigin}/`) || (diagnostics && url.startsWith('devtools://'))
    answer({ cancel: !own })
  })
  // What WebRTC sends is no request. It may go through a proxy only, and there is none at that address.
  await session.setProxy({ proxyRules: nowhere, proxyBypassRules: '<-loopback>' })
}

/** The port of "discard", where nobody listens, for every kind of address. */
const nowhere = ['http', 'https', 'socks'].map((scheme) => `${scheme}=127.0.0.1:9`).join(';')

/** "app://lab/index.html" -> "app://lab"; the standard's own origin of such a URL is "null". */
function originOf(url: string): string {
  return /^[a-z]+:\/\/[^/]*/.exec(url)?.[0] ?? ''
}

/** For every page that ever comes to be, also one that should not exist. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    // From Electron 25 on, for frames; before, the content policy alone forbids them.
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
    // Nobody's answer is the first device.
    contents.on('select-bluetooth-device', (event, _devices, choose) => {
      event.preventDefault()
      choose('')
    })
  })
  app.on('select-client-certificate', (event) => event.preventDefault())
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, trust) => {
    event.preventDefault()
    trust(false)
  })
}
