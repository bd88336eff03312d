/**
 * The session of the last run as a file. The page has tickets where the file has paths: this is where the one becomes the
 * other. Knows nothing of Electron.
 */
import * as v from 'valibot'
import { StoredSession, type GrantedFile, type Session } from '../contract/session'
import type { JsonFileKind } from './json-store'

const Stored = v.nullable(StoredSession)

export const sessionFile: JsonFileKind<typeof Stored> = {
  title: 'things of the last session',
  key: 'session',
  schema: Stored,
  usual: null
}

/** Null for a file whose ticket is not known: nothing is kept that the user did not choose. */
export function toStored(session: Session, pathOf: (fileId: string) => string | undefined): StoredSession | null {
  const { origin, ...rest } = session
  if (origin.kind !== 'file') return { ...rest, origin }
  const path = pathOf(origin.file.fileId)
  return path === undefined ? null : { ...rest, origin: { kind: 'file', path, choices: origin.choices } }
}

export function fromStored(stored: StoredSession, grant: (path: string) => GrantedFile): Session {
  const { origin, ...rest } = stored
  if (origin.kind !== 'file') return { ...rest, origin }
  return { ...rest, origin: { kind: 'file', file: grant(origin.path), choices: origin.choices } }
}
