import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { usableUserFolder } from './user-folder'

const folder = mkdtempSync(join(tmpdir(), 'signal-lab-user-folder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a folder that can be written is made, taken, and left as it was', () => {
  const wanted = join(folder, 'new/user data')
  expect(usableUserFolder(wanted)).toEqual({ path: wanted })
  expect(readdirSync(wanted)).toEqual([])
})

test('in the place of one that cannot be written there is another, and a sentence that names the first', () => {
  writeFileSync(join(folder, 'file'), '')
  const wanted = join(folder, 'file/user data')
  const { path, notice } = usableUserFolder(wanted)
  expect(existsSync(path)).toBe(true)
  expect(dirname(path)).toBe(tmpdir())
  expect(notice).toMatch(/^Nothing will be remembered .*user data cannot be written \(ENOTDIR\)\. Make it writable/)
  rmSync(path, { recursive: true })
})
