/**
 * A network as ONNX: `input` [batch, steps, features] -> `output` [batch, steps, outputs].
 *
 * What is carried from block to block is an input `state_1`, … and an output `next_state_1`, … each, so that streams run
 * as they do here: zeros at the start, then what came out goes in again.
 */
import type { Activation, Layer, LayerKind, LayerOf } from '../architectures/layers'
import { blockedByLayers, layersOf, nameFor, refuseNormalised, type ExportKind, type ExportSubject } from './define'
import { encodeOnnx, type OnnxGraph, type OnnxNode, type OnnxPort, type OnnxTensor } from './onnx-graph'
import { columnOf, convolutionKernel, recurrentWeights, reordered, weightsByName } from './tensors'

export default {
  id: 'onnx',
  title: 'ONNX',
  hint: 'For ONNX Runtime and everything that reads ONNX, with the state of a stream as inputs and outputs.',
  ending: '.onnx',
  isFolder: false,
  blockedBy: (subject) => blockedByLayers(subject, 'ONNX', refuseNormalised),
  filesOf(subject) {
    const { manifest } = subject.model
    const bytes = encodeOnnx(onnxGraphOf(subject), {
      producerVersion: manifest.training.appVersion,
      description: `${manifest.title}: input [batch, steps, ${manifest.featureCount}]; states are zeros at the start of a stream, then the next states of the block before. ${manifest.summary}`,
      metadata: { signal_lab_manifest: JSON.stringify(manifest) }
    })
    return [{ name: nameFor(subject, this.ending), bytes }]
  }
} satisfies ExportKind

/** The graph of a network that is a chain of layers. */
export function onnxGraphOf(subject: ExportSubject): OnnxGraph {
  const { featureCount, outputCount, id } = subject.model.manifest
  const builder = new GraphBuilder(weightsByName(subject.model))
  const last = layersOf(subject).reduce((value, layer) => builder.add(layer, value), 'input')
  builder.node('Identity', [last], 'output')
  return {
    name: id,
    nodes: builder.nodes,
    constants: builder.constants,
    inputs: [{ name: 'input', shape: ['batch', 'steps', featureCount] }, ...builder.states],
    outputs: [{ name: 'output', shape: ['batch', 'steps', outputCount] }, ...builder.nextStates]
  }
}

const activationOperators: Readonly<Record<Exclude<Activation, 'linear'>, string>> = {
  relu: 'Relu',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid'
}

/** Ours are input, forget, cell, output; ONNX wants input, output, forget, cell. */
const lstmGates = [0, 3, 1, 2]
/** Ours are reset, update, new; ONNX wants update, reset, new. */
const gruGates = [1, 0, 2]

/** Gathers the graph layer by layer. A value [batch, steps, size] goes in by its name, and the layer's comes out. */
class GraphBuilder {
  readonly nodes: OnnxNode[] = []
  readonly constants: OnnxTensor[] = []
  readonly states: OnnxPort[] = []
  readonly nextStates: OnnxPort[] = []

  constructor(readonly weights: ReadonlyMap<string, Float32Array>) {}

  add(layer: Layer, input: string): string {
    const write = this.#writers[layer.kind] as (layer: Layer, input: string) => string
    return write(layer, input)
  }

  node(operator: string, inputs: string[], output: string | string[], attributes?: OnnxNode['attributes']): string {
    const outputs = typeof output === 'string' ? [output] : output
    this.nodes.push({ operator, inputs, outputs, attributes })
    return outputs[0]
  }

  readonly #writers: { readonly [K in LayerKind]: (layer: LayerOf<K>, input: string) => string } = {
    lstm: (layer, input) => this.#recurrent(layer, input, { gates: lstmGates, operator: 'LSTM', stateCount: 2 }),
    gru: (layer, input) => this.#recurrent(layer, input, { gates: gruGates, operator: 'GRU', stateCount: 1 }),
    dropout: (_, input) => input,

    dense: ({ name, inputSize, outputSize, activation }, input) => {
      const kernel = this.#constant(`${name}/kernel`, [inputSize, outputSize], this.weights.get(`${name}/kernel`)!)
      const bias = this.#constant(`${name}/bias`, [outputSize], this.weights.get(`${name}/bias`)!)
      const product = this.node('MatMul', [input, kernel], `${name}/product`)
      return this.#activated(activation, this.node('Add', [product, bias], `${name}/sum`), name)
    },

    'causal-convolution': (layer, input) => {
      const { name, inputSize, outputSize, kernelSize, dilation, activation } = layer
      const context = (kernelSize - 1) * dilation
      const values = convolutionKernel(this.weights.get(`${name}/kernel`)!, layer)
      const kernel = this.#constant(`${name}/kernel`, [outputSize, inputSize, kernelSize], values)
      const bias = this.#constant(`${name}/bias`, [outputSize], this.weights.get(`${name}/bias`)!)
      const whole = context === 0 ? input : this.#withContext(name, input, { context, size: inputSize })
      const turned = this.node('Transpose', [whole], `${name}/turned`, { perm: [0, 2, 1] })
      const convolved = this.node('Conv', [turned, kernel, bias], `${name}/convolved`, {
        ...{ dilations: [dilation], kernel_shape: [kernelSize], strides: [1], group: 1 }
      })
      return this.#activated(activation, this.node('Transpose', [convolved], `${name}/back`, { perm: [0, 2, 1] }), name)
    }
  }

  #recurrent(
    layer: LayerOf<'lstm' | 'gru'>,
    input: string,
    { gates, operator, stateCount }: { gates: readonly number[]; operator: string; stateCount: 1 | 2 }
  ): string {
    const { name, inputSize, units } = layer
    const { inputKernel, recurrentKernel, bias, recurrentBias } = recurrentWeights(this.weights, layer)
    const rows = gates.length * units
    const both = new Float32Array(2 * rows)
    both.set(reordered(columnOf(bias), gates).values)
    both.set(reordered(columnOf(recurrentBias), gates).values, rows)
    const operands = [
      this.#constant(`${name}/W`, [1, rows, inputSize], reordered(inputKernel, gates).values),
      this.#constant(`${name}/R`, [1, rows, units], reordered(recurrentKernel, gates).values),
      this.#constant(`${name}/B`, [1, 2 * rows], both)
    ]
    const first = this.#axis(0)
    const initial = Array.from({ length: stateCount }, (_, index) => {
      const state = this.#state(units)
      return this.node('Unsqueeze', [state, first], `${name}/initial_${index + 1}`)
    })
    // Steps first, and one direction: what the operator wants.
    const turned = this.node('Transpose', [input], `${name}/turned`, { perm: [1, 0, 2] })
    const finals = initial.map((_, index) => `${name}/final_${index + 1}`)
    const sequence = this.node(operator, [turned, ...operands, '', ...initial], [`${name}/sequence`, ...finals], {
      hidden_size: units,
      // The reset gate multiplies what the state has become in the product.
      ...(operator === 'GRU' ? { linear_before_reset: 1 } : {})
    })
    for (const final of finals) this.node('Squeeze', [final, first], this.#nextState(units))
    const flat = this.node('Squeeze', [sequence, this.#axis(1)], `${name}/flat`)
    return this.node('Transpose', [flat], `${name}/output`, { perm: [1, 0, 2] })
  }

  /** The steps before the block, carried as state, and the block behind them. */
  #withContext(name: string, input: string, { context, size }: { context: number; size: number }): string {
    const shape = this.#constant(`${name}/context_shape`, [3], [0, context, size])
    const before = this.node('Reshape', [this.#state(context * size), shape], `${name}/before`)
    const whole = this.node('Concat', [before, input], `${name}/whole`, { axis: 1 })
    const from = this.#constant(`${name}/last_from`, [1], [-context])
    const to = this.#constant(`${name}/last_to`, [1], [Number.MAX_SAFE_INTEGER])
    const last = this.node('Slice', [whole, from, to, this.#axis(1)], `${name}/last`)
    const flat = this.#constant(`${name}/flat_shape`, [2], [0, context * size])
    this.node('Reshape', [last, flat], this.#nextState(context * size))
    return whole
  }

  #activated(activation: Activation, value: string, name: string): string {
    return activation === 'linear' ? value : this.node(activationOperators[activation], [value], `${name}/activated`)
  }

  #constant(name: string, shape: readonly number[], values: OnnxTensor['values']): string {
    this.constants.push({ name, shape, values })
    return name
  }

  /** An axis as a constant, once. */
  #axis(axis: number): string {
    const name = `axis_${axis}`
    const isKnown = this.constants.some((constant) => constant.name === name)
    return isKnown ? name : this.#constant(name, [1], [axis])
  }

  #state(size: number): string {
    const name = `state_${this.states.length + 1}`
    this.states.push({ name, shape: ['batch', size] })
    return name
  }

  #nextState(size: number): string {
    const name = `next_state_${this.nextStates.length + 1}`
    this.nextStates.push({ name, shape: ['batch', size] })
    return name
  }
}
