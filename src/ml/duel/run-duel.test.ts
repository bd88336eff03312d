import { beforeAll, expect, test } from 'vitest'
import { jointFeatureCount } from '../../core/filters/joint-front-end'
import { Random } from '../../core/random'
import { initialWeights } from '../architectures/define'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { CancelledError } from '../jobs'
import type { Manifest } from '../library/manifest'
import { networkOf, type StoredModel } from '../library/model-file'
import { runDuel } from './run-duel'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const manifest: Manifest = {
  ...{ formatVersion: 2, id: 'untrained', title: 'Untrained', architecture: 'lstm', params: { units: 4, dropout: 0 } },
  ...{
    featureCount: jointFeatureCount,
    outputCount: 2,
    frequenciesHz: [],
    inputScale: 2,
    targetScale: 4,
    trainingRms: 0.5
  },
  running: { kind: 'joint', frontEnd: 1, ticksPerSpacing: 20, samplesPerSpacing: 40 },
  training: { command: '', seed: 1, steps: 0, seconds: 0, kernel: '', createdAt: '', appVersion: '' },
  ...{ metrics: {}, summary: '' }
}
const network = networkOf(manifest)
const model: StoredModel = { manifest, network, weights: initialWeights(network, new Random(3)) }
const request = {
  ...{ frequenciesHz: [2, 5], sampleRate: 100, durationSeconds: 4 },
  ...{ snrsDb: [0, 20], seedCount: 3, seed: 1 }
}
const job = () => ({ abort: new AbortController().signal, advance: () => {} })

test('an untrained network loses to every tuned rival, by what the scores differ, and leaves no tensor behind', async () => {
  const before = engine.tf.memory().numTensors
  const shares: number[] = []
  const result = await runDuel(engine, model, request, { ...job(), advance: (share) => shares.push(share) })
  expect(engine.tf.memory().numTensors).toBe(before)
  expect(shares[shares.length - 1]).toBeCloseTo(1, 9)
  expect([...shares].sort((a, b) => a - b)).toEqual(shares)
  expect(result.cells.map(({ snrDb }) => snrDb)).toEqual([0, 20])
  for (const { rivals, network: own, bestRivalId } of result.cells) {
    expect(rivals).toHaveLength(8)
    for (const { figures, networkLeadDb } of rivals) {
      expect(networkLeadDb.mean).toBeCloseTo(own.siSdrDb.mean - figures.siSdrDb.mean, 9)
    }
    const best = rivals.find(({ id }) => id === bestRivalId)
    expect(best?.causal).toBe(true)
    expect(best?.networkLeadDb.mean).toBeLessThan(0)
  }
  expect(result.verdict).toMatch(/^network −/)
  // A record that sees everything is the mark that nothing causal reaches.
  const fit = result.cells[1].rivals.find(({ id }) => id === 'least-squares')
  expect(fit?.figures.r2.mean).toBeGreaterThan(0.99)
})

test('the same request gives the same result', async () => {
  const small = { ...request, snrsDb: [10], seedCount: 2 }
  expect(await runDuel(engine, model, small, job())).toEqual(await runDuel(engine, model, small, job()))
})

test('a cancelled duel stops at once and leaves no tensor behind', async () => {
  const before = engine.tf.memory().numTensors
  const controller = new AbortController()
  let steps = 0
  const advance = () => {
    steps += 1
    if (steps === 5) controller.abort()
  }
  await expect(runDuel(engine, model, request, { abort: controller.signal, advance })).rejects.toThrow(CancelledError)
  expect(steps).toBe(5)
  expect(engine.tf.memory().numTensors).toBe(before)
})

test('tones that the rate cannot hold are refused before anything runs', async () => {
  await expect(runDuel(engine, model, { ...request, frequenciesHz: [60] }, job())).rejects.toThrow('below 50 Hz')
})

test('only the chosen rivals fight, and without a causal one nobody does', async () => {
  const rivalIds = ['butterworth', 'least-squares']
  const { cells } = await runDuel(engine, model, { ...request, rivalIds }, job())
  for (const { rivals, bestRivalId } of cells) {
    expect(rivals.map(({ id }) => id)).toEqual(rivalIds)
    expect(bestRivalId).toBe('butterworth')
  }
  const without = runDuel(engine, model, { ...request, rivalIds: ['least-squares'] }, job())
  await expect(without).rejects.toThrow('at least one causal rival')
})
