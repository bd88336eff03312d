import { expect, test } from 'vitest'
import { loadEngine } from '../ml/engine/tensorflow'
import { largestDifferences, layerFigures } from '../ml/kernels/layer-figures'
import { tensorFlowKernels } from '../ml/kernels/tensorflow-kernels'
import { agreementLimit, checkGpu, whyNoGpu } from './gpu-check'

const engine = loadEngine()

test('two implementations of the layers agree by the same figures that compare two devices', () => {
  const found = layerFigures(engine.tf, engine.kernels)
  const expected = layerFigures(engine.tf, tensorFlowKernels(engine.tf))
  for (const cell of ['lstm', 'gru'] as const) {
    const differences = largestDifferences(found[cell], expected[cell])
    expect(Object.keys(differences)).toContain('gradient of kernel')
    expect(Math.max(...Object.values(differences))).toBeLessThan(1e-3)
    expect(found[cell].milliseconds).toBeGreaterThan(0)
  }
})

test('a device that computes something else is found out', () => {
  const { lstm, gru } = layerFigures(engine.tf, engine.kernels)
  expect(Math.max(...Object.values(largestDifferences(gru, lstm)))).toBeGreaterThan(agreementLimit)
})

test('a machine without a card says so, and one with a card says what else is missing', () => {
  expect(whyNoGpu(() => false)).toContain('no NVIDIA card')
  expect(whyNoGpu(() => true)).toContain('CUDA build is not installed')
})

test.runIf(engine.info.device === 'cpu')('without a GPU nothing is compared, and the sentence says why', () => {
  expect(() => checkGpu(engine)).toThrow(/does not compute on a GPU here: .* Nothing was compared/)
})
