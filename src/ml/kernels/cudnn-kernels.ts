/**
 * The kernels on a GPU: cuDNN's recurrent layers through TensorFlow's CudnnRNNV3 and CudnnRNNBackpropV3.
 *
 * Those operations exist on GPUs alone. What cuDNN's layers cannot do, a recurrent mask and layer normalisation, and all
 * that is not a layer goes to TensorFlow's other operations, which have GPU kernels too.
 */
import { rawOps, type RawOps } from '../engine/raw-ops'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import { fromCudnn, toCudnn, type LayerWeights } from './cudnn-layout'
import type {
  GruGradients,
  GruInputs,
  GruOutputs,
  Kernels,
  LstmGradients,
  LstmInputs,
  LstmOutputs,
  RecurrentOptions
} from './kernels'
import { tensorFlowKernels } from './tensorflow-kernels'

/** Try cuDNN on a layer of one unit, or say in a sentence why it does not run here. */
export function loadCudnnKernels(tf: TensorFlow): Kernels | { missing: string } {
  const kernels = cudnnKernels(tf)
  try {
    tf.tidy(() => {
      const state = tf.zeros([1, 1]) as Tensor2D
      const bias = tf.zeros([4]) as Tensor1D
      const layer = { input: tf.zeros([1, 1, 1]) as Tensor3D, initialHidden: state, initialCell: state, bias }
      kernels.lstmForward({ ...layer, kernel: tf.zeros([2, 4]) as Tensor2D }, false).output.dataSync()
    })
    return kernels
  } catch (error) {
    // TensorFlow's status number, its sentence with the whole call in it, and more lines.
    const lines = (error instanceof Error ? error.message : String(error)).split('\n')
    const reason = (lines[1] ?? lines[0]).replace('Message: ', '').split(' = ')[0]
    return { missing: `TensorFlow's cuDNN operations do not run here: ${reason}` }
  }
}

/** Without trying: every call throws where there is no GPU. */
export function cudnnKernels(tf: TensorFlow): Kernels {
  const raw = rawOps(tf)
  const others = tensorFlowKernels(tf)
  return {
    ...others,
    name: 'cuDNN',
    lstmForward: (inputs, keep) =>
      isPlain(inputs) ? lstmForward(tf, raw, inputs, keep) : others.lstmForward(inputs, keep),
    lstmBackward: (inputs, outputs, gradient, needsInput) =>
      isPlain(inputs)
        ? lstmBackward(tf, raw, inputs, outputs, gradient, needsInput)
        : others.lstmBackward(inputs, outputs, gradient, needsInput),
    gruForward: (inputs, keep) =>
      isPlain(inputs) ? gruForward(tf, raw, inputs, keep) : others.gruForward(inputs, keep),
    gruBackward: (inputs, outputs, gradient, needsInput) =>
      isPlain(inputs)
        ? gruBackward(tf, raw, inputs, outputs, gradient, needsInput)
        : others.gruBackward(inputs, outputs, gradient, needsInput)
  }
}

function isPlain({ recurrentMask, inputScale }: RecurrentOptions & { inputScale?: Tensor1D }): boolean {
  return recurrentMask === undefined && inputScale === undefined
}

/** The layer's weights apart, with two bias vectors: ours is their sum, so it stands for the first. */
function lstmWeights(tf: TensorFlow, { input, kernel, bias, initialHidden }: LstmInputs): LayerWeights {
  const sizes = [input.shape[2], initialHidden.shape[1]]
  const [inputKernel, recurrentKernel] = tf.split(kernel, sizes) as Tensor2D[]
  return { kernel: inputKernel, recurrentKernel, bias, recurrentBias: tf.zerosLike(bias) }
}

interface CudnnRun {
  readonly mode: 'lstm' | 'gru'
  readonly input: Tensor3D
  readonly initialHidden: Tensor2D
  readonly initialCell: Tensor2D
  readonly weights: LayerWeights
}

const attributes = (raw: RawOps, mode: string) => [raw.text('rnn_mode', mode), raw.type('T')]

/** The operands that forward and backward share: time-major input, states [1, batch, units], weights, lengths. */
function operands(tf: TensorFlow, { input, initialHidden, initialCell, weights }: CudnnRun): Tensor[] {
  const [batch, steps] = input.shape
  const states = [initialHidden, initialCell].map((state) => tf.expandDims(state, 0))
  return [tf.transpose(input, [1, 0, 2]), ...states, toCudnn(tf, weights), tf.fill([batch], steps, 'int32')]
}

/** Output [batch, steps, units], final hidden and cell state [batch, units], and what backward needs. */
function forward(tf: TensorFlow, raw: RawOps, run: CudnnRun, keepForBackward: boolean) {
  const settings = [
    ...attributes(raw, run.mode),
    raw.bool('is_training', keepForBackward),
    raw.bool('time_major', true)
  ]
  const outputs = raw.call('CudnnRNNV3', settings, operands(tf, run), 5)
  const [output, hidden, cell] = outputs as [Tensor3D, Tensor3D, Tensor3D, Tensor, Tensor]
  const state = (tensor: Tensor3D) => tf.reshape(tensor, run.initialHidden.shape) as Tensor2D
  return {
    output: tf.transpose(output, [1, 0, 2]) as Tensor3D,
    finalHidden: state(hidden),
    ...(run.mode === 'lstm' ? { finalCell: state(cell) } : {}),
    saved: keepForBackward ? outputs : []
  }
}

function backward(tf: TensorFlow, raw: RawOps, run: CudnnRun, saved: readonly Tensor[], outputGradient: Tensor3D) {
  const [output, hidden, cell, reserved, hostReserved] = saved
  const settings = [...attributes(raw, run.mode), raw.bool('time_major', true)]
  const gradients = [tf.transpose(outputGradient, [1, 0, 2]), tf.zerosLike(hidden), tf.zerosLike(cell)]
  const given = [...operands(tf, run), output, hidden, cell, ...gradients, reserved, hostReserved]
  const [input, , , weights] = raw.call('CudnnRNNBackpropV3', settings, given, 4)
  const [units, features] = [run.initialHidden.shape[1], run.input.shape[2]]
  const shape = { gates: run.mode === 'lstm' ? (4 as const) : (3 as const), features, units }
  return {
    input: tf.transpose(input, [1, 0, 2]) as Tensor3D,
    ...fromCudnn(tf, weights as Tensor1D, shape)
  }
}

function lstmForward(tf: TensorFlow, raw: RawOps, inputs: LstmInputs, keepForBackward: boolean): LstmOutputs {
  return tf.tidy(() => {
    const run = { mode: 'lstm', ...inputs, weights: lstmWeights(tf, inputs) } as const
    return forward(tf, raw, run, keepForBackward)
  }) as LstmOutputs
}

function lstmBackward(
  tf: TensorFlow,
  raw: RawOps,
  inputs: LstmInputs,
  outputs: LstmOutputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): LstmGradients {
  return tf.tidy(() => {
    const run = { mode: 'lstm', ...inputs, weights: lstmWeights(tf, inputs) } as const
    const found = backward(tf, raw, run, outputs.saved, outputGradient)
    return {
      input: needsInputGradient ? found.input : undefined,
      kernel: tf.concat([found.kernel, found.recurrentKernel]) as Tensor2D,
      bias: found.bias
    }
  })
}

function gruForward(tf: TensorFlow, raw: RawOps, inputs: GruInputs, keepForBackward: boolean): GruOutputs {
  return tf.tidy(() => {
    const run = { mode: 'gru', ...inputs, initialCell: inputs.initialHidden, weights: inputs } as const
    return forward(tf, raw, run, keepForBackward)
  })
}

function gruBackward(
  tf: TensorFlow,
  raw: RawOps,
  inputs: GruInputs,
  outputs: GruOutputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): GruGradients {
  return tf.tidy(() => {
    const run = { mode: 'gru', ...inputs, initialCell: inputs.initialHidden, weights: inputs } as const
    const { input, ...weights } = backward(tf, raw, run, outputs.saved, outputGradient)
    return needsInputGradient ? { input, ...weights } : weights
  })
}
