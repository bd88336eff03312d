/**
 * Entry of the laboratory process: hear main on the parent port, load the engine, serve the laboratory on the page's
 * port. Nothing else happens here.
 *
 * Runs in an Electron utility process; knows it only as `process.parentPort`.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { ParentMessage, type ChildMessage } from '../contract/app'
import { serve, type Port, type Server } from '../contract/define'
import { lab, type LabContract } from '../contract/lab'
import { loadEngine } from './engine/tensorflow'
import { createLab } from './lab'
import { readLibrary } from './library/model-library'

interface MessagePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: MessagePort[] }) => void): void
  start?(): void
  close?(): void
}

const parentPort = (process as unknown as { parentPort: MessagePort }).parentPort
const granted = { read: new Map<string, string>(), write: new Map<string, string>() }
let labDisposed = () => {}

const tell = (message: ChildMessage) => parentPort.postMessage(message)

parentPort.on('message', ({ data, ports }) => {
  const parsed = v.safeParse(ParentMessage, data)
  if (!parsed.success) return
  const message = parsed.output
  switch (message.kind) {
    case 'grant':
      granted[message.access].set(message.fileId, message.path)
      return
    case 'port':
      void serveLab(ports[0])
      return
    case 'stop':
      labDisposed()
      tell({ kind: 'bye' })
      process.exit(0)
  }
})

async function serveLab(port: MessagePort): Promise<void> {
  const resourcesFolder = process.env.SIGNAL_LAB_RESOURCES ?? join(__dirname, '../../resources')
  const userFolder = process.env.SIGNAL_LAB_USER_DATA
  const modelFolders = [join(resourcesFolder, 'models'), ...(userFolder ? [join(userFolder, 'models')] : [])]
  const library = await readLibrary(modelFolders)
  for (const problem of library.problems) process.stderr.write(`${problem}\n`)
  const served: { server?: Server<LabContract> } = {}
  const created = createLab({
    engine: loadEngine(),
    library,
    resourcesFolder,
    userFolder,
    cacheFolder: userFolder && join(userFolder, 'signal-cache'),
    pathOf: (fileId) => granted.read.get(fileId),
    writePathOf: (fileId) => granted.write.get(fileId),
    server: () => served.server!
  })
  labDisposed()
  labDisposed = created.dispose
  served.server = serve(lab, toPort(port), created.handlers)
  tell({ kind: 'ready' })
}

function toPort(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    listen(onMessage) {
      port.on('message', (event) => onMessage(event.data))
      port.start?.()
    },
    close: () => port.close?.()
  }
}

setInterval(() => tell({ kind: 'heartbeat' }), 1000)
