/**
 * The kernels on TensorFlow's own operations: BlockLSTMV2 and its gradient, called by name, and small operations step by
 * step for what it cannot do.
 *
 * Used where the native kernels could not be built or loaded, and on a GPU without cuDNN. About four times faster than
 * tf.layers.lstm, because a whole sequence is one operation.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import type { AdamInputs, AdamOutputs, Kernels, LinearInputs, LstmGradients, LstmInputs, LstmOutputs } from './kernels'
import { rawOps, type RawOps } from '../engine/raw-ops'
import { parallelScan } from './parallel-scan'
import { unrolledGru, unrolledGruGradients, unrolledLstm, unrolledLstmGradients } from './unrolled-kernels'

export function tensorFlowKernels(tf: TensorFlow): Kernels {
  const raw = rawOps(tf)
  return {
    name: 'TensorFlow BlockLSTM',
    lstmForward: (inputs, keepForBackward) =>
      isPlain(inputs) ? forward(tf, raw, inputs, keepForBackward) : unrolledLstm(tf, inputs),
    lstmBackward: (inputs, outputs, gradient, needsInput) =>
      isPlain(inputs)
        ? backward(tf, raw, inputs, outputs, gradient, needsInput)
        : unrolledLstmGradients(tf, inputs, gradient, needsInput),
    gruForward: (inputs) => unrolledGru(tf, inputs),
    gruBackward: (inputs, _, gradient, needsInput) => unrolledGruGradients(tf, inputs, gradient, needsInput),
    scan: (inputs) => parallelScan(tf, inputs),
    linear: (inputs) => linearProduct(tf, inputs),
    dropout: (values, rate, seed) => tf.tidy(() => tf.mul(values, dropoutMask(tf, raw, values, rate, seed))),
    adam: (inputs) => adamStep(tf, inputs)
  }
}

/** BlockLSTMV2 knows neither a mask nor layer normalisation. */
function isPlain({ recurrentMask, inputScale }: LstmInputs): boolean {
  return recurrentMask === undefined && inputScale === undefined
}

/** BlockLSTMV2's operands: sequences are time-major there, and the peephole weights must be given even if unused. */
function operands(tf: TensorFlow, raw: RawOps, inputs: LstmInputs) {
  const [, steps] = inputs.input.shape
  const units = inputs.initialHidden.shape[1]
  const unused = tf.zeros([units])
  const { initialCell, initialHidden, kernel, bias } = inputs
  const timeMajor = tf.transpose(inputs.input, [1, 0, 2])
  return [raw.int64(steps), timeMajor, initialCell, initialHidden, kernel, unused, unused, unused, bias]
}

function forward(tf: TensorFlow, raw: RawOps, inputs: LstmInputs, keepForBackward: boolean): LstmOutputs {
  const [batch, steps] = inputs.input.shape
  const units = inputs.initialHidden.shape[1]
  return tf.tidy(() => {
    const attributes = [raw.float('cell_clip', -1), raw.bool('use_peephole', false), raw.type('T')]
    const states = raw.call('BlockLSTMV2', attributes, operands(tf, raw, inputs), 7) // each [steps, batch, units]
    const [cells, hidden] = [states[1], states[6]]
    const last = (sequence: Tensor) =>
      sequence.slice([steps - 1, 0, 0], [1, batch, units]).reshape<Tensor2D>([batch, units])
    return {
      output: hidden.transpose<Tensor3D>([1, 0, 2]),
      finalHidden: last(hidden),
      finalCell: last(cells),
      saved: keepForBackward ? states : []
    }
  })
}

function backward(
  tf: TensorFlow,
  raw: RawOps,
  inputs: LstmInputs,
  outputs: LstmOutputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): LstmGradients {
  return tf.tidy(() => {
    const hiddenGradient = tf.transpose(outputGradient, [1, 0, 2])
    const attributes = [raw.bool('use_peephole', false), raw.type('T')]
    const given = [...operands(tf, raw, inputs), ...outputs.saved, tf.zerosLike(outputs.saved[1]), hiddenGradient]
    const [inputGradient, , , kernel, , , , bias] = raw.call('BlockLSTMGradV2', attributes, given, 8)
    return {
      input: needsInputGradient ? inputGradient.transpose<Tensor3D>([1, 0, 2]) : undefined,
      kernel: kernel as Tensor2D,
      bias: bias as Tensor1D
    }
  })
}

/** A product and a sum. */
export function linearProduct(tf: TensorFlow, { values, kernel, bias }: LinearInputs): Tensor2D {
  return tf.tidy(() => tf.add<Tensor2D>(tf.matMul<Tensor2D>(values, kernel), bias))
}

function dropoutMask(
  tf: TensorFlow,
  raw: RawOps,
  values: Tensor,
  rate: number,
  seed: readonly [number, number]
): Tensor {
  const shape = tf.tensor1d(values.shape, 'int32')
  const seeds = tf.tensor1d([...seed], 'int32')
  const attributes = [raw.type('dtype'), raw.intType('Tseed'), raw.intType('T')]
  const [uniform] = raw.call('StatelessRandomUniform', attributes, [shape, seeds], 1)
  return tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate))
}

/** Kingma & Ba 2015, with PyTorch's order: clip, add weight decay, then the moments. */
function adamStep(tf: TensorFlow, inputs: AdamInputs): AdamOutputs {
  const { parameters, beta1, beta2, step, epsilon, learningRate, weightDecay, clipNorm } = inputs
  return tf.tidy(() => {
    const gradientNorm = tf.norm(inputs.gradient)
    const scale = Number.isFinite(clipNorm) ? tf.minimum(1, tf.div(clipNorm, tf.add(gradientNorm, 1e-6))) : tf.scalar(1)
    const clipped = tf.mul(inputs.gradient, scale)
    const gradient = weightDecay === 0 ? clipped : tf.add(clipped, tf.mul(parameters, weightDecay))
    const firstMoment = tf.add(tf.mul(inputs.firstMoment, beta1), tf.mul(gradient, 1 - beta1))
    const secondMoment = tf.add(tf.mul(inputs.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2))
    const deviation = tf.add(tf.div(tf.sqrt(secondMoment), Math.sqrt(1 - beta2 ** step)), epsilon)
    const update = tf.mul(tf.div(firstMoment, deviation), learningRate / (1 - beta1 ** step))
    return {
      parameters: tf.sub(parameters, update) as Tensor1D,
      firstMoment: firstMoment as Tensor1D,
      secondMoment: secondMoment as Tensor1D,
      gradientNorm
    }
  })
}
