import { beforeAll, describe, expect, test } from 'vitest'
import { usualSequences, usualStreams } from '../../contract/train-defaults'
import { presets } from '../../core/signal/presets'
import { generateMix } from '../../core/signal/synth'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { createStreamFilter } from '../inference/stream-filter'
import { decodeModel, encodeModel } from '../library/model-file'
import { Heads } from './heads'
import { trainModel } from './train-model'
import { Training } from './training'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const heads = { frequency: 0.2, phase: 0.5 }
const small = { params: { layers: 1, units: 16, dropout: 0 }, learningRate: 0.01 }
const sequences = { ...usualSequences(), ...small, sequenceStride: 40, epochs: 12, heads }
const streams = { ...usualStreams([1, 3, 5, 7], 1000), ...small, steps: 60, stepsPerEpoch: 30, ticksPerStep: 32, heads }

test('the loss is that of each head times its weight', () => {
  const { tf } = engine
  const both = new Heads(1, 2, heads)
  expect(both.outputCount).toBe(5)
  const output = tf.tensor3d([[[0.5, 2, 1, 0, 1]]])
  const target = tf.tensor3d([[[1, 0, 1, 1, 0]]])
  const entropy = -Math.log(Math.exp(1) / (Math.exp(2) + Math.exp(1)))
  expect(both.loss(tf, output, target).dataSync()[0]).toBeCloseTo(0.25 + 0.2 * entropy + 0.5 * 1, 5)
  const phaseOnly = new Heads(1, 2, { frequency: 0, phase: 1 })
  expect(phaseOnly.outputCount).toBe(3)
  expect(new Heads(2, 4).isPlain).toBe(true)
})

test('a phase a quarter off is told as 90 degrees, and a wrong frequency as a miss', async () => {
  const { tf } = engine
  const both = new Heads(1, 2, heads)
  const output = tf.tensor3d([[[0, 2, 1, 0, 1], [0, 2, 1, 1, 0]]]) // prettier-ignore
  const target = tf.tensor3d([[[0, 0, 1, 1, 0], [0, 1, 0, 1, 0]]]) // prettier-ignore
  const sums = await both.measure(tf, output, target)
  expect(both.figuresOf([sums!])).toEqual({ frequencyAccuracy: 0.5, phaseErrorDegrees: 45 })
})

test('targets of sequences hold the chosen frequency and the phase of the clean tone at every sample', async () => {
  const training = new Training(engine, sequences)
  const { input, target, state } = await training.data.batch(0)
  const { tones } = generateMix({ ...presets.seed, seed: sequences.seed })
  const [inputs, targets] = [input.arraySync(), target.arraySync()]
  for (let row = 0; row < 8; row += 1) {
    const selector = inputs[row][0].slice(1).indexOf(1)
    targets[row].forEach((step) => {
      expect(step.slice(1, 5)).toEqual([0, 1, 2, 3].map((index) => (index === selector ? 1 : 0)))
      expect(Math.hypot(step[5], step[6])).toBeCloseTo(1, 4)
      // The tone is its size times the sine of its phase: here the size is one, times the target scale of four.
      const size = 4 * Math.max(...tones[selector].map(Math.abs))
      expect(step[0]).toBeCloseTo(size * step[5], 2)
    })
  }
  engine.tf.dispose([input, target, ...state])
  training.dispose()
})

describe.each([
  ['sequences', sequences],
  ['streams', streams]
] as const)('on %s', (_, request) => {
  test('every head learns and has its figure; the model runs like any other', async () => {
    const before = engine.tf.memory().numTensors
    const { model } = await trainModel(engine, request)
    expect(engine.tf.memory().numTensors).toBe(before)
    const { metrics, outputCount } = model.manifest
    expect(model.manifest.answers).toEqual(['frequency', 'phase'])
    expect(outputCount).toBe(request.kind === 'streams' ? 8 : 7)
    // The selector is told to the network: after a few steps it tells it back. By chance it would be a quarter.
    expect(metrics.frequencyAccuracy).toBeGreaterThan(0.9)
    // By chance 90 degrees.
    expect(metrics.phaseErrorDegrees).toBeLessThan(80)
    const again = decodeModel(encodeModel(model.manifest, model.network, model.weights))
    const filter = createStreamFilter(engine, again, { sampleRate: 1000 })
    expect(filter.process(new Float32Array(300).fill(0.1))[3]).toHaveLength(300)
    filter.dispose()
  })

  test('a head without weight is not there', async () => {
    const { model } = await trainModel(engine, {
      ...request,
      ...(request.kind === 'streams' ? { steps: 1 } : { epochs: 1 }),
      heads: { frequency: 0, phase: 0.1 }
    })
    expect(model.manifest.outputCount).toBe(request.kind === 'streams' ? 4 : 3)
    expect(model.manifest.metrics).not.toHaveProperty('frequencyAccuracy')
    expect(model.manifest.metrics).toHaveProperty('phaseErrorDegrees')
  })
})
