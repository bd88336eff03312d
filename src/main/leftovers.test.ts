import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { foldersOf, sweepLeftovers } from './leftovers'

const leftover = '.settings.json.1234.0123456789ab.tmp'
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-leftovers-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

/** Lay a leftover there that was written `seconds` ago. */
async function leftoverOf(seconds: number): Promise<void> {
  await writeFile(join(folder, leftover), '')
  const written = Date.now() / 1000 - seconds
  await utimes(join(folder, leftover), written, written)
}

describe('what was left half written', () => {
  test.each([
    ['an hour ago', 3601],
    ['in an hour, as the clock was set back since', -3601]
  ])('%s is removed', async (_, seconds) => {
    await leftoverOf(seconds)
    await sweepLeftovers([folder])
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    ['just now', 0],
    ['within the hour', 3500],
    ['by a clock that is a little ahead', -60]
  ])('%s may still be in use, and stays', async (_, seconds) => {
    await leftoverOf(seconds)
    await sweepLeftovers([folder])
    expect(await readdir(folder)).toEqual([leftover])
  })

  test('goes at any age where that is asked for, though it be a fraction of a millisecond ahead', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    await leftoverOf(-0.0009)
    await sweepLeftovers([folder], 0)
    expect(await readdir(folder)).toEqual([])
  })
})

test('other files, folders and folders that are not there are let be', async () => {
  await writeFile(join(folder, 'settings.json'), '{}')
  await writeFile(join(folder, '.settings.json.tmp'), '')
  await mkdir(join(folder, leftover))
  await sweepLeftovers([folder, join(folder, 'missing')], 0)
  expect((await readdir(folder)).sort()).toEqual([
    '.settings.json.1234.0123456789ab.tmp',
    '.settings.json.tmp',
    'settings.json'
  ])
})

test('a run that was being taken in goes with all that it holds, once nobody can be writing it', async () => {
  const half = join(folder, '.import-0123456789ab')
  await mkdir(join(half, 'checkpoints'), { recursive: true })
  await writeFile(join(half, 'run.json'), '{}')
  await writeFile(join(folder, '.import-ba9876543210'), 'a file of that name')
  await sweepLeftovers([folder])
  expect(await readdir(folder)).toContain('.import-0123456789ab')
  const written = Date.now() / 1000 - 3601
  await utimes(half, written, written)
  await sweepLeftovers([folder])
  expect(await readdir(folder)).toEqual(['.import-ba9876543210'])
})

test('folders are found below each other, and not through links', async () => {
  const trial = join(folder, 'study/trials/one')
  await mkdir(trial, { recursive: true })
  await symlink(tmpdir(), join(folder, 'study/elsewhere'))
  expect(await foldersOf(folder)).toEqual([folder, join(folder, 'study'), join(folder, 'study/trials'), trial])
  expect(await foldersOf(join(folder, 'missing'))).toEqual([join(folder, 'missing')])
})
