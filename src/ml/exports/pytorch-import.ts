/**
 * A PyTorch state dict (safetensors) as a model of this program.
 *
 * One that was exported here brings its manifest. Any other tells its layers and units by its tensors; what tensors
 * cannot tell, the tones and rates that it was trained for, is asked for.
 */
import { version } from '../../../package.json'
import { jointFeatureCount } from '../../core/filters/joint-front-end'
import { InputError } from '../../core/signal/signal'
import type { Hertz } from '../../core/units'
import { sizeOf, type Network } from '../architectures/define'
import type { LayerOf } from '../architectures/layers'
import { manifestVersion, type Manifest } from '../library/manifest'
import { networkOf, parseManifest, type StoredModel } from '../library/model-file'
import type { NamedTensor, SafetensorsFile } from '../library/safetensors'
import { manifestKey, torchModules, type TorchModule } from './pytorch'
import { transposed } from './tensors'

/** What a state dict does not tell. */
export interface TorchFacts {
  readonly id: string
  readonly title: string
  /** What the selectors mean, in the order of the one-hot condition. */
  readonly frequenciesHz?: readonly Hertz[]
  readonly sampleRate?: Hertz
  /** Rate of the network's own steps; needed where it answers two values a step. */
  readonly modelRate?: Hertz
  /** What it reads is the mix times this; 1 if absent. */
  readonly inputScale?: number
  /** What it answers is the tone in the mix times this; the count of tones if absent. */
  readonly targetScale?: number
  /** RMS of the mixes it was trained on; that of unit tones scaled by their count if absent. */
  readonly trainingRms?: number
}

/** Throws InputError with one sentence for a state dict that is no network of this program, or for facts that miss. */
export function modelFromTorch({ metadata, tensors }: SafetensorsFile, facts: TorchFacts): StoredModel {
  const own = metadata[manifestKey]
  if (own !== undefined) {
    const manifest = { ...parseManifest(own), id: facts.id, title: facts.title }
    return filled(manifest, tensors)
  }
  const { found, renamed } = recurrentNetwork(tensors)
  return filled(manifestOf(found, facts), renamed)
}

/** The id and title that a state dict brings itself. */
export function torchManifest({ metadata }: SafetensorsFile): Manifest | undefined {
  const own = metadata[manifestKey]
  return own === undefined ? undefined : parseManifest(own)
}

/** What a state dict of another program does not tell, and what it does. Throws InputError if it is no network we know. */
export function inspectTorch({ tensors }: SafetensorsFile): {
  sentence: string
  unknownTones: number
  needsModelRate: boolean
} {
  const { found } = recurrentNetwork(tensors)
  const { featureCount, outputCount } = found
  return { sentence: `${whatIs(found)}.`, unknownTones: featureCount - 1, needsModelRate: outputCount === 2 }
}

interface FoundNetwork {
  readonly kind: 'lstm' | 'gru'
  readonly layers: number
  readonly units: number
  readonly featureCount: number
  readonly outputCount: number
}

/** A stack of nn.LSTM or nn.GRU layers and one linear layer, whatever their modules are called; and under our names. */
function recurrentNetwork(tensors: readonly NamedTensor[]): { found: FoundNetwork; renamed: NamedTensor[] } {
  const odd = tensors.find(({ name }) => /_reverse$|weight_hr_l/.test(name))
  if (odd)
    throw new InputError(
      `"${odd.name}" belongs to a network with two directions or a projection; expected plain nn.LSTM or nn.GRU layers.`
    )
  const rest: NamedTensor[] = []
  const recurrent = new Map<string, { module: string; index: number; parts: Map<string, NamedTensor> }>()
  for (const tensor of tensors) {
    const match = /^(?:(.*)\.)?(weight_ih|weight_hh|bias_ih|bias_hh)_l(\d{1,2})$/.exec(tensor.name)
    if (!match) {
      rest.push(tensor)
      continue
    }
    const [, module = '', part, index] = match
    const key = `${module}_l${index}`
    const layer = recurrent.get(key) ?? { module, index: Number(index), parts: new Map<string, NamedTensor>() }
    layer.parts.set(part, tensor)
    recurrent.set(key, layer)
  }
  // lstm2 before lstm10: modules of one layer each are told by their numbers.
  const stack = [...recurrent.values()]
    .sort((a, b) => a.module.localeCompare(b.module, 'en', { numeric: true }) || a.index - b.index)
    .map(({ parts }) => parts)
  const linearWeight = rest.find(({ name, shape }) => /(^|\.)weight$/.test(name) && shape.length === 2)
  const linearBias = rest.find(({ name, shape }) => /(^|\.)bias$/.test(name) && shape.length === 1)
  const first = stack[0]?.get('weight_ih')
  const [rows, units] = stack[0]?.get('weight_hh')?.shape ?? []
  const kind = rows === 4 * units ? 'lstm' : rows === 3 * units ? 'gru' : undefined
  if (!first || !kind || !linearWeight || rest.length > (linearBias ? 2 : 1)) {
    const names = tensors
      .map(({ name }) => name)
      .slice(0, 6)
      .join(', ')
    throw new InputError(
      `Expected the tensors of one nn.LSTM or nn.GRU (weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, …) and of one nn.Linear. Received: ${names || 'none'}${tensors.length > 6 ? ', …' : ''}.`
    )
  }
  const zeros = (name: string, length: number): NamedTensor => ({
    ...{ name, shape: [length], values: new Float32Array(length) }
  })
  const outputCount = linearWeight.shape[0]
  const renamed = stack.flatMap((layer, index) =>
    (['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'] as const).flatMap((part) => {
      const name = `${kind}.${part}_l${index}`
      const tensor = layer.get(part)
      // A layer made with bias=False has none.
      if (tensor) return [{ ...tensor, name }]
      return part.startsWith('bias') ? [zeros(name, rows)] : []
    })
  )
  renamed.push({ ...linearWeight, name: 'linear.weight' })
  renamed.push(linearBias ? { ...linearBias, name: 'linear.bias' } : zeros('linear.bias', outputCount))
  const found = { kind, layers: stack.length, units, featureCount: first.shape[1] ?? 0, outputCount } as const
  return { found, renamed }
}

function whatIs({ kind, layers, units, featureCount, outputCount }: FoundNetwork): string {
  const stack = layers === 1 ? `one layer` : `${layers} layers`
  return `A stack of ${kind.toUpperCase()} (${stack} of ${units} units) that reads ${featureCount} values a step and answers ${outputCount}`
}

function manifestOf(found: FoundNetwork, facts: TorchFacts): Manifest {
  const { kind, layers, units, featureCount, outputCount } = found
  const { id, title, frequenciesHz, sampleRate, modelRate } = facts
  const what = whatIs(found)
  if (featureCount === jointFeatureCount && outputCount === 2)
    throw new InputError(
      `${what}: it runs behind the joint fit, and comes back only from a file that was exported here.`
    )
  const toneCount = featureCount - 1
  if (frequenciesHz === undefined || sampleRate === undefined)
    throw new InputError(
      `${what}: the sample and one value for each of ${toneCount} selectors. Say which ${toneCount} frequencies those are, and the sample rate that it was trained at.`
    )
  if (frequenciesHz.length !== toneCount)
    throw new InputError(`${what}: that is ${toneCount} selectors. Received: ${frequenciesHz.length} frequencies.`)
  if (outputCount > 2 || outputCount < 1)
    throw new InputError(`${what}; expected one value (the tone) or two (its sine and cosine part).`)
  if (outputCount === 2 && modelRate === undefined)
    throw new InputError(`${what}: the sine and the cosine part at each step. Say at what rate its steps are.`)
  return {
    formatVersion: manifestVersion,
    ...{ id, title, architecture: kind, params: { layers, units, dropout: 0 }, featureCount, outputCount },
    running:
      outputCount === 1
        ? { kind: 'samples', sampleRate, sequenceLength: 1 }
        : { kind: 'ticks', sampleRate, modelRate: modelRate! },
    frequenciesHz: [...frequenciesHz],
    inputScale: facts.inputScale ?? 1,
    targetScale: facts.targetScale ?? toneCount,
    trainingRms: facts.trainingRms ?? Math.sqrt(1 / (2 * toneCount)),
    training: {
      ...{ command: 'imported from a PyTorch state dict', seed: 0, steps: 0, seconds: 0, kernel: 'PyTorch' },
      ...{ createdAt: new Date().toISOString(), appVersion: version }
    },
    metrics: {},
    summary: `Imported from PyTorch: ${layers} x ${units} units; not measured here yet`
  }
}

/** The weights of the manifest's network out of PyTorch's tensors: the way back of pytorch.ts. */
function filled(manifest: Manifest, tensors: readonly NamedTensor[]): StoredModel {
  const network = networkOf(manifest)
  const { layers } = network
  if (!layers) throw new InputError(`A network of the family "${manifest.architecture}" has no state dict.`)
  const reader = new TensorReader(tensors)
  const parts = new Map<string, Float32Array>()
  for (const module of torchModules(layers)) readModule(module, reader, parts)
  reader.checkAllUsed()
  return { manifest, network, weights: joined(network, parts) }
}

function readModule(module: TorchModule, reader: TensorReader, parts: Map<string, Float32Array>): void {
  switch (module.kind) {
    case 'linear': {
      const { name, inputSize, outputSize } = module.layer
      const values = reader.read(`${module.name}.weight`, [outputSize, inputSize])
      parts.set(`${name}/kernel`, transposed({ rows: outputSize, columns: inputSize, values }).values)
      parts.set(`${name}/bias`, reader.read(`${module.name}.bias`, [outputSize]))
      return
    }
    case 'conv1d': {
      const { name, inputSize, outputSize, kernelSize } = module.layer
      const values = reader.read(`${module.name}.weight`, [outputSize, inputSize, kernelSize])
      parts.set(`${name}/kernel`, kernelFromTorch(values, module.layer))
      parts.set(`${name}/bias`, reader.read(`${module.name}.bias`, [outputSize]))
      return
    }
    default:
      module.layers.forEach(({ kind, name, inputSize, units }, index) => {
        const rows = (kind === 'lstm' ? 4 : 3) * units
        const read = (part: string, columns: number) =>
          transposed({ rows, columns, values: reader.read(`${module.name}.${part}_l${index}`, [rows, columns]) }).values
        const [kernel, recurrentKernel] = [read('weight_ih', inputSize), read('weight_hh', units)]
        if (kind === 'gru') {
          parts.set(`${name}/kernel`, kernel).set(`${name}/recurrent_kernel`, recurrentKernel)
        } else {
          const both = new Float32Array(kernel.length + recurrentKernel.length)
          both.set(kernel)
          both.set(recurrentKernel, kernel.length)
          parts.set(`${name}/kernel`, both)
        }
        parts.set(`${name}/bias`, reader.read(`${module.name}.bias_ih_l${index}`, [rows]))
        parts.set(`${name}/recurrent_bias`, reader.read(`${module.name}.bias_hh_l${index}`, [rows]))
      })
  }
}

/** [outputSize, inputSize, kernelSize] -> [kernelSize, inputSize, outputSize]. */
function kernelFromTorch(
  values: Float32Array,
  { kernelSize, inputSize, outputSize }: LayerOf<'causal-convolution'>
): Float32Array {
  return Float32Array.from({ length: values.length }, (_, at) => {
    const output = at % outputSize
    const input = Math.floor(at / outputSize) % inputSize
    const k = Math.floor(at / outputSize / inputSize)
    return values[(output * inputSize + input) * kernelSize + k]
  })
}

function joined(network: Network, parts: ReadonlyMap<string, Float32Array>): Float32Array {
  const weights = new Float32Array(network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0))
  let at = 0
  for (const { name, shape } of network.parameters) {
    const values = parts.get(name)
    if (!values)
      throw new InputError(`The network also has "${name}", which PyTorch's layers do not have: it cannot come back.`)
    weights.set(values, at)
    at += sizeOf(shape)
  }
  return weights
}

/** Tensors by name, each asked for once, with the shape that it must have. */
class TensorReader {
  readonly #left: Map<string, NamedTensor>

  constructor(tensors: readonly NamedTensor[]) {
    this.#left = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  }

  read(name: string, shape: readonly number[]): Float32Array {
    const tensor = this.#left.get(name)
    this.#left.delete(name)
    if (!tensor || tensor.shape.join() !== shape.join()) {
      const came = tensor ? `[${tensor.shape}]` : 'none'
      throw new InputError(`Expected a tensor "${name}" of shape [${shape}]. Received: ${came}.`)
    }
    if (!tensor.values.every(Number.isFinite))
      throw new InputError(`Tensor "${name}" holds values that are not finite numbers.`)
    return tensor.values
  }

  checkAllUsed(): void {
    const [name] = this.#left.keys()
    if (name !== undefined)
      throw new InputError(`The network has no place for the tensor "${name.slice(0, 80)}" of this file.`)
  }
}
