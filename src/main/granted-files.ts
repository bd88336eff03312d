/**
 * Files that the user chose, under tickets: the page holds the ticket and the name, never the path.
 * Knows nothing of Electron.
 */
import { randomUUID } from 'node:crypto'
import { basename, resolve } from 'node:path'
import type { GrantedFile } from '../contract/session'

export interface Grant {
  readonly fileId: string
  readonly path: string
  /** What the user chose it for: a file to read is never written to. */
  readonly access: 'read' | 'write'
}

export class GrantedFiles {
  readonly #grants: Grant[] = []

  /** @param onGrant hears of every new ticket before the page does. */
  constructor(private readonly onGrant: (grant: Grant) => void) {}

  /** Every ticket given out, for a laboratory that starts anew. */
  get all(): readonly Grant[] {
    return this.#grants
  }

  grant(path: string, access: Grant['access'] = 'read'): GrantedFile {
    const grant = { fileId: randomUUID(), path, access }
    this.#grants.push(grant)
    this.onGrant(grant)
    return { fileId: grant.fileId, name: basename(path) }
  }

  /** The path of a ticket for reading, for main's own use. */
  pathOf(fileId: string): string | undefined {
    return this.#grants.find((grant) => grant.fileId === fileId && grant.access === 'read')?.path
  }
}

/**
 * The files among a command line's arguments, as absolute paths. Options, the value of the loader option that test
 * drivers add, and the app's own folder are not files.
 */
export function filesFromArguments(argv: readonly string[], workingFolder: string, appPath: string): string[] {
  const files: string[] = []
  for (let i = 1; i < argv.length; i += 1) {
    const argument = argv[i]
    if (argument === '-r' || argument === '--require') i += 1
    else if (!argument.startsWith('-') && resolve(workingFolder, argument) !== resolve(appPath)) {
      files.push(resolve(workingFolder, argument))
    }
  }
  return files
}
