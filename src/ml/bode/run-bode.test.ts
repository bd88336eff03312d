import { beforeAll, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { initialWeights } from '../architectures/define'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { CancelledError } from '../jobs'
import type { Manifest } from '../library/manifest'
import { networkOf, type StoredModel } from '../library/model-file'
import { runBode } from './run-bode'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const manifest: Manifest = {
  ...{ formatVersion: 2, id: 'untrained', title: 'Untrained', architecture: 'lstm', params: { units: 4, dropout: 0 } },
  ...{ featureCount: 3, outputCount: 2, frequenciesHz: [4, 10], inputScale: 2, targetScale: 4, trainingRms: 0.5 },
  running: { kind: 'ticks', sampleRate: 200, modelRate: 40 },
  training: { command: '', seed: 1, steps: 0, seconds: 0, kernel: '', createdAt: '', appVersion: '' },
  ...{ metrics: {}, summary: '' }
}
const network = networkOf(manifest)
const model: StoredModel = { manifest, network, weights: initialWeights(network, new Random(3)) }

test('a network is measured at its own tones, is not linear, and leaves no tensor behind', async () => {
  const before = engine.tf.memory().numTensors
  const shares: number[] = []
  const advance = (share: number) => void shares.push(share)
  const result = await runBode(engine, model, {}, { abort: new AbortController().signal, advance })
  expect(engine.tf.memory().numTensors).toBe(before)
  expect(shares[shares.length - 1]).toBeCloseTo(1, 9)
  expect(result.selectors.map(({ frequencyHz }) => frequencyHz)).toEqual([4, 10])
  for (const { stepped, sweep, superpositionErrorDb } of result.selectors) {
    expect(stepped).toHaveLength(sweep.length)
    expect(stepped.every(({ gainDb }) => Number.isFinite(gainDb))).toBe(true)
    expect(superpositionErrorDb).toBeGreaterThan(-60)
  }
  // The classical filter beside has gain 1 at the tone.
  const atTone = result.reference.selectors[1].find(({ frequencyHz }) => frequencyHz === 10)
  expect(atTone?.gainDb).toBeCloseTo(0, 6)
})

test('a cancelled measurement stops before its next input', async () => {
  const controller = new AbortController()
  const advance = () => controller.abort()
  await expect(runBode(engine, model, {}, { abort: controller.signal, advance })).rejects.toThrow(CancelledError)
})

test('tones that the rate cannot hold are refused', async () => {
  const job = { abort: new AbortController().signal, advance: () => {} }
  await expect(runBode(engine, model, { sampleRate: 15 }, job)).rejects.toThrow('below 7.5 Hz')
})
