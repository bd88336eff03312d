import { beforeAll, describe, expect, test } from 'vitest'
import type { JointTrainRequest } from '../../contract/train-request'
import { parseParams } from '../../core/params/params'
import { architectures } from '../architectures'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { createStreamFilter } from '../inference/stream-filter'
import { decodeModel, encodeModel } from '../library/model-file'
import { trainModel } from './train-model'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const request: JointTrainRequest = {
  ...{ kind: 'joint', id: 'test', title: 'Test', architecture: 'lstm', params: { layers: 1, units: 8, dropout: 0 } },
  ...{ batchSize: 16, learningRate: 0.004, weightDecay: 0, clipNorm: 1, seed: 1 },
  ...{
    optimiser: { id: 'adam', params: {} },
    schedule: { id: 'one-cycle', params: {} },
    earlyStopping: null,
    keep: 'last'
  },
  ...{ frequenciesHz: [], sampleRate: 1000, noise: [0.1, 0.5], degradations: ['drift', 'impulses'] },
  ...{ ticksPerSpacing: 25, steps: 30, stepsPerEpoch: 10, ticksPerStep: 32 }
}

describe.each([
  ['any frequencies', []],
  ['the frequencies given', [10, 30, 45, 70]]
])('a network for %s', (_, frequenciesHz) => {
  test('is trained, measured, stored and run', async () => {
    const before = engine.tf.memory().numTensors
    const { model } = await trainModel(engine, { ...request, frequenciesHz: [...frequenciesHz] })
    expect(engine.tf.memory().numTensors).toBe(before)
    expect(model.manifest.frequenciesHz).toEqual(frequenciesHz)
    // The tracked pair that it corrects is most of the way; an eight-unit network of thirty steps must not spoil it.
    expect(model.manifest.metrics.r2).toBeGreaterThan(0.8)
    const again = decodeModel(encodeModel(model.manifest, model.network, model.weights))
    const filter = createStreamFilter(engine, again, { sampleRate: 500, frequenciesHz: [20, 50] })
    expect(filter.frequenciesHz).toEqual(frequenciesHz.length > 0 ? frequenciesHz : [20, 50])
    filter.dispose()
  })
})

test.each(architectures.filter(({ causal, params }) => causal(parseParams(params))).map(({ id }) => id))(
  '%s is trained behind the fit',
  async (id) => {
    const { model } = await trainModel(engine, { ...request, architecture: id, params: {}, steps: 2 })
    expect(model.manifest).toMatchObject({ architecture: id, training: { steps: 2 } })
    expect(model.weights.every(Number.isFinite)).toBe(true)
  }
)

test('the same seed trains to the same bits', async () => {
  const train = async () => (await trainModel(engine, { ...request, steps: 4 })).model.weights
  expect(await train()).toEqual(await train())
})
