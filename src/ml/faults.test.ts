/** Every way to write a file, with each of its system calls failing: the old content or the new, and a sentence. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Random } from '../core/random'
import { JsonStore } from '../main/json-store'
import { leftoverName, sweepLeftovers } from '../main/leftovers'
import { initialWeights } from './architectures/define'
import { addModel } from './library/add-model'
import { readCheckpointFile, writeCheckpointFile } from './library/checkpoint-file'
import type { Manifest } from './library/manifest'
import { encodeModel, networkOf, readModelFile, writeModelFile } from './library/model-file'
import { readSignalFile, writeSignalBlocks, writeSignalFile } from './signals/read-signal-file'
import { forEveryFault, inject, record } from './testing/fault-fs'

vi.mock('node:fs/promises', async (original) => (await import('./testing/fault-fs')).faultyFileSystem(await original()))

let folder: string
beforeEach(async () => {
  inject()
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-faults-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const manifest = (title: string): Manifest => ({
  ...{ formatVersion: 2, id: 'tiny', title, architecture: 'lstm', params: { layers: 1, units: 3, dropout: 0 } },
  ...{ featureCount: 3, outputCount: 1, frequenciesHz: [1, 3], inputScale: 1, targetScale: 2, trainingRms: 0.5 },
  running: { kind: 'samples', sampleRate: 1000, sequenceLength: 50 },
  training: {
    ...{ command: 'siglab train', seed: 1, steps: 0, seconds: 0, kernel: 'none' },
    ...{ createdAt: '2026-01-01', appVersion: '0.1.0' }
  },
  metrics: { testR2: null },
  summary: 'untrained'
})
const network = networkOf(manifest('any'))
const modelOf = (title: string) => ({
  ...{ manifest: manifest(title), network, weights: initialWeights(network, new Random(1)) }
})
const signalOf = (level: number) => ({
  sampleRate: 1000,
  channelNames: ['a'],
  channels: [new Float32Array(500).fill(level)]
})
const weightsOf = (level: number) => new Float32Array(20_000).fill(level)
async function* blocksOf(level: number) {
  for (let block = 0; block < 3; block += 1) yield [new Float32Array(100).fill(level)]
}

const settingsKind = { title: 'settings', key: 'settings', schema: v.object({ a: v.number() }), usual: { a: 0 } }
const storeAt = (path: string) => JsonStore.load(path, settingsKind)

interface WritePath {
  readonly name: string
  write(path: string, version: 1 | 2): Promise<unknown>
  /** Which version a path holds; throws if neither. */
  read(path: string): Promise<number>
}

const writePaths: readonly WritePath[] = [
  {
    name: 'model.safetensors',
    write: (path, version) => writeModelFile(path, modelOf(`${version}`)),
    read: async (path) => Number((await readModelFile(path)).manifest.title)
  },
  {
    name: 'recording.wav',
    write: (path, version) => writeSignalFile(path, signalOf(version)),
    read: async (path) => (await readSignalFile(path)).signal.channels[0][499]
  },
  {
    name: 'recording.csv',
    write: (path, version) => writeSignalFile(path, signalOf(version)),
    read: async (path) => (await readSignalFile(path)).signal.channels[0][499]
  },
  {
    name: 'blocks.wav',
    write: (path, version) =>
      writeSignalBlocks(path, { sampleRate: 1000, channelNames: ['a'], sampleCount: 300 } as never, blocksOf(version)),
    read: async (path) => (await readSignalFile(path)).signal.channels[0][299]
  },
  {
    name: 'resume.checkpoint',
    write: (path, version) => writeCheckpointFile(path, { json: { version }, arrays: { weights: weightsOf(version) } }),
    read: async (path) => {
      const { json, arrays } = await readCheckpointFile(path)
      const { version } = json as { version: number }
      return arrays.weights.every((weight) => weight === version) ? version : NaN
    }
  },
  {
    name: 'settings.json',
    write: async (path, version) => (await storeAt(path)).save({ a: version }),
    read: async (path) => (await storeAt(path)).current.a
  }
]

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
