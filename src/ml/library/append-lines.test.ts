import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { appendLines } from './append-lines'

const folder = mkdtempSync(join(tmpdir(), 'lines-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('lines follow each other, in a file that need not be there yet', async () => {
  const path = join(folder, 'new.jsonl')
  await appendLines(path, ['1', '2'])
  await appendLines(path, [])
  await appendLines(path, ['3'])
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n')
})

test('a last line that a power cut tore costs no other line', async () => {
  const path = join(folder, 'torn.jsonl')
  writeFileSync(path, '{"step":1}\n{"ste')
  await appendLines(path, ['{"step":2}'])
  expect(readFileSync(path, 'utf8').split('\n')).toEqual(['{"step":1}', '{"ste', '{"step":2}', ''])
})
