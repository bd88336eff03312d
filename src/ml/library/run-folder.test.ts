import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RunFolder } from './run-folder'

let path: string
beforeEach(async () => void (path = await mkdtemp(join(tmpdir(), 'signal-lab-run-'))))
afterEach(() => rm(path, { recursive: true, force: true }))

describe('a run belongs to the process that trains it', () => {
  test('as long as that lives', async () => {
    const release = await new RunFolder(path).claim()
    expect(await new RunFolder(path).owner()).toBe(`${process.pid}`)
    await release()
    expect(await new RunFolder(path).owner()).toBeUndefined()
  })

  test.skipIf(!existsSync('/proc/self/stat'))(
    'and not to another one that has its number after a power cut',
    async () => {
      const other = spawn('sleep', ['60'])
      try {
        const release = await new RunFolder(path).claim()
        const owner = join(path, 'owner.pid')
        const [, start] = (await readFile(owner, 'utf8')).trim().split(' ')
        await release()
        await writeFile(owner, `${other.pid} ${start}\n`)
        expect(await new RunFolder(path).owner()).toBeUndefined()
        await writeFile(owner, `${other.pid}\n`)
        await expect(new RunFolder(path).claim()).rejects.toThrow(`is being trained by process ${other.pid}`)
      } finally {
        other.kill('SIGKILL')
      }
    }
  )
})
