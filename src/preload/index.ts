/**
 * The bridge between the page and main. It carries the app contract by name, passes the ports of the hosted processes on, and
 * turns a dropped file into its path for main; it never changes when a call is added.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { AppBridge } from '../contract/app'

const bridge: AppBridge = {
  call: (name, payload) => ipcRenderer.invoke('app', name, payload),
  onEvent: (listener) => {
    ipcRenderer.on('app-event', (_event, name: string, payload: unknown) => listener(name, payload))
  }
}
contextBridge.exposeInMainWorld('signalLab', Object.freeze(bridge))

for (const name of ['lab-port', 'training-port'])
  ipcRenderer.on(name, (event) => window.postMessage(name, '*', event.ports))

// A path is read here and goes to main only; the page hears of the file as of any other that was granted.
window.addEventListener('dragover', (event) => event.preventDefault())
window.addEventListener('drop', (event) => {
  event.preventDefault()
  const file = event.isTrusted ? event.dataTransfer?.files[0] : undefined
  if (file) ipcRenderer.send('dropped-file', pathOf(file))
})

/** `webUtils` from Electron 29 on; before 32 a File had its path as a member. */
function pathOf(file: File): string {
  return webUtils ? webUtils.getPathForFile(file) : ((file as File & { path?: string }).path ?? '')
}
