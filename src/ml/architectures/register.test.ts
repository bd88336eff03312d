/** Adding a family is one file: here one is added while the program runs, trained, stored and run. */
import { expect, test } from 'vitest'
import type { SequenceTrainRequest } from '../../contract/train-request'
import { loadEngine } from '../engine/tensorflow'
import { createStreamFilter } from '../inference/stream-filter'
import { decodeModel, encodeModel } from '../library/model-file'
import { trainModel } from '../training/train-model'
import { architectureById, architectures, registerArchitecture } from '.'
import { linear, linearParameters } from './blocks'
import { defineArchitecture } from './define'

// As docs/adding-a-model.md shows it.
const family = defineArchitecture({
  id: 'linear',
  title: 'Linear',
  family: 'dense',
  causal: true,
  params: {},
  receptiveFieldSteps: () => 1,
  build: ({ featureCount, outputCount }) => ({
    parameters: linearParameters('linear', featureCount, outputCount),
    stateSizes: [],
    forward: (input, context) => linear(context, 'linear', input) // [batch, steps, outputCount]
  })
})

test('a family added at run time is trained, stored and run like any other', async () => {
  registerArchitecture(family)
  expect(architectureById('linear')).toBe(family)
  expect(architectures).toContain(family)
  expect(() => registerArchitecture(family)).toThrow('There is an architecture "linear" already')
  const engine = loadEngine()
  const request: SequenceTrainRequest = {
    ...{ kind: 'sequences', id: 'test', title: 'Test', architecture: 'linear', params: {}, preset: 'seed', epochs: 1 },
    ...{ batchSize: 512, learningRate: 0.01, weightDecay: 0, clipNorm: 1, seed: 1, earlyStopping: null, keep: 'best' },
    ...{ optimiser: { id: 'adam', params: {} }, schedule: { id: 'constant', params: {} } }
  }
  const { model } = await trainModel(engine, request)
  expect(model.manifest.metrics.testR2).toBeGreaterThan(0)
  const again = decodeModel(encodeModel(model.manifest, model.network, model.weights))
  const filter = createStreamFilter(engine, again, { sampleRate: 1000 })
  const [output] = filter.process(new Float32Array(100).fill(0.5))
  expect(output).toHaveLength(100)
  filter.dispose()
})
