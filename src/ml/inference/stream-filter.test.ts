import { beforeAll, describe, expect, test } from 'vitest'
import { jointFeatureCount } from '../../core/filters/joint-front-end'
import { Random } from '../../core/random'
import { initialWeights } from '../architectures/define'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import type { Manifest, Running } from '../library/manifest'
import { networkOf, type StoredModel } from '../library/model-file'
import { createStreamFilter } from './stream-filter'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

function modelOf(running: Running, outputCount: number, featureCount = 5): StoredModel {
  const manifest: Manifest = {
    ...{ formatVersion: 2, id: 'test', title: 'Test', architecture: 'lstm', params: { units: 6, dropout: 0 } },
    ...{
      featureCount,
      outputCount,
      running,
      frequenciesHz: running.kind === 'joint' ? [] : [1, 3, 5, 7],
      inputScale: 2,
      targetScale: 4,
      trainingRms: 0.5
    },
    training: { command: '', seed: 1, steps: 0, seconds: 0, kernel: '', createdAt: '', appVersion: '' },
    ...{ metrics: {}, summary: '' }
  }
  const network = networkOf(manifest)
  return { manifest, network, weights: initialWeights(network, new Random(3)) }
}

const models = {
  samples: modelOf({ kind: 'samples', sampleRate: 1000, sequenceLength: 50 }, 1),
  ticks: modelOf({ kind: 'ticks', sampleRate: 1000, modelRate: 50 }, 2),
  joint: modelOf({ kind: 'joint', frontEnd: 1, ticksPerSpacing: 20, samplesPerSpacing: 250 }, 2, jointFeatureCount)
}
const frequenciesHz = [1, 3, 5, 7]
const random = new Random(9)
const noise = Float32Array.from({ length: 2500 }, () => random.normal())

function filterInBlocks(model: StoredModel, samples: Float32Array, blockLength: number, sampleRate = 1000, gain = 1) {
  const filter = createStreamFilter(engine, model, { sampleRate, gain, frequenciesHz })
  const outputs = filter.frequenciesHz.map(() => new Float32Array(samples.length))
  for (let start = 0; start < samples.length; start += blockLength) {
    filter
      .process(samples.subarray(start, start + blockLength))
      .forEach((part, index) => outputs[index].set(part, start))
  }
  filter.dispose()
  return outputs
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index])), 0)

describe.each(['samples', 'ticks', 'joint'] as const)('a network run at %s', (kind) => {
  const model = models[kind]

  test.each([1, 7, 64])('blocks of %s give what one block gives', (blockLength) => {
    const samples = noise.subarray(0, blockLength === 1 ? 300 : 2500)
    const whole = filterInBlocks(model, samples, samples.length)
    const parts = filterInBlocks(model, samples, blockLength)
    whole.forEach((output, selector) => expect(largestDifference(output, parts[selector])).toBeLessThan(1e-5))
  })

  test('the four selectors answer differently', () => {
    const [first, second] = filterInBlocks(model, noise, 512)
    expect(largestDifference(first, second)).toBeGreaterThan(1e-3)
  })

  test('nothing after a sample changes the output at it', () => {
    const changed = noise.slice()
    changed.fill(5, 1200)
    const before = filterInBlocks(model, noise, 100)[0].subarray(0, 1200)
    expect(filterInBlocks(model, changed, 100)[0].subarray(0, 1200)).toEqual(before)
  })

  test('after a reset it answers as from the start', () => {
    const filter = createStreamFilter(engine, model, { sampleRate: 1000, frequenciesHz })
    const first = filter.process(noise)[2]
    filter.reset()
    expect(filter.process(noise)[2]).toEqual(first)
    filter.dispose()
  })

  test.runIf(kind === 'joint')('a sample that is no number is taken as lost and poisons nothing', () => {
    const holes = noise.slice()
    holes.fill(NaN, 100, 130)
    holes[200] = Infinity
    const outputs = filterInBlocks(model, holes, 256)
    expect(outputs.every((output) => output.every(Number.isFinite))).toBe(true)
    expect(largestDifference(filterInBlocks(model, holes, 7)[1], outputs[1])).toBeLessThan(1e-5)
  })

  test.skipIf(kind === 'joint')('a sample that is no number is taken as silence and poisons nothing', () => {
    const holes = noise.slice()
    const silent = noise.slice()
    for (const [place, value] of [
      [100, NaN],
      [200, Infinity],
      [300, -Infinity]
    ] as const) {
      holes[place] = value
      silent[place] = 0
    }
    expect(filterInBlocks(model, holes, 256)[0]).toEqual(filterInBlocks(model, silent, 256)[0])
  })

  test('a gain undoes the level of the signal', () => {
    const loud = noise.map((sample) => sample * 1000)
    const expected = filterInBlocks(model, noise, 500)[1]
    const found = filterInBlocks(model, loud, 500, 1000, 1 / 1000)[1].map((sample) => sample / 1000)
    expect(largestDifference(found, expected)).toBeLessThan(1e-4)
  })

  test('it leaves no tensor behind', () => {
    const before = engine.tf.memory().numTensors
    filterInBlocks(model, noise, 500)
    expect(engine.tf.memory().numTensors).toBe(before)
  })
})

test('a signal slower than the ticks of the model is refused with both rates', () => {
  const before = engine.tf.memory().numTensors
  expect(() => createStreamFilter(engine, models.ticks, { sampleRate: 40 })).toThrow(
    'at least 50 samples a second. Received: 40 Hz'
  )
  expect(engine.tf.memory().numTensors).toBe(before)
})

test('a network that sees the future answers a record piece by piece, the last piece at its end', () => {
  const { manifest } = models.samples
  const params = { units: 6, layers: 1, sequenceLength: 50, dropout: 0 }
  const dense: Manifest = { ...manifest, architecture: 'dense', params, outputCount: 1 }
  const network = networkOf(dense)
  const model = { manifest: dense, network, weights: initialWeights(network, new Random(3)) }
  const whole = filterInBlocks(model, noise, noise.length)
  // Pieces of 50 in blocks that are no multiple of it: only those at the end of a block lie elsewhere.
  const short = filterInBlocks(model, noise.slice(0, 130), 130)
  expect(largestDifference(short[1].subarray(0, 80), whole[1])).toBeLessThan(1e-6)
  const last = filterInBlocks(model, noise.slice(80, 130), 50)
  expect(largestDifference(short[1].subarray(100), last[1].subarray(20))).toBeLessThan(1e-6)
  expect(filterInBlocks(model, noise.slice(0, 20), 20)[0]).toHaveLength(20)
})
