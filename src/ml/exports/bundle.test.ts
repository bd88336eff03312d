/** Evidence bundles: made, checked again on other kernels, changed by others, and never trusted. */
import { beforeAll, describe, expect, test } from 'vitest'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { tensorFlowKernels } from '../kernels/tensorflow-kernels'
import { encodeModel } from '../library/model-file'
import { decodeSafetensors, encodeSafetensors } from '../library/safetensors'
import { packZip, unpackZip, type ArchivedFile } from '../library/zip'
import { bundleNames, hashOf, looksLikeBundle, readBundle, type BundleDescription } from './bundle-format'
import type { EvidenceSignal } from './bundle'
import type { ExportSubject } from './define'
import { exportKindById } from './index'
import { torchModel } from './networks.testing'
import { modelFromBytes } from './read-import'
import { verifyBundle } from './verify-bundle'

const model = torchModel('lstm')
let engine: LoadedEngine
let bytes: Uint8Array
beforeAll(async () => {
  engine = loadEngine()
  bytes = await bundleOf({ model })
})

async function bundleOf(subject: ExportSubject): Promise<Uint8Array> {
  const [file] = await exportKindById('bundle').filesOf(subject, { engine: () => engine })
  return file.bytes
}

/** The bundle with its files changed, and with hashes that fit again: what an attacker can do. */
function forged(change: (files: Map<string, Uint8Array>, description: BundleDescription) => void): Uint8Array {
  const files = new Map(unpackZip(bytes).map((file) => [file.name, file.bytes]))
  const description = JSON.parse(Buffer.from(files.get(bundleNames.description)!).toString()) as BundleDescription
  files.delete(bundleNames.description)
  change(files, description)
  description.files.forEach((file) => {
    const content = files.get(file.name)
    if (content) Object.assign(file, { bytes: content.length, sha256: hashOf(content) })
  })
  return packed(description, files)
}

function packed(description: unknown, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const head: ArchivedFile = { name: bundleNames.description, bytes: Buffer.from(JSON.stringify(description)) }
  return packZip([head, ...[...files].map(([name, content]) => ({ name, bytes: content }))])
}

test('a bundle holds the model, a mix with its truth, the answer and what made it', () => {
  const read = readBundle(bytes)
  expect(read.model).toMatchObject({ manifest: model.manifest, weights: model.weights })
  expect(read.signal.length).toBe(10_000)
  expect(read.expected.map((row) => row.length)).toEqual([10_000, 10_000, 10_000, 10_000])
  expect(read.description).toMatchObject({
    ...{ frequenciesHz: [1, 3, 5, 7], seeds: { training: 1, signal: 7_777_778 } },
    environment: { kernel: engine.info.kernel, tensorflowVersion: engine.info.tensorflowVersion }
  })
  expect(read.description.metrics).toHaveLength(4)
})

test('it is reproduced where it was made, to the bit', async () => {
  const verdict = await verifyBundle(engine, readBundle(bytes))
  expect(verdict).toMatchObject({ isReproduced: true, largestDifference: 0, notes: [] })
  expect(verdict.sentence).toMatch(/^Reproduced within 1e-5: .* over 4 x 10000 samples\.$/)
})

test("it is reproduced within 1e-5 on TensorFlow's own operations, and says that those are others", async () => {
  const kernels = tensorFlowKernels(engine.tf)
  const verdict = await verifyBundle(
    { ...engine, kernels, info: { ...engine.info, kernel: kernels.name } },
    readBundle(bytes)
  )
  expect(verdict.isReproduced).toBe(true)
  if (kernels.name !== engine.kernels.name) expect(verdict.notes).toEqual([expect.stringMatching(/^Another kernel/)])
})

test('a slice of a recording has no truth, and is reproduced with its gain', async () => {
  const signal: EvidenceSignal = {
    ...{ name: 'hum.wav', sampleRate: 1000, firstSample: 500, frequenciesHz: [1, 3, 5, 7], gain: 0.25 },
    samples: Float32Array.from({ length: 2000 }, (_, n) => 4 * Math.sin(n / 40))
  }
  const read = readBundle(await bundleOf({ model, signal }))
  expect(read.description).toMatchObject({ gain: 0.25, metrics: [], signal: { name: 'hum.wav', firstSample: 500 } })
  expect((await verifyBundle(engine, read)).isReproduced).toBe(true)
})

test('its model is imported as any other', () => {
  expect(looksLikeBundle(bytes)).toBe(true)
  expect(modelFromBytes(bytes, { fallbackId: 'x' }).weights).toEqual(model.weights)
})

describe('what was changed is told, even where every hash fits', () => {
  test('one weight', async () => {
    const changed = forged((files) => {
      const weights = model.weights.slice()
      weights[100] += 0.01
      files.set(bundleNames.model, encodeModel(model.manifest, model.network, weights))
    })
    const verdict = await verifyBundle(engine, readBundle(changed))
    expect(verdict.isReproduced).toBe(false)
    expect(verdict.sentence).toMatch(/^It differs: by .* of full scale at sample \d+ of the \d Hz tone/)
  })

  const withTensor = (name: string, change: (values: Float32Array) => void) =>
    forged((files) => {
      const { metadata, tensors } = decodeSafetensors(files.get(bundleNames.signals)!)
      change(tensors.find((tensor) => tensor.name === name)!.values)
      files.set(bundleNames.signals, encodeSafetensors({ metadata, tensors }))
    })

  test.each([
    ['a sample of the signal', 'signal', (values: Float32Array) => (values[4000] += 0.5), /sample 40\d\d of/],
    [
      'a sample of the answer',
      'expected',
      (values: Float32Array) => (values[12_345] += 0.01),
      /sample 2346 of the 3 Hz/
    ],
    ['an answer that is no number', 'expected', (values: Float32Array) => (values[5] = NaN), /infinitely much/],
    ['the truth', 'truth', (values: Float32Array) => values.fill(0.1), /^It differs: R² of the 1 Hz tone is said to be/]
  ])('%s', async (_, name, change, message) => {
    const verdict = await verifyBundle(engine, readBundle(withTensor(name, change)))
    expect(verdict).toMatchObject({ isReproduced: false, sentence: expect.stringMatching(message) })
  })

  test('a figure', async () => {
    const changed = forged((_, description) => (description.metrics[2].r2 = 0.99))
    expect((await verifyBundle(engine, readBundle(changed))).sentence).toContain('of the 5 Hz tone is said to be 0.99')
  })
})

describe('a hostile bundle is refused with a sentence', () => {
  const without = (name: string) =>
    forged((files, description) => {
      files.delete(name)
      description.files = description.files.filter((file) => file.name !== name)
    })

  test.each<[string, () => Uint8Array, string]>([
    [
      'a content that does not fit its hash',
      () =>
        forged((files, { files: [first] }) => {
          first.name = 'other.bin'
          files.set('other.bin', Buffer.from('x'))
        }),
      'does not list'
    ],
    ['no model', () => without(bundleNames.model), 'It has no "model.safetensors"'],
    ['no signals', () => without(bundleNames.signals), 'It has no "signals.safetensors"'],
    ['a file that nobody listed', () => forged((files) => files.set('extra.sh', Buffer.from('#!'))), 'does not list'],
    [
      'another version',
      () => forged((_, description) => Object.assign(description, { formatVersion: 2 })),
      'version 2'
    ],
    ['a field that does not belong', () => forged((_, d) => Object.assign(d, { extra: 1 })), 'is not valid'],
    ['frequencies without end', () => forged((_, d) => (d.frequenciesHz = Array(1000).fill(1))), 'frequenciesHz'],
    ['a gain of zero', () => forged((_, d) => (d.gain = 0)), 'gain'],
    ['a tolerance that lets all pass', () => forged((_, d) => (d.tolerance = 1e9)), 'tolerance'],
    ['another count of selectors', () => forged((_, d) => (d.frequenciesHz = [1])), 'of shape [1,10000]'],
    [
      'a model with broken weights',
      () =>
        forged((files) => {
          files.set(
            bundleNames.model,
            encodeModel(
              model.manifest,
              model.network,
              model.weights.map(() => NaN)
            )
          )
        }),
      'not finite'
    ],
    ['no JSON', () => packZip([{ name: bundleNames.description, bytes: Buffer.from('{') }]), 'is not JSON'],
    ['null', () => packZip([{ name: bundleNames.description, bytes: Buffer.from('null') }]), 'version undefined'],
    ['a prototype', () => packed(JSON.parse('{"formatVersion":1,"__proto__":{"polluted":true}}'), new Map()), 'valid'],
    ['another zip', () => packZip([{ name: 'a.txt', bytes: Buffer.from('a') }]), 'It has no "bundle.json"']
  ])('%s', (_, make, message) => {
    expect(() => readBundle(make())).toThrow(message)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('a flipped bit anywhere', () => {
    for (let at = 100; at < bytes.length; at += Math.floor(bytes.length / 50)) {
      const damaged = bytes.slice()
      damaged[at] ^= 1
      expect(() => readBundle(damaged), `byte ${at}`).toThrow()
    }
  })
})
