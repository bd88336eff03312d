/**
 * Entry of a hosted process: hear main on the parent port, and serve the page's port as what the environment says, the
 * laboratory or the training. Nothing else happens here.
 *
 * Runs in an Electron utility process; knows it only as `process.parentPort`.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { ParentMessage, type ChildMessage, type ProcessRole } from '../contract/app'
import { serve, type Contract, type Port, type Server } from '../contract/define'
import { lab } from '../contract/lab'
import { training } from '../contract/training'
import { loadEngine } from './engine/tensorflow'
import { GpuLibrary } from './gpu-library/gpu-library'
import { GrantedPaths } from './granted-paths'
import { createLab } from './lab'
import { LiveLibrary } from './library/live-library'
import { childRunner, thisProgram } from './studies/child-runner'
import { openTrainingLab, type TrainingLab } from './training-lab'

interface MessagePort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: MessagePort[] }) => void): void
  start?(): void
  close?(): void
}

/** What a role is: how it meets a port of the page, and how it ends. */
interface Hosted {
  serve(port: MessagePort): Promise<void>
  close(): Promise<void>
}

const parentPort = (process as unknown as { parentPort: MessagePort }).parentPort
const granted = { read: new GrantedPaths(), write: new GrantedPaths() }
const tell = (message: ChildMessage) => parentPort.postMessage(message)

const resourcesFolder = process.env.SIGNAL_LAB_RESOURCES ?? join(__dirname, '../../resources')
const userFolder = process.env.SIGNAL_LAB_USER_DATA
const modelFolders = [join(resourcesFolder, 'models'), ...(userFolder ? [join(userFolder, 'models')] : [])]
const runsFolder = userFolder && join(userFolder, 'runs')
const studiesFolder = userFolder && join(userFolder, 'studies')

const roles: Record<ProcessRole, () => Hosted> = { lab: hostLab, training: hostTraining }
const hosted = roles[process.env.SIGNAL_LAB_ROLE === 'training' ? 'training' : 'lab']()

parentPort.on('message', ({ data, ports }) => {
  const parsed = v.safeParse(ParentMessage, data)
  if (!parsed.success) return
  const message = parsed.output
  switch (message.kind) {
    case 'grant':
      granted[message.access].add(message.fileId, message.path)
      return
    case 'port':
      // Without what it hosts the process is of no use: main reads the last line and starts another.
      void hosted.serve(ports[0]).then(
        () => tell({ kind: 'ready' }),
        (error: Error) => {
          process.stderr.write(`${error.message}\n`)
          process.exit(1)
        }
      )
      return
    case 'stop':
      end()
  }
})

function end(): void {
  void hosted.close().finally(() => {
    tell({ kind: 'bye' })
    process.exit(0)
  })
}

function hostLab(): Hosted {
  let disposed = () => {}
  return {
    async serve(port) {
      const library = await LiveLibrary.open(modelFolders, runsFolder)
      for (const problem of library.problems) process.stderr.write(`${problem}\n`)
      const served = whoeverListens<typeof lab>()
      const created = createLab({
        engine: loadEngine(),
        library,
        resourcesFolder,
        userFolder,
        cacheFolder: userFolder && join(userFolder, 'signal-cache'),
        pathOf: (fileId) => granted.read.pathOf(fileId),
        writePathOf: (fileId) => granted.write.pathOf(fileId),
        server: () => served.server!
      })
      disposed()
      disposed = created.dispose
      served.server = serve(lab, toPort(port), created.handlers)
    },
    close: async () => disposed()
  }
}

/** Lives on when the page is loaded anew: only who hears of it changes. */
function hostTraining(): Hosted {
  // A log-off or a closed terminal reaches every process, not main alone: what trains is paused all the same.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  const served = whoeverListens<typeof training>()
  let opened: Promise<TrainingLab> | undefined
  const open = () => {
    if (userFolder === undefined || runsFolder === undefined || studiesFolder === undefined)
      throw new Error('The training process was started without a folder for its runs.')
    return openTrainingLab({
      ...{ loadEngine, runsFolder, studiesFolder, modelFolders },
      gpuLibrary: new GpuLibrary({ userFolder }),
      isOnGpuLibrary: process.env.SIGNAL_LAB_DEVICE === 'gpu',
      // A trial that is killed leaves Chromium's files behind: they lie where the study clears up.
      runnerFor: ({ folderOf, scratch }) =>
        childRunner({ ...thisProgram(), env: { TMPDIR: scratch, TEMP: scratch, TMP: scratch } }, folderOf),
      server: () => served.server,
      onActivity: (activity) => tell({ kind: 'activity', activity })
    })
  }
  return {
    async serve(port) {
      const { handlers } = await (opened ??= open())
      served.server = serve(training, toPort(port), handlers)
    },
    close: async () => (await opened)?.close()
  }
}

function whoeverListens<C extends Contract>(): { server?: Server<C> } {
  return {}
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

// A failure that nobody waits for is a fault of ours and goes to the log; what else runs here goes on.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`Nobody heard of: ${reason instanceof Error ? reason.stack : String(reason)}\n`)
})
setInterval(() => tell({ kind: 'heartbeat' }), 1000)
