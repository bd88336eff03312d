/** The one window: its size, what its page may not do, and what happens when the page dies. */
import { BrowserWindow, nativeTheme } from 'electron'
import { join } from 'node:path'
import { startPage } from './content-policy'
import { RestartBudget } from './restart-budget'

export interface WindowOptions {
  diagnostics: boolean
  /** The page is loaded and listens: also after it was reloaded. */
  onPageReady(): void
  /** The page's process ended, and is started again or not. */
  onGone(what: string): void
}

export function openWindow({ diagnostics, onPageReady, onGone }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Signal Lab',
    width: 1280,
    height: 800,
    minWidth: 960,
    minHeight: 600,
    useContentSize: true,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0d1117' : '#f6f8fa',
    webPreferences: {
      preload: join(__dirname, '../preload/index.js'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      // The page gets files from main, and has no dialog of its own for them; nor does it need to know the fonts.
      disableBlinkFeatures: 'FileSystemAccess,FileSystemAccessLocal,FontAccess',
      devTools: diagnostics
    }
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.on('did-finish-load', onPageReady)
  reloadWhenGone(window, onGone)
  void window.loadURL(startPage)
  return window
}

function reloadWhenGone(window: BrowserWindow, onGone: WindowOptions['onGone']): void {
  const budget = new RestartBudget()
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    onGone(`The page's process was ${reason} (code ${exitCode}).`)
    if (budget.take()) window.webContents.reload()
    else window.close()
  })
}
