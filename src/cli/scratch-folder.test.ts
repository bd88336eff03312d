import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { scratchFolder } from './scratch-folder'

let parent: string
beforeEach(() => (parent = mkdtempSync(join(tmpdir(), 'scratch-'))))
afterEach(() => rmSync(parent, { recursive: true }))

/** A number that no process has: one that has just ended. */
const endedPid = () => spawnSync(process.execPath, ['-e', '']).pid

test('what killed processes left is removed, and nothing else', async () => {
  const left = join(parent, `siglab-worker-${endedPid()}-abcDEF`)
  mkdirSync(join(left, 'trial'), { recursive: true })
  writeFileSync(join(left, 'trial/trial.ckpt'), 'x')
  const kept = [`siglab-worker-${process.pid}-abcDEF`, `siglab-other-${endedPid()}-abcDEF`, 'siglab-worker-1e3-abcDEF']
  for (const name of kept) mkdirSync(join(parent, name))
  const folder = await scratchFolder('siglab-worker', parent)
  expect(readdirSync(folder)).toEqual([])
  expect(readdirSync(parent).sort()).toEqual([...kept, basename(folder)].sort())
})

test('a link with such a name is removed, not what it leads to', async () => {
  const target = join(parent, 'target')
  mkdirSync(target)
  writeFileSync(join(target, 'kept'), '')
  symlinkSync(target, join(parent, `siglab-worker-${endedPid()}-abcDEF`))
  await scratchFolder('siglab-worker', parent)
  expect(readdirSync(target)).toEqual(['kept'])
})

test('a folder of temporary files that is not there is told of', async () => {
  await expect(scratchFolder('siglab-worker', join(parent, 'nowhere'))).rejects.toThrow('ENOENT')
})
