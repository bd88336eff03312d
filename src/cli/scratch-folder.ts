/** A temporary folder of this process, named after it, so that a later one can tell what a killed one left behind. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../ml/library/is-alive'

/**
 * An empty folder `<name>-<process>-<letters>` among the system's temporary ones. Those of processes that have ended are
 * removed first; what cannot be removed is another user's, and stays.
 */
export async function scratchFolder(name: string, parent = tmpdir()): Promise<string> {
  const made = new RegExp(`^${name}-(\\d+)-\\w{6}$`)
  for (const entry of await readdir(parent).catch(() => [])) {
    const owner = made.exec(entry)
    if (owner && !isAlive(Number(owner[1]))) {
      await rm(join(parent, entry), { recursive: true, force: true }).catch(() => undefined)
    }
  }
  return mkdtemp(join(parent, `${name}-${process.pid}-`))
}

/** Environment of a process whose own temporary files go there: one that is ended at once leaves what its runtime keeps. */
export function temporaryIn(folder: string): Record<string, string> {
  return { TMPDIR: folder, TEMP: folder, TMP: folder }
}
