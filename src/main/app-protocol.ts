/** The app:// protocol on whichever interface this Electron has: `handle` from 25 on, a buffer protocol before. */
import { protocol } from 'electron'
import type { AppReply } from './app-files'
import { appScheme } from './content-policy'

/** Before the app is ready. */
export function declareAppProtocol(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true } }])
}

/** After the app is ready, before the first window. */
export function registerAppProtocol(answer: (method: string, url: string) => Promise<AppReply>): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(appScheme, async ({ method, url }) => {
      const { status, headers, body } = await answer(method, url)
      return new Response(new Uint8Array(body), { status, headers })
    })
    return
  }
  protocol.registerBufferProtocol(appScheme, (request, callback) => {
    answer(request.method, request.url).then(
      ({ status, headers, body }) => callback({ statusCode: status, headers, data: body }),
      () => callback({ error: -2 })
    )
  })
}
