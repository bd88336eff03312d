/**
 * The installed program as `siglab`: no window, no settings; the command line in a process of its own, whose output and
 * exit code are ours.
 *
 * An installed program brings no Node beside Electron, and its fuses forbid Electron to be one. A utility process is
 * what remains, and it is where TensorFlow lives in the app as well.
 */
import { app, utilityProcess } from 'electron'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function runCommandLine(args: readonly string[], resources: string): Promise<void> {
  const userData = app.getPath('userData')
  // Chromium keeps files of its own: not in the folder of a window that may be open at the same time.
  const scratch = scratchFolder()
  app.setPath('userData', scratch)
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))
  await app.whenReady()
  const child = utilityProcess.fork(join(__dirname, 'siglab.js'), [...args], {
    serviceName: 'siglab',
    stdio: 'inherit',
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env, SIGNAL_LAB_RESOURCES: resources, SIGNAL_LAB_USER_DATA: userData }
  })
  let ended = false
  child.once('exit', (code) => {
    ended = true
    app.exit(code)
  })
  // A signal asks Electron to quit; the command ends first, and saves what it has.
  app.on('before-quit', (event) => {
    if (ended) return
    event.preventDefault()
    child.kill()
  })
}

const scratchName = /^siglab-run-(\d+)-\w{6}$/

/** Those of processes that were killed are removed first; what cannot be removed is another user's, and stays. */
function scratchFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const owner = scratchName.exec(name)
    if (owner && !isThere(Number(owner[1]))) {
      try {
        rmSync(join(tmpdir(), name), { recursive: true, force: true })
      } catch {
        // Another user's.
      }
    }
  }
  return mkdtempSync(join(tmpdir(), `siglab-run-${process.pid}-`))
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
