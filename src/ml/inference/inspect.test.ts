import { beforeAll, describe, expect, test } from 'vitest'
import { parseParams } from '../../core/params/params'
import { Random } from '../../core/random'
import { architectureById } from '../architectures'
import { initialWeights } from '../architectures/define'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import type { Manifest } from '../library/manifest'
import { networkOf, type StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'
import { inspectNetwork, inspectStretch } from './inspect'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const steps = 12
const random = new Random(5)
const input = Float32Array.from({ length: steps * 5 }, () => random.normal())

function networkFor(id: string, given: Record<string, number | string>): WeightedNetwork {
  const { params, build } = architectureById(id)
  const network = build({ featureCount: 5, outputCount: 1 }, parseParams(params, { units: 6, ...given }))
  return WeightedNetwork.fresh(engine.tf, engine.kernels, network, new Random(1))
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

test('the gates of an LSTM are those of its equations, and give its hidden state', () => {
  const network = networkFor('lstm', { layers: 1 })
  const before = engine.tf.memory().numTensors
  const { parts } = inspectNetwork(network, input, { featureCount: 5, step: steps - 1 })
  const by = Object.fromEntries(parts.map(({ name, values }) => [name.replace('lstm1/', ''), values]))
  expect(parts.map(({ shape }) => shape)).toEqual(parts.map(() => [steps, 6]))
  const weights = network.vector.dataSync()
  const bias = (gate: number, unit: number) => {
    const at = (5 + 6) * 24 + gate * 6 + unit
    // Behind kernel and bias stand the linear layer (7), then the second bias.
    return weights[at] + weights[at + 24 + 7]
  }
  const kernel = (row: number, gate: number, unit: number) => weights[row * 24 + gate * 6 + unit]
  for (let step = 0; step < steps; step += 1) {
    for (let unit = 0; unit < 6; unit += 1) {
      const argument = (gate: number) => {
        let sum = bias(gate, unit)
        for (let feature = 0; feature < 5; feature += 1) sum += input[step * 5 + feature] * kernel(feature, gate, unit)
        if (step > 0)
          for (let from = 0; from < 6; from += 1) sum += by.hidden[(step - 1) * 6 + from] * kernel(5 + from, gate, unit)
        return sum
      }
      const at = step * 6 + unit
      expect(by.input[at]).toBeCloseTo(sigmoid(argument(0)), 5)
      expect(by.forget[at]).toBeCloseTo(sigmoid(argument(1)), 5)
      expect(by.candidate[at]).toBeCloseTo(Math.tanh(argument(2)), 5)
      expect(by.hidden[at]).toBeCloseTo(by.output[at] * Math.tanh(by.cell[at]), 5)
    }
  }
  expect(engine.tf.memory().numTensors).toBeLessThanOrEqual(before + network.network.parameters.length + 1)
})

test('the gates of a GRU give its hidden state, with layer normalisation too', () => {
  for (const layerNorm of ['off', 'on']) {
    const { parts } = inspectNetwork(networkFor('gru', { layers: 1, layerNorm }), input, { featureCount: 5, step: 0 })
    const by = Object.fromEntries(parts.map(({ name, values }) => [name.replace('gru1/', ''), values]))
    for (let at = 6; at < steps * 6; at += 1) {
      const expected = (1 - by.update[at]) * by.candidate[at] + by.update[at] * by.hidden[at - 6]
      expect(by.hidden[at]).toBeCloseTo(expected, 5)
    }
  }
})

test('attention weights are told by distance, sum to one, and see nothing before the start', () => {
  const network = networkFor('lstm-attention', { layers: 1, units: 8, lookBack: 4 })
  const { parts } = inspectNetwork(network, input, { featureCount: 5, step: 0 })
  const weights = parts.find(({ name }) => name === 'attention/weights')
  expect(weights?.shape).toEqual([4, steps, 4])
  for (let head = 0; head < 4; head += 1) {
    for (let step = 0; step < steps; step += 1) {
      const row = [...weights!.values.subarray((head * steps + step) * 4, (head * steps + step + 1) * 4)]
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
      row.forEach((weight, place) => step + place < 3 && expect(weight).toBe(0))
    }
  }
})

describe.each(['lstm', 'gru', 'rnn', 'lru', 'tcn', 'transformer', 'lstm-attention', 'conv-lstm'])('%s', (id) => {
  test('the saliency is what a small change of an input does, and zero for what comes later', () => {
    const units = { units: 8, layers: 1 }
    const network = networkFor(id, units)
    const step = 7
    const { saliency, output } = inspectNetwork(network, input, { featureCount: 5, step })
    expect(output).toHaveLength(steps)
    expect([...saliency.subarray((step + 1) * 5)].every((value) => value === 0)).toBe(true)
    for (const at of [5 * step, 5 * step + 2, 5 * (step - 1) + 1]) {
      const answer = (by: number) => {
        const moved = input.slice()
        moved[at] += by
        return inspectNetwork(network, moved, { featureCount: 5, step }).output[step]
      }
      expect(saliency[at]).toBeCloseTo((answer(0.01) - answer(-0.01)) / 0.02, 2)
    }
  })
})

describe('a stretch of samples', () => {
  const modelOf = (running: Manifest['running'], outputCount: number): StoredModel => {
    const manifest: Manifest = {
      ...{ formatVersion: 2, id: 'test', title: 'Test', architecture: 'gru', params: { units: 6, dropout: 0 } },
      ...{ featureCount: 5, outputCount, running, frequenciesHz: [1, 3, 5, 7] },
      ...{ inputScale: 2, targetScale: 4, trainingRms: 0.5, metrics: {}, summary: '' },
      training: { command: '', seed: 1, steps: 0, seconds: 0, kernel: '', createdAt: '', appVersion: '' }
    }
    const network = networkOf(manifest)
    return { manifest, network, weights: initialWeights(network, new Random(3)) }
  }
  const samples = Float32Array.from({ length: 400 }, (_, n) => Math.sin(n / 20))

  test('is read as the model reads it live', () => {
    const model = modelOf({ kind: 'ticks', sampleRate: 1000, modelRate: 50 }, 2)
    const found = inspectStretch(engine, model, samples, { sampleRate: 1000, selector: 2 })
    expect(found.steps).toBeGreaterThan(15)
    expect(found.steps).toBeLessThanOrEqual(20)
    expect([...found.input.subarray(1, 5)]).toEqual([0, 0, 1, 0])
    expect(found.saliencyStep).toBe(found.steps - 1)
  })

  test('of a selector that there is not, or too short for a step, is refused', () => {
    const model = modelOf({ kind: 'ticks', sampleRate: 1000, modelRate: 50 }, 2)
    expect(() => inspectStretch(engine, model, samples, { sampleRate: 1000, selector: 4 })).toThrow('from 0 to 3')
    expect(() => inspectStretch(engine, model, samples.subarray(0, 3), { sampleRate: 1000, selector: 0 })).toThrow(
      'at least one step'
    )
  })
})
