/**
 * What the page is refused, whatever it asks: the network, permissions, devices, downloads, other pages, new windows.
 *
 * The page needs none of it, so there is nothing to decide: every answer is no.
 */
import { app, type Session, type WebContents } from 'electron'
import { appOrigin } from './content-policy'

export function guardSession(session: Session, { diagnostics }: { diagnostics: boolean }): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const own = url.startsWith(`${appOrigin}/`) || (diagnostics && url.startsWith('devtools://'))
    answer({ cancel: !own })
  })
}

/** For every page that ever comes to be, also one that should not exist. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
  app.on('select-client-certificate', (event) => event.preventDefault())
}
