/** What the linter refuses: promises of docs/security.md and docs/reliability.md that hold because nobody can write otherwise. */
import { ESLint } from 'eslint'
import { expect, test } from 'vitest'
import { root } from './setup/steps.mjs'

const eslint = new ESLint({ cwd: root })
/** The sentences about one file of the sources. */
async function refusals(text, filePath) {
  const [{ messages }] = await eslint.lintText(`${text}\n`, { filePath })
  return messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax').map(({ message }) => message)
}

const unsafe = [
  "import { writeFile } from 'node:fs/promises'",
  "import { writeFile as put } from 'fs/promises'",
  "import { readFile, writeFileSync } from 'node:fs'",
  "import { appendFileSync, createWriteStream } from 'fs'",
  "export { copyFile } from 'node:fs/promises'",
  "import { promises } from 'node:fs'\nvoid promises.writeFile('a', 'b')",
  "import * as fs from 'node:fs'\nconst put = fs.writeFileSync",
  "const { writeFile } = await import('node:fs/promises')",
  "import { open } from 'node:fs/promises'\nvoid open('a', 'w')",
  "import { openSync } from 'node:fs'\nvoid openSync('a', 'wx+')",
  "import fs from 'node:fs'\nvoid fs.promises.open('a', 'a')"
]

test.each(unsafe)('refused: %s', async (text) => {
  expect((await refusals(text, 'src/ml/handlers/new.ts'))[0]).toContain('ml/library/safe-write.ts')
  expect((await refusals(text, 'src/main/new.ts'))[0]).toContain('ml/library/safe-write.ts')
})

test('reading is free, and so are the safe ways themselves and tests', async () => {
  const reading = "import { open, readFile } from 'node:fs/promises'\nvoid open('a', 'r')\nvoid readFile('a')"
  expect(await refusals(reading, 'src/ml/handlers/new.ts')).toEqual([])
  for (const path of ['src/ml/library/safe-write.ts', 'src/main/json-store.ts', 'src/ml/new.test.ts'])
    expect(await refusals(unsafe[0], path), path).toEqual([])
})

test.each([
  "import { shell } from 'electron'",
  "import { net } from 'electron'",
  "electron.shell.openExternal('https://example.com')",
  'element.innerHTML = text'
])('refused where files may be written too: %s', async (text) => {
  for (const path of ['src/main/new.ts', 'src/main/log.ts'])
    expect(await refusals(text, path), path).toEqual([expect.stringContaining('docs/security.md')])
})
