/** Every way to write a file, with each of its system calls failing: the old content or the new, and a sentence. */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { Random } from '../core/random'
import { leftoverName, sweepLeftovers } from '../main/leftovers'
import { loadEngine, type LoadedEngine } from './engine/tensorflow'
import { addModel } from './library/add-model'
import { encodeModel, readModelFile } from './library/model-file'
import { cutOffRun, stateOfRun, takenUp, takeUp } from './cut-off-run.testing'
import { forEveryFault, inject, record } from './testing/fault-fs'
import { manifest, modelOf, network, writePaths } from './write-paths.testing'

vi.mock('node:fs/promises', async (original) => (await import('./testing/fault-fs')).faultyFileSystem(await original()))

let folder: string
beforeEach(async () => {
  inject()
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-faults-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe.each(writePaths)('$name', ({ name, write, read }) => {
  test.each(['ENOSPC', 'EIO', 'EROFS', 'EDQUOT'])('is whole after %s in any one call', async (code) => {
    const path = join(folder, name)
    await write(path, 1)
    const count = await forEveryFault(
      { code, forEver: false },
      () => write(path, 2),
      async ({ error, at }) => {
        const version = await read(path)
        // What could not be written is not there; what is said to be written is.
        expect(version, `call ${at}`).toBe(error ? 1 : 2)
        expect((await readdir(folder)).filter(leftoverName), `call ${at}`).toEqual([])
        await write(path, 1)
      }
    )
    expect(count).toBeGreaterThanOrEqual(4)
  })

  test('is whole where everything fails from any call on, and the next start sweeps what is left', async () => {
    const path = join(folder, name)
    await write(path, 1)
    await forEveryFault(
      { code: 'EIO', forEver: true },
      () => write(path, 2),
      async ({ error, at }) => {
        expect(await read(path), `call ${at}`).toBe(error ? 1 : 2)
        expect((await readdir(folder)).every((entry) => entry === name || leftoverName(entry))).toBe(true)
        await sweepLeftovers([folder], 0)
        expect(await readdir(folder)).toEqual([name])
        await write(path, 1)
      }
    )
  })

  test('reaches the disk before it takes its name, and the folder after', async () => {
    const path = join(folder, name)
    await write(path, 1)
    inject()
    await write(path, 2)
    const steps = record.filter((step) => ['write', 'sync', 'rename'].includes(step))
    expect(steps.join(' ')).toMatch(/^(write )+sync rename sync$/)
  })
})

test('a model is taken in whole or not at all', async () => {
  const models = join(folder, 'models')
  await forEveryFault(
    { code: 'ENOSPC', forEver: false },
    () => addModel(models, modelOf('1'), new Set()),
    async ({ error }) => {
      const names = await readdir(models).catch(() => [] as string[])
      for (const name of names) expect((await readModelFile(join(models, name))).manifest.title).toBe('1')
      if (error) expect(error.message).not.toBe('')
      await rm(models, { recursive: true, force: true })
    }
  )
})

describe('a run that was cut off', () => {
  let engine: LoadedEngine
  let cutOff: string
  beforeAll(async () => {
    engine = loadEngine()
    cutOff = await mkdtemp(join(tmpdir(), 'signal-lab-cut-off-'))
    await cutOffRun(engine, join(cutOff, 'first'))
  })
  afterAll(() => rm(cutOff, { recursive: true }))

  test.each([false, true])(
    'loses nothing more by a fault while a training takes it up (for ever: %s)',
    async (forEver) => {
      const path = join(folder, 'first')
      const lay = () => cp(join(cutOff, 'first'), path, { recursive: true })
      await lay()
      const count = await forEveryFault(
        { code: 'EIO', forEver },
        () => takeUp(engine, path),
        async ({ at }) => {
          await takeUp(engine, path)
          expect(await stateOfRun(path), `call ${at}`).toBe(takenUp)
          await rm(path, { recursive: true, force: true })
          await lay()
        }
      )
      expect(count).toBeGreaterThan(10)
    },
    // Dozens of trainings are taken up: minutes where every call of the file system is late.
    300_000
  )
})

test('a model file that is cut at any length, or has one bit turned, is refused with a sentence', async () => {
  const path = join(folder, 'model.safetensors')
  const whole = Buffer.from(encodeModel(manifest('1'), network, modelOf('1').weights))
  const random = new Random(7)
  for (let round = 0; round < 300; round += 1) {
    const damaged = Buffer.from(whole)
    const at = Math.floor(random.uniform() * whole.length)
    const cut = round % 3 === 0
    if (!cut) damaged[at] ^= 1 << (round % 8)
    await writeFile(path, cut ? damaged.subarray(0, at) : damaged)
    await expect(readModelFile(path), cut ? `cut at ${at}` : `bit of byte ${at}`).rejects.toThrow(
      /model\.safetensors: ./
    )
  }
  await writeFile(path, whole)
  expect((await readModelFile(path)).manifest.title).toBe('1')
  expect((await readFile(path)).equals(whole)).toBe(true)
})
