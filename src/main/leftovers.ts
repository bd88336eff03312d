/**
 * What a kill or a power cut left half written: each has a name of its own and was never anybody's. Knows nothing of
 * Electron.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rm, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** ".settings.json.1234.0123456789ab.tmp": what is written has a name beside its target that nobody else has. */
export function temporaryFor(target: string): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`)
}

/** A name as that, which the other way of writing, in ml/library, gives as well. */
export const leftoverName = (name: string): boolean => /^\..+\.\d+\.[0-9a-f]{12}\.tmp$/.test(name)

/** ".import-0123456789ab", a run that is taken in: it gets its name when it is whole. */
const leftoverFolderName = (name: string): boolean => /^\.import-[0-9a-f]{12}$/.test(name)

/**
 * Remove those that were written at least `ageMilliseconds` from now: a nearer one may belong to a program that is
 * writing it now. One from the future counts as well as one from the past: the clock was set back since, or the time of
 * the file has fractions of a millisecond that `Date.now` has not. Never throws: what cannot be removed stays.
 */
export async function sweepLeftovers(folders: readonly string[], ageMilliseconds = 3_600_000): Promise<void> {
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names) {
      const [isFile, isFolder] = [leftoverName(name), leftoverFolderName(name)]
      if (!isFile && !isFolder) continue
      const path = join(folder, name)
      const found = await stat(path).catch(() => undefined)
      if (!found || Math.abs(Date.now() - found.mtimeMs) < ageMilliseconds) continue
      if (isFile && found.isFile()) await unlink(path).catch(() => {})
      if (isFolder && found.isDirectory()) await rm(path, { recursive: true, force: true }).catch(() => {})
    }
  }
}

/** This folder and every one below it; links are not followed. */
export async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => foldersOf(join(folder, name)))
  return [folder, ...(await Promise.all(below)).flat()]
}
