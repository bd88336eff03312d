/** ONNX, tfjs and PyTorch from the same small networks, whose weights and answers are PyTorch's own. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { LayersModel } from '@tensorflow/tfjs-node'
import { beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { architectures } from '../architectures'
import { initialWeights } from '../architectures/define'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import type { Tensor3D } from '../engine/engine'
import { networkOf } from '../library/model-file'
import { decodeSafetensors } from '../library/safetensors'
import { WeightedNetwork } from '../network/weighted-network'
import type { ExportedFile } from './define'
import { exportKindById, exportKinds } from './index'
import {
  answerOf,
  modelWith,
  recurrentManifest,
  networkNames,
  shape,
  torchBytes,
  torchModel,
  type NetworkName
} from './networks.testing'
import { modelFromBytes } from './read-import'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})
const context = { engine: () => engine }

async function filesOf(kind: string, name: NetworkName) {
  return exportKindById(kind).filesOf({ model: torchModel(name) }, context)
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length)
  expect(Math.max(...expected.map((value, index) => Math.abs(value - found[index])))).toBeLessThan(1e-5)
}

test.each(['lstm', 'gru'] as const)('the %s of the tests is the one that PyTorch saved', (name) => {
  const { network, weights } = torchModel(name)
  const { tf, kernels } = engine
  const weighted = new WeightedNetwork(tf, kernels, network, weights)
  const { input, states, output, nextStates } = answerOf(name)
  const { batch, steps, features } = shape
  const run = weighted.run(tf.tensor3d([...input], [batch, steps, features]) as Tensor3D, {
    state: states.map((state, index) => tf.tensor2d([...state], [batch, network.stateSizes[index]]))
  })
  expectClose(run.output.dataSync(), output)
  run.state.forEach((state, index) => expectClose(state.dataSync(), nextStates[index]))
})

describe('PyTorch', () => {
  test.each(networkNames)("the state dict of the %s equals PyTorch's own, bit for bit", async (name) => {
    const [file] = await filesOf('pytorch', name)
    const tensorsOf = (bytes: Uint8Array) =>
      new Map(decodeSafetensors(bytes).tensors.map((tensor) => [tensor.name, tensor]))
    expect(tensorsOf(file.bytes)).toEqual(tensorsOf(torchBytes(name)))
  })
})

describe('ONNX', () => {
  // Stored when ONNX Runtime had agreed with PyTorch on them: onnx.slow.test.ts.
  test.each(networkNames)('the %s has the bytes that ONNX Runtime was tried with', async (name) => {
    const [file] = await filesOf('onnx', name)
    const path = `fixtures/onnx/${name}.onnx`
    if (process.env.SIGNAL_LAB_STORE_ONNX) writeFileSync(path, file.bytes)
    expect(Buffer.from(file.bytes).equals(readFileSync(path))).toBe(true)
  })
})

function loadTfjs([json, weights]: readonly ExportedFile[]): Promise<LayersModel> {
  const { tf } = engine
  const model = JSON.parse(Buffer.from(json.bytes).toString('utf8'))
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest[0].weights,
      weightData: Uint8Array.from(weights.bytes).buffer
    })
  )
}

describe('tfjs', () => {
  test.each(['lstm', 'convolution'] as const)('tf.loadLayersModel opens the %s and answers the same', async (name) => {
    const files = await filesOf('tfjs', name)
    expect(files.map((file) => file.name)).toEqual(['model.json', 'weights.bin'])
    const { tf } = engine
    const loaded = await loadTfjs(files)
    const { batch, steps, features } = shape
    const { input, coldOutput } = answerOf(name)
    const output = loaded.predict(tf.tensor3d([...input], [batch, steps, features])) as Tensor3D
    expect(output.shape).toEqual([batch, steps, shape.outputs])
    expectClose(output.dataSync(), coldOutput)
  })
})

describe('every family either goes out and comes back the same, or says why not', () => {
  test.each(architectures.map(({ id }) => id))('%s', async (id) => {
    const { tf, kernels } = engine
    const manifest = { ...recurrentManifest(id), params: {} }
    const network = networkOf(manifest)
    const model = { manifest, network, weights: initialWeights(network, new Random(5)) }
    const formats = exportKinds.filter((kind) => ['onnx', 'pytorch', 'tfjs'].includes(kind.id))
    const reasons = formats.map((kind) => kind.blockedBy({ model })).filter((reason) => reason !== undefined)
    if (!network.layers) {
      expect(reasons).toHaveLength(3)
      return
    }
    const [torch] = await exportKindById('pytorch').filesOf({ model }, context)
    expect(modelFromBytes(torch.bytes, { fallbackId: 'x' }).weights).toEqual(model.weights)
    const tfjs = exportKindById('tfjs')
    if (tfjs.blockedBy({ model }) !== undefined) return
    const weighted = new WeightedNetwork(tf, kernels, network, model.weights)
    const input = tf.randomNormal([2, 30, shape.features], 0, 1, 'float32', 3) as Tensor3D
    const { output } = weighted.run(input, { state: weighted.zeroState(2) })
    const loaded = await loadTfjs(await tfjs.filesOf({ model }, context))
    expectClose((loaded.predict(input) as Tensor3D).dataSync(), [...output.dataSync()])
  })
})

describe('what a format does not have is refused with the reason and a way out', () => {
  test('a GRU for tfjs', () => {
    expect(exportKindById('tfjs').blockedBy({ model: torchModel('gru') })).toContain('Export ONNX instead')
  })

  test.each(['onnx', 'pytorch', 'tfjs'])('layer normalisation inside the recurrence for %s', (kind) => {
    const model = modelWith('lstm', { layerNorm: 'on' })
    expect(exportKindById(kind).blockedBy({ model })).toContain('layerNorm off')
  })

  test.each(['onnx', 'pytorch', 'tfjs'])('a family that tells no layers for %s', (kind) => {
    const { network, ...rest } = torchModel('lstm')
    const model = { ...rest, network: { ...network, layers: undefined } }
    expect(exportKindById(kind).blockedBy({ model })).toContain('no chain of layers')
  })

  test('an export that does not exist', () => {
    expect(() => exportKindById('savedmodel')).toThrow(exportKinds[0].id)
  })
})
