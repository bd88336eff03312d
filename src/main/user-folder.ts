/** The folder in which the program remembers things, or another one where it cannot be written. Knows nothing of Electron. */
import { closeSync, mkdirSync, mkdtempSync, openSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryFor } from './leftovers'

export interface UserFolder {
  readonly path: string
  /** For the user, where it is not the one that was wanted: it goes when the program ends. */
  readonly notice?: string
}

/**
 * Tried before the lock of the single instance, which fails in such a folder as it does beside another instance. Throws
 * with a sentence for people where there is no other folder either.
 */
export function usableUserFolder(wanted: string): UserFolder {
  try {
    mkdirSync(wanted, { recursive: true })
    tryWriting(wanted)
    return { path: wanted }
  } catch (error) {
    const reason = reasonOf(error)
    return {
      path: temporaryInsteadOf(wanted, reason),
      notice: `Nothing will be remembered when the program is closed, because the folder ${wanted} cannot be written (${reason}). Make it writable and start again, or start with --user-data-dir=FOLDER.`
    }
  }
}

function temporaryInsteadOf(wanted: string, reason: string): string {
  try {
    return mkdtempSync(join(tmpdir(), 'signal-lab-'))
  } catch (error) {
    throw new Error(
      `Neither the folder ${wanted} (${reason}) nor one in ${tmpdir()} (${reasonOf(error)}) can be written. Make one of them writable and start again.`,
      { cause: error }
    )
  }
}

const reasonOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? (error as Error).message

/** The lock is a symbolic link, but on Windows: there are disks that take files and no links. */
function tryWriting(folder: string): void {
  const probe = temporaryFor(join(folder, 'probe'))
  if (process.platform === 'win32') closeSync(openSync(probe, 'wx', 0o600))
  else symlinkSync('nowhere', probe)
  unlinkSync(probe)
}
