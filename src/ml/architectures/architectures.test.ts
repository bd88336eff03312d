/** One contract for every family in the registry; a family adds only its own truth. */
import { beforeAll, describe, expect, test } from 'vitest'
import { parseParams } from '../../core/params/params'
import { Random } from '../../core/random'
import type { Scalar, Tensor2D, Tensor3D } from '../engine/engine'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { decodeModel, encodeModel } from '../library/model-file'
import type { Manifest } from '../library/manifest'
import { WeightedNetwork } from '../network/weighted-network'
import { Optimiser } from '../training/optimiser'
import { architectureById, architectures } from '.'
import { parameterCountOf, type Architecture, parameterRows, sizeOf } from './define'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

/** Of the samples at 1000 Hz that the test's manifest tells of. */
const turns = [1, 3, 5, 7].map((frequency) => (2 * Math.PI * frequency) / 1000)
/** Cells step by step in TensorFlow's small operations take their time. */
const trainingCount = process.env.SIGNAL_LAB_KERNELS === 'off' ? 2 : 10
const shape = { featureCount: 5, outputCount: 2, selectorCount: 4, turns }
const small = { units: 8, layers: 2, kernelSize: 4, channels: 6, lookBack: 5 }

/** Those of the small values that the family knows. */
function smallParams({ params }: Architecture) {
  return parseParams(params, Object.fromEntries(Object.entries(small).filter(([name]) => Object.hasOwn(params, name))))
}

describe.each(architectures.map((architecture) => [architecture.id, architecture] as const))(
  '%s',
  (id, architecture) => {
    const params = smallParams(architecture)
    const isCausal = architecture.causal(params)
    const fixedSteps = architecture.fixedSteps?.(params)
    const network = architecture.build(shape, params)
    const make = (seed = 1) => WeightedNetwork.fresh(engine.tf, engine.kernels, network, new Random(seed))
    const batchOf = (batch: number, anySteps: number, features: number, seed = 2) => {
      const steps = fixedSteps ?? anySteps
      const random = new Random(seed)
      const values = Float32Array.from({ length: batch * steps * features }, () => random.normal())
      return engine.tf.tensor3d(values, [batch, steps, features])
    }
    const runWhole = (weighted: WeightedNetwork, input: ReturnType<typeof batchOf>) =>
      engine.tf.tidy(() => {
        const { output, state } = weighted.run(input, { state: weighted.zeroState(input.shape[0]) })
        engine.tf.dispose([...state])
        return output
      })

    test('its defaults parse and its id names it alone', () => {
      expect(() => parseParams(architecture.params)).not.toThrow()
      expect(architectures.filter((other) => other.id === id)).toHaveLength(1)
      expect(architectureById(id)).toBe(architecture)
    })

    test('names its tensors once each', () => {
      const names = network.parameters.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
    })

    test('gives one output a step', () => {
      expect(runWhole(make(), batchOf(3, 11, 5)).shape).toEqual([3, fixedSteps ?? 11, 2])
    })

    test('the loss falls', () => {
      const weighted = make()
      const optimiser = new Optimiser(weighted, { weightDecay: 0, clipNorm: 1 })
      const [input, target] = [batchOf(8, 20, 5), batchOf(8, 20, 2, 3)]
      const losses = Array.from({ length: 30 }, (_, step) => {
        const state = weighted.zeroState(8)
        return optimiser.step({ input, target, state, learningRate: 0.02, dropoutSeed: step + 1 }).loss
      })
      expect(losses[29]).toBeLessThan(losses[0] * 0.95)
    })

    test('a stored model gives the same output, bit for bit', async () => {
      const weighted = make()
      const manifest = manifestOf(id, params)
      const stored = decodeModel(encodeModel(manifest, network, await weighted.weights()))
      const again = new WeightedNetwork(engine.tf, engine.kernels, stored.network, stored.weights)
      const input = batchOf(2, 9, 5)
      expect(runWhole(again, input).dataSync()).toEqual(runWhole(weighted, input).dataSync())
    })

    test.runIf(isCausal)('blocks with carried state give what the whole gives', () => {
      const weighted = make()
      const { tf } = engine
      const input = batchOf(2, 24, 5)
      const whole = runWhole(weighted, input).arraySync()
      let state: readonly Tensor2D[] = weighted.zeroState(2)
      let at = 0
      for (const length of [1, 7, 3, 13]) {
        const run = weighted.run(tf.slice(input, [0, at, 0], [2, length, 5]), { state })
        state = run.state
        run.output
          .arraySync()
          .forEach((rows, stream) =>
            rows.forEach((row, step) =>
              row.forEach((value, output) => expect(value).toBeCloseTo(whole[stream][at + step][output], 5))
            )
          )
        at += length
      }
    })

    test('the same seed trains to the same bits', async () => {
      const train = async () => {
        const weighted = make(4)
        const optimiser = new Optimiser(weighted, { weightDecay: 1e-5, clipNorm: 1 })
        const [input, target] = [batchOf(16, 20, 5), batchOf(16, 20, 2, 3)]
        for (let step = 0; step < 5; step += 1) {
          optimiser.step({ input, target, state: weighted.zeroState(16), learningRate: 0.01, dropoutSeed: step + 1 })
        }
        return weighted.weights()
      }
      expect(await train()).toEqual(await train())
    })

    test('no tensor is left behind by a step, nor by a training', () => {
      const { tf } = engine
      const before = tf.memory().numTensors
      for (let training = 0; training < trainingCount; training += 1) {
        const weighted = make()
        const optimiser = new Optimiser(weighted, { weightDecay: 0, clipNorm: 1 })
        const [input, target] = [batchOf(2, 5, 5), batchOf(2, 5, 2)]
        const started = tf.memory().numTensors
        let state: readonly Tensor2D[] = weighted.zeroState(2)
        for (let step = 0; step < 20; step += 1) {
          const result = optimiser.step({ input, target, state, learningRate: 0.01, dropoutSeed: step + 1 })
          tf.dispose([...state])
          state = result.state
        }
        tf.dispose([...state])
        expect(tf.memory().numTensors).toBe(started)
        runWhole(weighted, input).dispose()
        tf.dispose([input, target])
        optimiser.dispose()
        weighted.dispose()
      }
      expect(tf.memory().numTensors).toBe(before)
    })
  }
)

const switches = [
  ['recurrent dropout and layer normalisation', { recurrentDropout: 0.3, layerNorm: 'on' }],
  ['residual connections', { residual: 'on', recurrentDropout: 0.3 }],
  ['squeeze and excitation', { squeezeExcitation: 'on', recurrentDropout: 0.3 }],
  ['every switch', { recurrentDropout: 0.3, layerNorm: 'on', residual: 'on', squeezeExcitation: 'on' }]
] as const
const switched = ['lstm', 'gru', 'rnn'].flatMap((id) => switches.map(([title, given]) => [id, title, given] as const))

describe.each(switched)('a %s with %s', (id, _, given) => {
  const architecture = architectureById(id)
  const params = parseParams(architecture.params, { units: 8, ...given })
  const network = architecture.build(shape, params)
  const batchOf = (batch: number, steps: number, features: number) =>
    engine.tf.randomNormal([batch, steps, features], 0, 1, 'float32', 5) as Tensor3D

  test('learns, and repeats to the bit', () => {
    const train = (stepCount: number) => {
      const weighted = WeightedNetwork.fresh(engine.tf, engine.kernels, network, new Random(1))
      const optimiser = new Optimiser(weighted, { weightDecay: 0, clipNorm: 1 })
      const [input, target] = [batchOf(8, 20, 5), batchOf(8, 20, 2)]
      return Array.from({ length: stepCount }, (_, step) => {
        const state = weighted.zeroState(8)
        return optimiser.step({ input, target, state, learningRate: 0.02, dropoutSeed: step + 1 }).loss
      })
    }
    const losses = train(30)
    expect(losses[29]).toBeLessThan(losses[0] * 0.95)
    // A loss shows every bit of the weights that the steps before it made.
    expect(train(8)).toEqual(losses.slice(0, 8))
  })

  test('blocks with carried state give what the whole gives', () => {
    const { tf } = engine
    const weighted = WeightedNetwork.fresh(tf, engine.kernels, network, new Random(1))
    const input = batchOf(2, 150, 5)
    const whole = weighted.run(input, { state: weighted.zeroState(2) }).output.dataSync()
    const first = weighted.run(tf.slice(input, [0, 0, 0], [2, 140, 5]), { state: weighted.zeroState(2) })
    const second = weighted.run(tf.slice(input, [0, 140, 0], [2, 10, 5]), { state: first.state })
    const joined = tf.concat([first.output, second.output], 1).dataSync()
    expect(Math.max(...joined.map((value, index) => Math.abs(value - whole[index])))).toBeLessThan(1e-5)
  })

  test('starts as the identity, drops nothing outside training, and every parameter gets a gradient', () => {
    const { tf } = engine
    const weighted = WeightedNetwork.fresh(tf, engine.kernels, network, new Random(1))
    const run = (dropoutSeed?: number) =>
      weighted.run(batchOf(2, 9, 5), { state: weighted.zeroState(2), dropoutSeed }).output
    expect(run().dataSync()).toEqual(run().dataSync())
    expect(run(1).dataSync()).not.toEqual(run(2).dataSync())
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(run(1))) as Scalar, [weighted.vector])
    const gradient = grads[weighted.vector.name].dataSync()
    let at = 0
    for (const { name, shape } of network.parameters) {
      const piece = gradient.slice(at, (at += sizeOf(shape)))
      expect(
        piece.some((value) => value !== 0),
        name
      ).toBe(true)
    }
  })
})

describe('the GRU', () => {
  const { params, build } = architectureById('gru')
  const count = (given: Record<string, number | string>) =>
    parameterCountOf(build({ featureCount: 5, outputCount: 1 }, parseParams(params, given)))

  test("has PyTorch's parameter counts", () => {
    // 3 * 128 * (5 + 128 + 2) + 3 * 128 * (128 + 128 + 2) + 129
    expect(count({})).toBe(151_041)
    expect(count({ layers: 1, units: 6 })).toBe(3 * 6 * (5 + 6 + 2) + 7)
    expect(count({ layerNorm: 'on' })).toBe(151_041 + 2 * 2 * 3 * 128)
  })
})

describe('the reference network', () => {
  const { params, build } = architectureById('lstm')
  const count = (given: Record<string, number>) =>
    parameterCountOf(build({ featureCount: 5, outputCount: 1 }, parseParams(params, given)))

  test("has the seed's 201,345 parameters in the seed's rows", () => {
    expect(count({})).toBe(201_345)
    expect(parameterRows(build({ featureCount: 5, outputCount: 1 }, parseParams(params)))).toEqual([
      { row: 'LSTM layer 1', count: 68_608, shapes: [[133, 512], [512]] },
      { row: 'LSTM layer 2', count: 131_584, shapes: [[256, 512], [512]] },
      { row: 'Linear layer', count: 129, shapes: [[128, 1], [1]] },
      { row: 'Second biases', count: 1_024, shapes: [[512], [512]] }
    ])
  })

  test('has about 68,000 with one layer and 333,000 with three', () => {
    expect(count({ layers: 1 })).toBe(69_249)
    expect(count({ layers: 3 })).toBe(333_441)
  })
})

function manifestOf(architecture: string, params: Record<string, number | string>): Manifest {
  return {
    ...{ formatVersion: 2, id: 'test', title: 'Test', architecture, params, featureCount: 5, outputCount: 2 },
    running: { kind: 'samples', sampleRate: 1000, sequenceLength: 50 },
    ...{ frequenciesHz: [1, 3, 5, 7], inputScale: 1, targetScale: 4, trainingRms: 0.5, metrics: {}, summary: '' },
    training: { command: '', seed: 1, steps: 0, seconds: 0, kernel: '', createdAt: '', appVersion: '' }
  }
}

test('automatic size follows the number of selectors', () => {
  const { params, build } = architectureById('lstm')
  const units = (selectorCount: number) =>
    build({ featureCount: 1 + selectorCount, outputCount: 1, selectorCount }, parseParams(params, { sizing: 'auto' }))
      .stateSizes[0]
  expect([1, 4, 5, 8, 9, 16].map(units)).toEqual([128, 128, 256, 256, 512, 512])
  expect(() => units(17)).toThrow('1 to 16 selectors')
})

test('the counts of the seed are those of our rows', () => {
  const count = (id: string, given: Record<string, number | string> = {}) => {
    const { params, build } = architectureById(id)
    return parameterCountOf(build({ featureCount: 5, outputCount: 1 }, parseParams(params, given)))
  }
  // Two directions, and a second layer that reads both: 2 * 4 * 128 * (5 + 128 + 2) + 2 * 4 * 128 * (256 + 128 + 2) + 257.
  expect(count('bilstm')).toBe(533_761)
  // Four matrices of 128 x 128 with their biases over the reference network.
  expect(count('lstm-attention')).toBe(201_345 + 4 * (128 * 128 + 128))
  // A first layer that reads 64 channels instead of 5 features, and the convolution.
  expect(count('conv-lstm')).toBe(201_345 + 4 * 128 * (64 - 5) + 64 * (5 * 5 + 1))
  expect(count('rnn')).toBe(128 * (5 + 128 + 2) + 128 * (128 + 128 + 2) + 129)
})
