/**
 * A network as a tfjs layers model: `tf.loadLayersModel('model.json')`, with weights.bin beside it.
 *
 * It reads [batch, steps, features] from a zero state, as the networks here do at the start of a stream.
 */
import type { Activation, Layer, LayerKind, LayerOf } from '../architectures/layers'
import { blockedByLayers, layersOf, refuseNormalised, type ExportKind, type ExportSubject } from './define'
import { bytesOf, weightsByName } from './tensors'

interface LayerJson {
  readonly class_name: string
  readonly config: Readonly<Record<string, unknown>>
}

interface NamedWeights {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** One of our layers as one or several of theirs. */
interface WrittenLayer {
  readonly json: readonly LayerJson[]
  readonly weights: readonly NamedWeights[]
}

export default {
  id: 'tfjs',
  title: 'tfjs layers model',
  hint: 'model.json and weights.bin for tf.loadLayersModel in a browser or in Node; each block starts from a zero state.',
  ending: '.tfjs.zip',
  isFolder: true,
  blockedBy: (subject) => blockedByLayers(subject, 'tfjs layers', refuse),
  filesOf(subject) {
    const { manifest } = subject.model
    const written = writtenLayers(subject)
    const weights = written.flatMap((layer) => layer.weights)
    const json = {
      format: 'layers-model',
      generatedBy: `Signal Lab ${manifest.training.appVersion}`,
      convertedBy: null,
      modelTopology: {
        class_name: 'Sequential',
        config: {
          name: 'signal_lab',
          layers: withInput(
            written.flatMap((layer) => layer.json),
            manifest.featureCount
          )
        },
        keras_version: 'tfjs-layers 4.22.0',
        backend: 'tensor_flow.js'
      },
      weightsManifest: [
        {
          paths: ['weights.bin'],
          weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }))
        }
      ],
      userDefinedMetadata: { signalLabManifest: manifest }
    }
    return [
      { name: 'model.json', bytes: new TextEncoder().encode(`${JSON.stringify(json)}\n`) },
      { name: 'weights.bin', bytes: Uint8Array.from(Buffer.concat(weights.map(({ values }) => bytesOf(values)))) }
    ]
  }
} satisfies ExportKind

function refuse(layer: Layer): string | undefined {
  if (layer.kind !== 'gru') return refuseNormalised(layer)
  return 'a GRU there applies its reset gate before the product of the state, this one after it as PyTorch does ("reset_after"), and tfjs refuses that. Export ONNX instead.'
}

function writtenLayers(subject: ExportSubject): readonly WrittenLayer[] {
  const byName = weightsByName(subject.model)
  const of = (name: string) => byName.get(name)!
  let dropoutCount = 0
  const writers: { readonly [K in LayerKind]: (layer: LayerOf<K>) => WrittenLayer } = {
    lstm: (layer) => writeLstm(layer, of),
    gru: () => {
      throw new RangeError('A GRU with the reset gate after the product cannot be written for tfjs layers.')
    },
    dense: ({ name, inputSize, outputSize, activation }) => ({
      json: [
        {
          class_name: 'Dense',
          config: { name, trainable: true, units: outputSize, activation: activationNames[activation], use_bias: true }
        }
      ],
      weights: [
        { name: `${name}/kernel`, shape: [inputSize, outputSize], values: of(`${name}/kernel`) },
        { name: `${name}/bias`, shape: [outputSize], values: of(`${name}/bias`) }
      ]
    }),
    'causal-convolution': (layer) => writeConvolution(layer, of),
    dropout: ({ rate }) => ({
      json: [{ class_name: 'Dropout', config: { name: `dropout${(dropoutCount += 1)}`, trainable: true, rate } }],
      weights: []
    })
  }
  return layersOf(subject).map((layer) => (writers[layer.kind] as (layer: Layer) => WrittenLayer)(layer))
}

/** The first layer says what the model reads: any number of steps. */
function withInput([{ class_name, config }, ...rest]: readonly LayerJson[], featureCount: number): LayerJson[] {
  const input = { batch_input_shape: [null, null, featureCount], dtype: 'float32' }
  return [{ class_name, config: { ...config, ...input } }, ...rest]
}

const activationNames: Readonly<Record<Activation, string>> = {
  linear: 'linear',
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid'
}

/** Keras has our order of gates and one bias, the sum of the two. */
function writeLstm(
  { name, inputSize, units, recurrentDropout }: LayerOf<'lstm'>,
  of: (name: string) => Float32Array
): WrittenLayer {
  const kernel = of(`${name}/kernel`)
  const cut = inputSize * 4 * units
  const recurrentBias = of(`${name}/recurrent_bias`)
  const bias = of(`${name}/bias`).map((value, index) => value + recurrentBias[index])
  return {
    json: [
      {
        class_name: 'LSTM',
        config: {
          ...{ name, trainable: true, units, activation: 'tanh', recurrent_activation: 'sigmoid', use_bias: true },
          ...{ unit_forget_bias: false, dropout: 0, recurrent_dropout: recurrentDropout, implementation: 1 },
          ...{ return_sequences: true, return_state: false, go_backwards: false, stateful: false, unroll: false }
        }
      }
    ],
    weights: [
      { name: `${name}/kernel`, shape: [inputSize, 4 * units], values: kernel.subarray(0, cut) },
      { name: `${name}/recurrent_kernel`, shape: [units, 4 * units], values: kernel.subarray(cut) },
      { name: `${name}/bias`, shape: [4 * units], values: bias }
    ]
  }
}

/**
 * tfjs has no causal padding ("not implemented yet") and pads pictures only: so the sequence is taken for a picture one
 * pixel wide, with zeros above.
 */
function writeConvolution(
  { name, inputSize, outputSize, kernelSize, dilation, activation }: LayerOf<'causal-convolution'>,
  of: (name: string) => Float32Array
): WrittenLayer {
  const layer = (class_name: string, part: string, config: LayerJson['config']): LayerJson => ({
    class_name,
    config: { name: part === '' ? name : `${name}_${part}`, trainable: true, ...config }
  })
  return {
    json: [
      layer('Reshape', 'picture', { target_shape: [-1, 1, inputSize] }),
      layer('ZeroPadding2D', 'padded', {
        padding: [[(kernelSize - 1) * dilation, 0], [0, 0]], // prettier-ignore
        data_format: 'channels_last'
      }),
      layer('Conv2D', '', {
        ...{ filters: outputSize, kernel_size: [kernelSize, 1], strides: [1, 1], dilation_rate: [dilation, 1] },
        ...{ padding: 'valid', data_format: 'channels_last' },
        ...{ activation: activationNames[activation], use_bias: true }
      }),
      layer('Reshape', 'sequence', { target_shape: [-1, outputSize] })
    ],
    weights: [
      { name: `${name}/kernel`, shape: [kernelSize, 1, inputSize, outputSize], values: of(`${name}/kernel`) },
      { name: `${name}/bias`, shape: [outputSize], values: of(`${name}/bias`) }
    ]
  }
}
