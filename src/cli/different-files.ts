/** What a command writes must not take the place of what it reads. */
import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './command'

/** A path, and what the user knows it as: "--out", "IN". */
export interface NamedPath {
  readonly name: string
  readonly path: string | undefined
}

/** Throws UsageError where `written` is the file of one of the others, by whatever name. */
export async function refuseSameFile(written: NamedPath, ...others: readonly NamedPath[]): Promise<void> {
  if (written.path === undefined) return
  const file = await identityOf(written.path)
  for (const { name, path } of others) {
    if (path !== undefined && (await identityOf(path)) === file)
      throw new UsageError(`${written.name}: expected another file than ${name}. Received: ${written.path}`)
  }
}

/** Equal for links to one file, for relative paths, and for another case of letters where the system sees none. */
async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    // It is not there yet: then it is known by its folder and its name.
    const folder = await realpath(dirname(path)).catch(() => dirname(path))
    const whole = join(folder, basename(path))
    return process.platform === 'linux' ? whole : whole.toLowerCase()
  }
}
