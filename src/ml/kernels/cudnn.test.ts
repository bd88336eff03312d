/**
 * What of the GPU path can be held to something without a GPU: the order of the weights, and that the operations are
 * named and formed as TensorFlow's registry has them. The numbers are compared by `siglab doctor --gpu` where there is one.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { rawOps } from '../engine/raw-ops'
import { loadEngine } from '../engine/tensorflow'
import { chooseKernels } from './choose-kernels'
import { cudnnKernels, loadCudnnKernels } from './cudnn-kernels'
import { fromCudnn, toCudnn } from './cudnn-layout'
import type { GruInputs, LstmInputs } from './kernels'
import { operandShapes, randomCase } from './layer-cases.testing'

const { tf, info } = loadEngine()

interface StoredLayout {
  cell: string
  gates: 3 | 4
  features: number
  units: number
  kernel: number[]
  recurrentKernel: number[]
  bias: number[]
  recurrentBias: number[]
  /** Built gate by gate from cuDNN's description of its parameters. */
  cudnn: number[]
  /** PyTorch's own parameters, flat and one after the other. */
  pytorch: number[]
}

const layouts = JSON.parse(readFileSync('fixtures/cudnn-layout.json', 'utf8')) as StoredLayout[]

describe.each(layouts.map((layout) => [layout.cell, layout] as const))('weights of a %s', (_, stored) => {
  const { gates, features, units } = stored
  const weights = {
    kernel: tf.tensor2d(stored.kernel, [features, gates * units]),
    recurrentKernel: tf.tensor2d(stored.recurrentKernel, [units, gates * units]),
    bias: tf.tensor1d(stored.bias),
    recurrentBias: tf.tensor1d(stored.recurrentBias)
  }

  test("go into cuDNN's order, which is PyTorch's", () => {
    const vector = [...toCudnn(tf, weights).dataSync()]
    expect(vector).toEqual(stored.cudnn)
    expect(vector).toEqual(stored.pytorch)
  })

  test('come back as they went', () => {
    const back = fromCudnn(tf, tf.tensor1d(stored.cudnn), stored)
    for (const name of ['kernel', 'recurrentKernel', 'bias', 'recurrentBias'] as const) {
      expect(back[name].shape).toEqual(weights[name].shape)
      expect([...back[name].dataSync()]).toEqual(stored[name])
    }
  })

  test('of another length are refused', () => {
    expect(() => fromCudnn(tf, tf.tensor1d(stored.cudnn.slice(1)), stored)).toThrow(/weights in cuDNN. Received/)
  })
})

test('the order of gates is told apart: every place has a value of its own', () => {
  for (const { cudnn } of layouts) expect(new Set(cudnn).size).toBe(cudnn.length)
})

describe.runIf(info.device === 'cpu')('without a GPU', () => {
  // Not "unknown operation", not a wrong attribute, type or count of operands: the calls fit, only the device lacks.
  const onlyTheDeviceLacks = /Could not find device for node: \{\{node CudnnRNN(Backprop)?V3\}\}/

  test('TensorFlow knows the forward operation, accepts its operands, and has it for the GPU alone', () => {
    const found = loadCudnnKernels(tf) as { missing: string }
    expect(found.missing).toMatch(onlyTheDeviceLacks)
  })

  test.each(['lstm', 'gru'] as const)('and the backward operation of a %s', (cell) => {
    const layer = randomCase(new Random(1), cell, { batch: 2, steps: 3, features: 4, units: 5 }, {})
    const raw = rawOps(tf)
    tf.tidy(() => {
      const shapes = operandShapes(cell, layer.shape)
      const inputs = Object.fromEntries(
        Object.entries(layer.operands).map(([name, values]) => [
          name,
          tf.tensor(Float32Array.from(values), shapes[name])
        ])
      ) as unknown as LstmInputs & GruInputs
      const toInt8 = [
        { ...raw.type('SrcT'), value: 10 },
        { ...raw.type('DstT'), value: 6 }
      ]
      const [hostReserved] = raw.call('Cast', toInt8, [tf.zeros([0], 'bool')], 1)
      const state = tf.zeros([1, 2, 5])
      const saved = [tf.zeros([3, 2, 5]), state, state, tf.zeros([7]), hostReserved]
      const outputs = { output: tf.zeros([2, 3, 5]), finalHidden: state, finalCell: state, saved } as never
      const { lstmBackward, gruBackward } = cudnnKernels(tf)
      const backward = cell === 'lstm' ? lstmBackward : gruBackward
      expect(() => backward(inputs, outputs, tf.zeros([2, 3, 5]), true)).toThrow(onlyTheDeviceLacks)
    })
  })

  test('a process that has a GPU without cuDNN takes the operations that have GPU kernels of their own', () => {
    const { kernels, firstChoiceMissing } = chooseKernels(tf, 'gpu')
    expect(kernels.name).toBe('TensorFlow BlockLSTM')
    expect(firstChoiceMissing).toContain('cuDNN')
  })

  test('trying leaves no tensor behind', () => {
    const before = tf.memory().numTensors
    loadCudnnKernels(tf)
    expect(tf.memory().numTensors).toBe(before)
  })
})
