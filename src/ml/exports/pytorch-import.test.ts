/** State dicts that PyTorch saved, brought in and run; and those that are not what they seem. */
import { beforeAll, describe, expect, test } from 'vitest'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import type { Tensor3D } from '../engine/engine'
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../library/safetensors'
import type { StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'
import { exportKindById } from './index'
import { answerOf, modelWith, shape, torchBytes, torchModel } from './networks.testing'
import { modelFromBytes } from './read-import'

const asked = { fallbackId: 'file', frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, modelRate: 50 }

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

function largestError({ network, weights }: StoredModel, name: 'lstm' | 'gru'): number {
  const { tf, kernels } = engine
  const weighted = new WeightedNetwork(tf, kernels, network, weights)
  const { batch, steps, features } = shape
  const { input, coldOutput } = answerOf(name)
  const { output } = weighted.run(tf.tensor3d([...input], [batch, steps, features]) as Tensor3D, {
    state: weighted.zeroState(batch)
  })
  const found = output.dataSync<'float32'>()
  return Math.max(...coldOutput.map((value, index) => Math.abs(value - found[index])))
}

/** What PyTorch saved, with its tensors changed. */
function changed(change: (tensors: NamedTensor[]) => readonly NamedTensor[]): Uint8Array {
  const { metadata, tensors } = decodeSafetensors(torchBytes('lstm'))
  return encodeSafetensors({ metadata, tensors: change([...tensors]) })
}

describe.each(['lstm', 'gru'] as const)('%s', (name) => {
  test('layers, units and gates are inferred, and it answers as PyTorch does', () => {
    const model = modelFromBytes(torchBytes(name), asked)
    expect(model.manifest).toMatchObject({
      ...{ id: 'file', architecture: name, params: { layers: 2, units: shape.units, dropout: 0 } },
      ...{ featureCount: 5, outputCount: 2, running: { kind: 'ticks', sampleRate: 1000, modelRate: 50 } }
    })
    expect(largestError(model, name)).toBeLessThan(1e-5)
  })

  test('what was exported here comes back whole, manifest and every bit of the weights', async () => {
    const model = torchModel(name)
    const [file] = await exportKindById('pytorch').filesOf({ model }, { engine: () => engine })
    const read = modelFromBytes(file.bytes, { fallbackId: 'other' })
    expect(read.manifest).toEqual(model.manifest)
    expect(read.weights).toEqual(model.weights)
  })
})

test('modules of one layer each, under any names, are one stack in the order of their numbers', () => {
  const bytes = changed((tensors) =>
    tensors.map((tensor) => ({
      ...tensor,
      name: tensor.name
        .replace(/^lstm\.(.*)_l([01])$/, (_, part, layer) => `core.rnn${layer === '0' ? 9 : 10}.${part}_l0`)
        .replace(/^linear/, 'core.head')
    }))
  )
  expect(largestError(modelFromBytes(bytes, asked), 'lstm')).toBeLessThan(1e-5)
})

test('a layer without biases has zeros', () => {
  const bytes = changed((tensors) => tensors.filter(({ name }) => !name.includes('bias')))
  const { network, weights } = modelFromBytes(bytes, asked)
  const place = network.parameters.findIndex(({ name }) => name === 'lstm1/bias')
  const before = network.parameters.slice(0, place).reduce((sum, { shape: [a, b = 1] }) => sum + a * b, 0)
  expect(weights.slice(before, before + 4 * shape.units).every((value) => value === 0)).toBe(true)
})

describe('what cannot be brought in is refused with a sentence that says what to do', () => {
  const rename = (from: string, to: string) => (tensors: NamedTensor[]) =>
    tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(from, to) }))
  const reshape = (name: string, size: readonly number[]) => (tensors: NamedTensor[]) =>
    tensors.map((tensor) => (tensor.name === name ? { ...tensor, shape: size } : tensor))

  test.each<[string, Uint8Array, object, string]>([
    ['no frequencies', torchBytes('lstm'), { frequenciesHz: undefined }, 'Say which 4 frequencies'],
    ['too few frequencies', torchBytes('lstm'), { frequenciesHz: [1, 3] }, '4 selectors. Received: 2'],
    ['no rate of its steps', torchBytes('lstm'), { modelRate: undefined }, 'at what rate its steps are'],
    ['two directions', changed(rename('weight_ih_l1', 'weight_ih_l0_reverse')), {}, 'two directions'],
    ['a convolution', torchBytes('convolution'), {}, 'Expected the tensors of one nn.LSTM'],
    ['nothing', changed(() => []), {}, 'Received: none'],
    ['a missing tensor', changed((tensors) => tensors.filter(({ name }) => name !== 'lstm.weight_hh_l1')), {}, 'none'],
    ['a tensor of another shape', changed(reshape('lstm.weight_ih_l1', [24, 6, 1])), {}, 'of shape'],
    ['too many tensors', changed((tensors) => [...tensors, { ...tensors[0], name: 'extra.weight' }]), {}, 'Expected'],
    [
      'infinite weights',
      changed((tensors) => tensors.map((tensor) => ({ ...tensor, values: tensor.values.map(() => Infinity) }))),
      {},
      'not finite'
    ],
    ['a pickle', Uint8Array.from([0x80, 2, 0x8a, 0x0a]), {}, 'Python pickle'],
    ['a zipped pickle', Buffer.from('PK\u0003\u0004..........archive/data.pkl'), {}, 'safetensors.torch.save_file'],
    ['HDF5', Buffer.from('\x89HDF\r\n', 'latin1'), {}, 'HDF5']
  ])('%s', (_, bytes, facts, message) => {
    expect(() => modelFromBytes(bytes, { ...asked, ...facts })).toThrow(message)
  })

  test('ONNX', async () => {
    const [file] = await exportKindById('onnx').filesOf({ model: torchModel('lstm') }, { engine: () => engine })
    expect(() => modelFromBytes(file.bytes, asked)).toThrow('ONNX')
  })

  test('a manifest that promises more than the file has', async () => {
    const [file] = await exportKindById('pytorch').filesOf({ model: torchModel('lstm') }, { engine: () => engine })
    const { tensors } = decodeSafetensors(file.bytes)
    const { manifest } = modelWith('lstm', { units: 512 })
    const bytes = encodeSafetensors({ metadata: { signal_lab_manifest: JSON.stringify(manifest) }, tensors })
    expect(() => modelFromBytes(bytes, asked)).toThrow('of shape [2048,5]')
  })
})
