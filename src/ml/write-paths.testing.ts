/** Every way to write a file, for tests that let each of them fail: a first version is there, and a second is written over it. */
import * as v from 'valibot'
import { Random } from '../core/random'
import { JsonStore } from '../main/json-store'
import { initialWeights } from './architectures/define'
import { readCheckpointFile, writeCheckpointFile } from './library/checkpoint-file'
import type { Manifest } from './library/manifest'
import { networkOf, readModelFile, writeModelFile } from './library/model-file'
import { readSignalFile, writeSignalBlocks, writeSignalFile } from './signals/read-signal-file'

export const manifest = (title: string): Manifest => ({
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
export const network = networkOf(manifest('any'))
export const modelOf = (title: string) => ({
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

export interface WritePath {
  readonly name: string
  write(path: string, version: 1 | 2): Promise<unknown>
  /** Which version a path holds; throws if neither. */
  read(path: string): Promise<number>
}

export const writePaths: readonly WritePath[] = [
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
