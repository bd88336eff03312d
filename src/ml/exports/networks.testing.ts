/** Small networks whose weights and answers come from PyTorch, as models; for the tests of this folder. */
import { readFileSync } from 'node:fs'
import { parseParams } from '../../core/params/params'
import { architectureById } from '../architectures'
import { sizeOf, type Network, type ParameterSpec } from '../architectures/define'
import type { CausalConvolutionDescription, Layer } from '../architectures/layers'
import type { Manifest } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { decodeSafetensors } from '../library/safetensors'

export interface Answer {
  readonly input: readonly number[] // [batch, steps, features]
  readonly states: readonly (readonly number[])[] // each [batch, size]
  /** From zero states. */
  readonly coldOutput: readonly number[] // [batch, steps, outputs]
  /** From `states`. */
  readonly output: readonly number[]
  readonly nextStates: readonly (readonly number[])[]
}

export const networkNames = ['lstm', 'gru', 'convolution'] as const
export type NetworkName = (typeof networkNames)[number]

const folder = 'fixtures/torch'
const stored = JSON.parse(readFileSync(`${folder}/answers.json`, 'utf8')) as Record<NetworkName, Answer> & {
  readonly shape: { batch: number; steps: number; features: number; units: number; outputs: number }
}
export const shape = stored.shape
export const answerOf = (name: NetworkName): Answer => stored[name]

export const torchBytes = (name: NetworkName): Uint8Array => readFileSync(`${folder}/${name}.safetensors`)

export const recurrentManifest = (architecture: string, params: Manifest['params'] = {}): Manifest => ({
  ...{ formatVersion: 2, id: `small-${architecture}`, title: `Small ${architecture}`, architecture },
  params: { layers: 2, units: shape.units, dropout: 0.2, ...params },
  ...{ featureCount: shape.features, outputCount: shape.outputs, frequenciesHz: [1, 3, 5, 7] },
  running: { kind: 'ticks', sampleRate: 1000, modelRate: 50 },
  ...{ inputScale: 2, targetScale: 4, trainingRms: 0.5, metrics: { r2: 0.5 }, summary: 'Not trained' },
  training: {
    ...{ command: 'siglab train --frequencies 1,3,5,7', noise: [0.1, 0.5], seed: 1, steps: 10, seconds: 1 },
    ...{ kernel: 'none', createdAt: '2026-01-01T00:00:00.000Z', appVersion: '0.1.0' }
  }
})

/** Weights as PyTorch has them, in the order of our own parameters. */
export function torchModel(name: NetworkName): StoredModel {
  const network = name === 'convolution' ? convolutional() : recurrent(name)
  const tensors = new Map(decodeSafetensors(torchBytes(name)).tensors.map((tensor) => [tensor.name, tensor.values]))
  const of = (key: string) => tensors.get(key)!
  const weights = new Float32Array(network.parameters.reduce((sum, spec) => sum + sizeOf(spec.shape), 0))
  let at = 0
  for (const { name: parameter, shape: size } of network.parameters) {
    weights.set(ours(parameter, size, of), at)
    at += sizeOf(size)
  }
  return { manifest: recurrentManifest(name === 'gru' ? 'gru' : 'lstm'), network, weights }
}

function recurrent(id: string, params: Manifest['params'] = {}): Network {
  const architecture = architectureById(id)
  const given = recurrentManifest(id, params)
  return architecture.build(given, parseParams(architecture.params, given.params))
}

/** A model of the family with fresh options, for what cannot be exported. */
export function modelWith(id: string, params: Manifest['params']): StoredModel {
  const network = recurrent(id, params)
  const count = network.parameters.reduce((sum, spec) => sum + sizeOf(spec.shape), 0)
  return { manifest: recurrentManifest(id, params), network, weights: new Float32Array(count) }
}

/** No family: a chain of layers that a convolutional one would tell. */
function convolutional(): Network {
  const { features, units, outputs } = shape
  const convolution = (
    rest: Pick<CausalConvolutionDescription, 'name' | 'inputSize' | 'kernelSize' | 'dilation' | 'activation'>
  ): Layer => ({ kind: 'causal-convolution', outputSize: units, ...rest })
  const spec = (name: string, size: readonly number[]): ParameterSpec => ({
    ...{ name, shape: size, row: name, initialBound: 0 }
  })
  return {
    parameters: [
      ...[spec('conv1/kernel', [3, features, units]), spec('conv1/bias', [units])],
      ...[spec('conv2/kernel', [2, units, units]), spec('conv2/bias', [units])],
      ...[spec('linear/kernel', [units, outputs]), spec('linear/bias', [outputs])]
    ],
    stateSizes: [2 * features, 2 * units],
    layers: [
      convolution({ name: 'conv1', inputSize: features, kernelSize: 3, dilation: 1, activation: 'relu' }),
      convolution({ name: 'conv2', inputSize: units, kernelSize: 2, dilation: 2, activation: 'tanh' }),
      { kind: 'dense', name: 'linear', inputSize: units, outputSize: outputs, activation: 'linear' }
    ],
    forward: () => {
      throw new Error('It is only exported.')
    }
  }
}

/** Written anew, apart from the code under test: value by value. */
function ours(parameter: string, size: readonly number[], of: (name: string) => Float32Array): number[] {
  const [, kind, index, part] = /^([a-z]+)(\d*)\/(\w+)$/.exec(parameter)!
  const layer = Number(index || '1') - 1
  const count = sizeOf(size)
  const list = (value: (at: number) => number) => Array.from({ length: count }, (_, at) => value(at))
  if (kind === 'conv' || kind === 'linear') {
    const name = `${kind}${index}`
    if (part === 'bias') return [...of(`${name}.bias`)]
    const [inputs, outputs] = size.slice(-2)
    const kernelSize = size.length === 3 ? size[0] : 1
    return list((at) => {
      const output = at % outputs
      const input = Math.floor(at / outputs) % inputs
      const k = Math.floor(at / outputs / inputs)
      return of(`${name}.weight`)[(output * inputs + input) * kernelSize + k]
    })
  }
  const torch = (key: string) => of(`${kind}.${key}_l${layer}`)
  if (part === 'bias') return [...torch('bias_ih')]
  if (part === 'recurrent_bias') return [...torch('bias_hh')]
  const columns = size[1]
  const inputRows = torch('weight_ih').length / columns
  return list((at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    if (part === 'recurrent_kernel') return torch('weight_hh')[column * size[0] + row]
    return row < inputRows
      ? torch('weight_ih')[column * inputRows + row]
      : torch('weight_hh')[column * (size[0] - inputRows) + row - inputRows]
  })
}
