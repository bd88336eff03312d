import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { initialWeights } from '../architectures/define'
import type { Manifest } from './manifest'
import { decodeModel, encodeModel, networkOf, readModelFile, writeModelFile } from './model-file'
import { decodeSafetensors, encodeSafetensors } from './safetensors'

const manifest: Manifest = {
  formatVersion: 2,
  id: 'tiny',
  title: 'Tiny',
  architecture: 'lstm',
  params: { layers: 1, units: 3, dropout: 0 },
  featureCount: 3,
  outputCount: 1,
  running: { kind: 'samples', sampleRate: 1000, sequenceLength: 50 },
  frequenciesHz: [1, 3],
  inputScale: 1,
  targetScale: 2,
  trainingRms: 0.5,
  training: {
    command: 'siglab train',
    seed: 1,
    steps: 0,
    seconds: 0,
    kernel: 'none',
    createdAt: '2026-01-01',
    appVersion: '0.1.0'
  },
  metrics: { testR2: null },
  summary: 'untrained'
}
const network = networkOf(manifest)
const weights = initialWeights(network, new Random(1))
const bytes = encodeModel(manifest, network, weights)

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'model-file-'))))
afterAll(() => rm(folder, { recursive: true }))

test('a model comes back from its file with the same weights and manifest', async () => {
  const path = join(folder, 'model.safetensors')
  await writeModelFile(path, { manifest, network, weights })
  const read = await readModelFile(path)
  expect(read.manifest).toEqual(manifest)
  expect(read.weights).toEqual(weights)
})

test('a thousand times read and written, a bundled model is the same file with the same weights', async () => {
  const path = join(folder, 'again.safetensors')
  const bundled = await readModelFile('resources/models/stream-1357.safetensors')
  await writeModelFile(path, bundled)
  const first = await readFile(path)
  for (let time = 0; time < 1000; time += 1) await writeModelFile(path, await readModelFile(path))
  expect((await readFile(path)).equals(first)).toBe(true)
  expect((await readModelFile(path)).weights).toEqual(bundled.weights)
})

describe('a model whose front end this program does not have is refused', () => {
  const encodeWith = (change: object) => encodeModel({ ...manifest, ...change }, network, weights)

  test('one behind the lock-in bank of earlier versions', () => {
    const running = { kind: 'lock-in', ticksPerSpacing: 20, samplesPerSpacing: 444 }
    expect(() => decodeModel(encodeWith({ running }))).toThrow('lock-in bank, which this program no longer has')
  })

  test('one behind another joint fit', () => {
    const running = { kind: 'joint', frontEnd: 2, ticksPerSpacing: 25, samplesPerSpacing: 250 }
    expect(() => decodeModel(encodeWith({ running }))).toThrow('running.frontEnd')
  })

  test('one that reads other features than the fit gives', () => {
    const running = { kind: 'joint', frontEnd: 1, ticksPerSpacing: 25, samplesPerSpacing: 250 }
    expect(() => decodeModel(encodeWith({ running }))).toThrow('Received: 3 and 1')
  })
})

describe('a file of the first version, whose command alone told the noise of training, still opens', () => {
  test.each<[string, [number, number] | undefined]>([
    ['siglab train --frequencies 1,3 --noise 0.1-0.5 --seed 1', [0.1, 0.5]],
    ['siglab train --frequencies 1,3 --noise 0.3', [0.3, 0.3]],
    ['siglab train --preset seed', undefined]
  ])('%s', (command, noise) => {
    const old = { ...manifest, formatVersion: 1, training: { ...manifest.training, command } }
    const read = decodeModel(encodeModel(old as unknown as Manifest, network, weights))
    expect(read.manifest.formatVersion).toBe(2)
    expect(read.manifest.training.noise).toEqual(noise)
    expect(read.weights).toEqual(weights)
  })
})

test('one flipped bit is noticed, wherever it is', () => {
  const random = new Random(7)
  for (let trial = 0; trial < 1000; trial += 1) {
    const damaged = bytes.slice()
    damaged[random.integer(bytes.length)] ^= 1 << random.integer(8)
    let read: ReturnType<typeof decodeModel> | undefined
    try {
      read = decodeModel(damaged)
    } catch (error) {
      expect((error as Error).message.length).toBeGreaterThan(20)
      continue
    }
    // Only spaces that pad the header carry nothing.
    expect(read).toEqual(decodeModel(bytes))
  }
})

/** A file that carries a right hash over other content. */
function rebuilt(change: (parts: { manifest: Record<string, unknown>; weights: Float32Array }) => void): Uint8Array {
  const parts = { manifest: JSON.parse(JSON.stringify(manifest)) as Record<string, unknown>, weights: weights.slice() }
  change(parts)
  return encodeModel(parts.manifest as unknown as Manifest, network, parts.weights)
}

describe('a file with a right hash and wrong content is refused with a sentence', () => {
  test.each<[string, Parameters<typeof rebuilt>[0], string]>([
    ['weights that are not finite', ({ weights }) => weights.fill(NaN), 'not finite'],
    [
      'an unknown architecture',
      ({ manifest }) => (manifest.architecture = 'lambda'),
      'There is no architecture "lambda"'
    ],
    [
      'an inherited architecture',
      ({ manifest }) => (manifest.architecture = 'constructor'),
      'There is no architecture'
    ],
    ['a parameter out of range', ({ manifest }) => (manifest.params = { units: 1e9 }), 'units: expected'],
    [
      "a shape that is not the network's",
      ({ manifest }) => (manifest.params = { layers: 1, units: 4 }),
      'Expected a tensor'
    ],
    ['more layers than tensors', ({ manifest }) => (manifest.params = { layers: 4, units: 3 }), 'tensors. Received'],
    ['a newer format', ({ manifest }) => (manifest.formatVersion = 3), 'format version 3'],
    ['a field that does not belong', ({ manifest }) => (manifest.extra = 1), 'Its manifest is not valid'],
    ['an id that is a path', ({ manifest }) => (manifest.id = '../../x'), 'Its manifest is not valid: id']
  ])('%s', (_, change, message) => {
    expect(() => decodeModel(rebuilt(change))).toThrow(message)
  })
})

test("another program's safetensors file is named as such", () => {
  const { tensors } = decodeSafetensors(bytes)
  expect(() => decodeModel(encodeSafetensors({ metadata: {}, tensors }))).toThrow('not a Signal Lab model')
})
