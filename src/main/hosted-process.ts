/** A hosted process as an Electron utility process: its environment, its error output, and how to end it. */
import { app, utilityProcess, type MessagePortMain } from 'electron'
import { join } from 'node:path'
import type { ChildMessage, ProcessRole } from '../contract/app'
import { lastWords } from './last-words'
import type { ChildEvents, HostedChild } from './process-supervisor'

const serviceNames: Record<ProcessRole, string> = { lab: 'Signal Lab ML', training: 'Signal Lab training' }

/** Passed on from our own environment; everything else stays outside. */
const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot'] as const
/** For the trials of a study: an old Electron needs a display even as a command line. */
const inheritedByTraining = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR'] as const

export interface HostedFolders {
  readonly resources: string
  readonly userData: string
}

/** `onLine` hears each line that the process writes; `more` goes into its environment over everything else. */
export function forkHosted(
  role: ProcessRole,
  folders: HostedFolders,
  events: ChildEvents,
  onLine: (line: string) => void,
  more: Readonly<Record<string, string>> = {}
): HostedChild {
  const serviceName = serviceNames[role]
  const child = utilityProcess.fork(join(__dirname, 'ml-process.js'), [], {
    serviceName,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...hostedEnvironment(role, folders), ...more }
  })
  const words = keepLastWords(child.stderr)
  const pass = (stream: NodeJS.ReadableStream | null) =>
    stream?.on('data', (bytes: Buffer) => {
      process.stderr.write(bytes)
      for (const line of bytes.toString('utf8').split('\n')) if (line.trim()) onLine(line)
    })
  pass(child.stdout)
  pass(child.stderr)
  const onGone = (_event: unknown, details: Electron.Details) => {
    if (details.type === 'Utility' && details.name === serviceName) events.gone(details.reason)
  }
  app.on('child-process-gone', onGone)
  child.on('message', (message: ChildMessage) => events.message(message))
  child.once('exit', (code) => {
    events.exit(code, words())
    // The system's report may still be on its way.
    setTimeout(() => app.off('child-process-gone', onGone), 400)
  })
  return {
    post: (message, ports) => child.postMessage(message, [...ports] as MessagePortMain[]),
    kill: () => void child.kill(),
    killHard: () => {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    }
  }
}

/** Nothing that changes how TensorFlow, the linker or Node behaves comes through from outside. */
export function hostedEnvironment(role: ProcessRole, { resources, userData }: HostedFolders): Record<string, string> {
  const isTraining = role === 'training'
  const env: Record<string, string> = {
    TF_CPP_MIN_LOG_LEVEL: '2',
    SIGNAL_LAB_ROLE: role,
    SIGNAL_LAB_RESOURCES: resources,
    SIGNAL_LAB_USER_DATA: userData,
    // Trials of a study are this program again, as a command line.
    ...(isTraining && { SIGNAL_LAB_PROGRAM: process.execPath }),
    ...(isTraining && !app.isPackaged && { SIGNAL_LAB_APP: app.getAppPath() })
  }
  for (const name of [...inherited, ...(isTraining ? inheritedByTraining : [])]) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  return env
}

/** What a process said before it ended, once it has. */
function keepLastWords(stream: NodeJS.ReadableStream | null): () => string {
  let tail = ''
  stream?.on('data', (bytes: Buffer) => {
    tail = (tail + bytes.toString('utf8')).slice(-8000)
  })
  return () => lastWords(tail)
}
