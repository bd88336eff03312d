import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { build } from 'vite'
import { eventually } from '../../core/eventually.testing'
import { RunOwner, RunTaken } from './run-owner'

let base: string
beforeEach(async () => void (base = await mkdtemp(join(tmpdir(), 'signal-lab-owner-'))))
afterEach(() => rm(base, { recursive: true, force: true }))

describe('a run', () => {
  test('is had by one of four processes that want it at the same moment, be it free or left by a dead one', async () => {
    const outDir = join(base, 'program')
    await build({
      ...{ configFile: false, logLevel: 'error' },
      build: {
        ...{ ssr: join(__dirname, 'run-owner.testing.ts'), outDir, target: 'node16' },
        rollupOptions: { output: { format: 'cjs', entryFileNames: 'claim.cjs' } }
      }
    })
    const dead = spawn('true')
    await once(dead, 'exit')
    const folders = Array.from({ length: 40 }, (_, index) => join(base, `run-${index}`))
    for (const [index, folder] of folders.entries()) {
      await mkdir(folder)
      if (index % 2 === 1) await writeFile(join(folder, 'owner.pid'), `${dead.pid} 1\n`)
    }
    const moment = String(Date.now() + 1000)
    const programs = [1, 2, 3, 4].map(() => spawn(process.execPath, [join(outDir, 'claim.cjs'), moment, ...folders]))
    try {
      const got = await Promise.all(
        programs.map(async ({ stdout }) => {
          for await (const line of createInterface(stdout)) return JSON.parse(line) as string[]
          return []
        })
      )
      expect(got.flat().sort()).toEqual([...folders].sort())
      for (const [index, mine] of got.entries()) {
        for (const folder of mine) expect(await new RunOwner(folder).process()).toBe(`${programs[index].pid}`)
      }
      await expect(new RunOwner(folders[0]).claim()).rejects.toThrow(RunTaken)
    } finally {
      for (const program of programs) program.kill('SIGKILL')
    }
    await Promise.all(programs.map((program) => program.exitCode ?? program.signalCode ?? once(program, 'exit')))
    const release = await new RunOwner(folders[0]).claim()
    await release()
    expect(await readdir(folders[0])).toEqual([])
  })

  test('is had by one of those in this process that want it at the same moment', async () => {
    await writeFile(join(base, 'owner.pid'), `${process.pid} 1\n`)
    let inside = 0
    const claim = async () => {
      const release = await new RunOwner(base).claim()
      expect((inside += 1)).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 1))
      inside -= 1
      await release()
    }
    await Promise.all(Array.from({ length: 5 }, claim))
    expect(await readdir(base)).toEqual([])
  })

  test('that is held for a moment is waited for', async () => {
    const release = await new RunOwner(base).claim()
    const second = new RunOwner(base).claim()
    setTimeout(() => void release(), 100)
    await (
      await second
    )()
    expect(await readdir(base)).toEqual([])
  })

  test('is free where the file names this process, which has not taken it, or nobody', async () => {
    const owner = new RunOwner(base)
    for (const line of [`${process.pid}`, '', '0 0\n', 'nobody\n', '-1\n']) {
      await writeFile(join(base, 'owner.pid'), line)
      expect(await owner.process()).toBeUndefined()
      const release = await owner.claim()
      expect(await readFile(join(base, 'owner.pid'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
      await release()
    }
  })

  test('that a process of another computer has is let be, until that has not been heard of for ten minutes', async () => {
    const path = join(base, 'owner.pid')
    await writeFile(path, `${process.pid} 1 elsewhere\n`)
    expect(await new RunOwner(base).process()).toBe(`${process.pid} on elsewhere`)
    await expect(new RunOwner(base).claim()).rejects.toThrow(`trained by process ${process.pid} on elsewhere`)
    const before = new Date(Date.now() - 11 * 60_000)
    await utimes(path, before, before)
    const release = await new RunOwner(base).claim()
    expect(await new RunOwner(base).process()).toBe(`${process.pid}`)
    await release()
  })

  test('that is held is touched every minute, for other computers to see', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const path = join(base, 'owner.pid')
      const release = await new RunOwner(base).claim()
      await utimes(path, 1, 1)
      vi.advanceTimersByTime(60_000)
      await eventually(async () => expect((await stat(path)).mtimeMs).toBeGreaterThan(1000))
      await release()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('whose folder is gone is refused with a sentence', async () => {
    await expect(new RunOwner(join(base, 'gone')).claim()).rejects.toThrow('its folder does not exist')
  })
})
