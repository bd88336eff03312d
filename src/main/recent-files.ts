/** The files that were opened last, newest first, kept from one start to the next. Knows nothing of Electron. */
import { stat } from 'node:fs/promises'
import * as v from 'valibot'
import type { JsonFileKind, JsonStore } from './json-store'

const Paths = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(32_768))), v.maxLength(100))

export const recentFile: JsonFileKind<typeof Paths> = {
  title: 'recent files',
  key: 'paths',
  schema: Paths,
  usual: []
}

const mostKept = 12

export class RecentFiles {
  constructor(private readonly store: JsonStore<typeof Paths>) {}

  get paths(): readonly string[] {
    return this.store.current
  }

  /** To the front, once. */
  note(path: string): Promise<void> {
    return this.store.save([path, ...this.paths.filter((other) => other !== path)].slice(0, mostKept))
  }

  clear(): Promise<void> {
    return this.store.save([])
  }

  /** Each path, and whether a file is there now. A drive that does not answer is waited for one second. */
  async look(): Promise<{ path: string; exists: boolean }[]> {
    return Promise.all(
      this.paths.map(async (path) => ({ path, exists: await Promise.race([isFile(path), afterASecond()]) }))
    )
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

function afterASecond(): Promise<boolean> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 1000).unref())
}
