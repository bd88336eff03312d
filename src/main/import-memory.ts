/** How files of one kind were read the last time, by the pattern of their names. Knows nothing of Electron. */
import * as v from 'valibot'
import { ImportChoices } from '../contract/import-choices'
import { filePattern } from '../core/signal/file-pattern'
import type { JsonFileKind, JsonStore } from './json-store'

const Remembered = v.pipe(
  v.array(v.object({ pattern: v.pipe(v.string(), v.maxLength(1024)), choices: ImportChoices })),
  v.maxLength(1000)
)

export const importFile: JsonFileKind<typeof Remembered> = {
  title: 'remembered import choices',
  key: 'imports',
  schema: Remembered,
  usual: []
}

const mostKept = 100

export class ImportMemory {
  constructor(private readonly store: JsonStore<typeof Remembered>) {}

  recall(name: string): ImportChoices | null {
    const pattern = filePattern(name)
    return this.store.current.find((entry) => entry.pattern === pattern)?.choices ?? null
  }

  /** Null forgets what was remembered for such names. */
  remember(name: string, choices: ImportChoices | null): Promise<void> {
    const pattern = filePattern(name)
    const others = this.store.current.filter((entry) => entry.pattern !== pattern)
    return this.store.save(choices === null ? others : [{ pattern, choices }, ...others].slice(0, mostKept))
  }
}
