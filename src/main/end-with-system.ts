/**
 * The end that the system brings: a signal, a shutdown, a log-off. Nobody is there to be asked, and little time is left.
 */
import { powerMonitor, type BrowserWindow } from 'electron'

/** Once the app is ready: before that Electron puts handlers of its own in the place of ours. */
export function endWithSystem(end: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)
  // Linux and macOS wait for us where we ask for it. Electron hands an event over that its types leave out.
  powerMonitor.on('shutdown', (event?: Electron.Event) => {
    event?.preventDefault()
    end()
  })
}

/** Windows asks a window, and then tells it; it waits for neither. */
export function endWithWindowsSession(window: BrowserWindow, end: () => void): void {
  window.on('query-session-end', end)
  window.on('session-end', end)
}
