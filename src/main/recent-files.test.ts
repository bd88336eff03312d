import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { JsonStore } from './json-store'
import { recentFile, RecentFiles } from './recent-files'

/** A path on a drive that does not answer. */
const silent = '/silent/a.wav'
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>()
  const stat = (path: string) => (path === silent ? new Promise(() => {}) : actual.stat(path))
  return { ...actual, stat }
})

async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'signal-lab-recent-'))
  const load = async () => new RecentFiles(await JsonStore.load(join(folder, 'recent.json'), recentFile))
  return { folder, load, recent: await load() }
}

it('keeps the newest first, each once, twelve at most, over a restart', async () => {
  const { load, recent } = await start()
  for (let index = 0; index < 15; index += 1) await recent.note(`/data/${index}.wav`)
  await recent.note('/data/9.wav')
  const { paths } = await load()
  expect(paths).toHaveLength(12)
  expect(paths.slice(0, 3)).toEqual(['/data/9.wav', '/data/14.wav', '/data/13.wav'])
})

it('says which of them are still there', async () => {
  const { folder, recent } = await start()
  const there = join(folder, 'a.wav')
  await writeFile(there, '')
  await recent.note(join(folder, 'gone.wav'))
  await recent.note(folder)
  await recent.note(there)
  expect((await recent.look()).map(({ exists }) => exists)).toEqual([true, false, false])
})

it('waits for a drive that does not answer for one second', async () => {
  const { recent } = await start()
  await recent.note(silent)
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    let looks: { path: string; exists: boolean }[] | undefined
    void recent.look().then((found) => (looks = found))
    await vi.advanceTimersByTimeAsync(999)
    expect(looks).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(looks).toEqual([{ path: silent, exists: false }])
  } finally {
    vi.useRealTimers()
  }
})

it('forgets them all', async () => {
  const { load, recent } = await start()
  await recent.note('/data/a.wav')
  await recent.clear()
  expect((await load()).paths).toEqual([])
})
