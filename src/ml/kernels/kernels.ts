/**
 * What a recurrent layer needs computed, behind one small interface; TensorFlow's own operations, ours and cuDNN's all
 * implement it. Which one is used is decided once, at start, by what the process could load.
 *
 * All sequences are batch-major. Every returned tensor is new and belongs to the caller.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'

/** What may be added to the recurrence of either layer. */
export interface RecurrentOptions {
  /**
   * Variational dropout (Gal & Ghahramani 2016): the state is multiplied by this before it enters the recurrent product,
   * by the same values at every step. What the gates carry on from step to step is not.
   */
  readonly recurrentMask?: Tensor2D // [batch, units]
}

/**
 * Layer normalisation inside an LSTM (Ba, Kiros & Hinton 2016, equations 20 to 22), present as a whole or not at all:
 * gates = LN(x W) inputScale + LN(h R) recurrentScale + bias, h = o tanh(LN(c) cellScale + cellShift). Each LN goes over
 * all four gates of a row together; the two shifts that the paper adds to its bias are that bias.
 */
export interface LstmNorm {
  readonly inputScale: Tensor1D // [4 * units]
  readonly recurrentScale: Tensor1D // [4 * units]
  readonly cellScale: Tensor1D // [units]
  readonly cellShift: Tensor1D // [units]
}

/**
 * The same inside a GRU (equations 23 to 25): LN over reset and update gate together, and over the new state alone. The
 * shifts are the layer's two bias vectors.
 */
export interface GruNorm {
  readonly inputScale: Tensor1D // [3 * units]
  readonly recurrentScale: Tensor1D // [3 * units]
}

/** Added to every variance of a layer normalisation, as in PyTorch. */
export const normEpsilon = 1e-5

/** Gates stand in the order input, forget, cell, output (PyTorch's and BlockLSTMV2's). */
export interface LstmInputs extends RecurrentOptions, Partial<LstmNorm> {
  readonly input: Tensor3D // [batch, steps, features]
  readonly initialHidden: Tensor2D // [batch, units]
  readonly initialCell: Tensor2D // [batch, units]
  /** Input weights above recurrent weights. */
  readonly kernel: Tensor2D // [features + units, 4 * units]
  /** The sum of the layer's bias vectors. */
  readonly bias: Tensor1D // [4 * units]
}

export interface LstmOutputs {
  readonly output: Tensor3D // [batch, steps, units]
  readonly finalHidden: Tensor2D // [batch, units]
  readonly finalCell: Tensor2D // [batch, units]
  /** What backward needs, in the implementation's own layout. Empty when `keepForBackward` was false. */
  readonly saved: readonly Tensor[]
}

export interface LstmGradients extends Partial<LstmNorm> {
  /** Absent when it was not asked for: the first layer's input needs none. */
  readonly input?: Tensor3D
  readonly kernel: Tensor2D
  readonly bias: Tensor1D
}

/** A GRU layer with PyTorch's meaning of the reset gate; gates in the order reset, update, new. */
export interface GruInputs extends RecurrentOptions, Partial<GruNorm> {
  readonly input: Tensor3D // [batch, steps, features]
  readonly initialHidden: Tensor2D // [batch, units]
  readonly kernel: Tensor2D // [features, 3 * units]
  readonly recurrentKernel: Tensor2D // [units, 3 * units]
  readonly bias: Tensor1D // [3 * units]
  /** Apart from `bias`, because the reset gate multiplies the part of it that belongs to the new state. */
  readonly recurrentBias: Tensor1D // [3 * units]
}

export interface GruOutputs {
  readonly output: Tensor3D // [batch, steps, units]
  readonly finalHidden: Tensor2D // [batch, units]
  /** What backward needs, in the implementation's own layout. Empty when `keepForBackward` was false. */
  readonly saved: readonly Tensor[]
}

export interface GruGradients extends Partial<GruNorm> {
  /** Absent when it was not asked for. */
  readonly input?: Tensor3D
  readonly kernel: Tensor2D
  readonly recurrentKernel: Tensor2D
  readonly bias: Tensor1D
  readonly recurrentBias: Tensor1D
}

/** A recurrence x(t) = factor x(t-1) + values(t) on complex numbers; real parts stand before imaginary ones. */
export interface ScanInputs {
  readonly values: Tensor3D // [batch, steps, 2 * units]
  readonly factor: Tensor1D // [2 * units]
  /** x before the first step that is taken. */
  readonly initial: Tensor2D // [batch, 2 * units]
  /** Backward goes from the last step to the first. */
  readonly direction: 'forward' | 'backward'
}

/** The same linear map of every row. */
export interface LinearInputs {
  readonly values: Tensor2D // [rows, features]
  readonly kernel: Tensor2D // [features, outputs]
  readonly bias: Tensor1D // [outputs]
}

/** One step of Adam with L2 weight decay and clipping by the global norm, over all parameters as one vector. */
export interface AdamInputs {
  readonly parameters: Tensor1D
  readonly gradient: Tensor1D
  readonly firstMoment: Tensor1D
  readonly secondMoment: Tensor1D
  /** 1 for the first step. */
  readonly step: number
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Added to the gradient as weightDecay * parameters, after clipping (PyTorch's Adam). */
  readonly weightDecay: number
  /** The gradient is scaled down to this norm if it is longer; Infinity for never. */
  readonly clipNorm: number
}

export interface AdamOutputs {
  readonly parameters: Tensor1D
  readonly firstMoment: Tensor1D
  readonly secondMoment: Tensor1D
  /** Norm of the gradient before clipping, a scalar. */
  readonly gradientNorm: Tensor
}

export interface Kernels {
  /** For people and for bench results: "TensorFlow BlockLSTM", "native AVX-512". */
  readonly name: string
  lstmForward(inputs: LstmInputs, keepForBackward: boolean): LstmOutputs
  /** Gradients of a scalar whose gradient by `outputs.output` is given. The final states are taken as detached. */
  lstmBackward(
    inputs: LstmInputs,
    outputs: LstmOutputs,
    outputGradient: Tensor3D,
    needsInputGradient: boolean
  ): LstmGradients
  gruForward(inputs: GruInputs, keepForBackward: boolean): GruOutputs
  /** As lstmBackward: the final state is taken as detached. */
  gruBackward(
    inputs: GruInputs,
    outputs: GruOutputs,
    outputGradient: Tensor3D,
    needsInputGradient: boolean
  ): GruGradients
  /** All x of a linear recurrence. */
  scan(inputs: ScanInputs): Tensor3D // [batch, steps, 2 * units]
  linear(inputs: LinearInputs): Tensor2D // [rows, outputs]
  /**
   * Zero each value with probability `rate`, scale the others by 1 / (1 - rate). The mask is a pure function of the
   * seed and the position, so the gradient is the same call on the gradient, and a resumed run draws the same masks.
   */
  dropout<T extends Tensor>(values: T, rate: number, seed: readonly [number, number]): T
  adam(inputs: AdamInputs): AdamOutputs
}
