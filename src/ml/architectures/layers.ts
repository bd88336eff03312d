/**
 * A network told as a chain of layers that other programs know: what an export is written from.
 *
 * A layer names itself; its tensors are the network's parameters `name/kernel`, `name/bias` and so on, in the shapes
 * given below. A family whose network is no such chain tells none, and is refused by the formats that need one.
 */

/** Of an activation behind a layer; the sigmoid and tanh inside recurrent layers are their own. */
export type Activation = 'linear' | 'relu' | 'tanh' | 'sigmoid'

interface RecurrentLayer {
  readonly name: string
  readonly inputSize: number
  readonly units: number
  /** Layer normalisation inside the recurrence: no other program has it. */
  readonly normalised: boolean
  readonly recurrentDropout: number
}

/** kernel [inputSize + units, 4 * units], bias and recurrent_bias [4 * units]; gates input, forget, cell, output. */
export interface LstmDescription extends RecurrentLayer {
  readonly kind: 'lstm'
}

/**
 * kernel [inputSize, 3 * units], recurrent_kernel [units, 3 * units], bias and recurrent_bias [3 * units]; gates reset,
 * update, new. The reset gate multiplies what the state has become in the product, as in PyTorch.
 */
export interface GruDescription extends RecurrentLayer {
  readonly kind: 'gru'
}

/** The same linear map at every step: kernel [inputSize, outputSize], bias [outputSize]. */
export interface DenseDescription {
  readonly kind: 'dense'
  readonly name: string
  readonly inputSize: number
  readonly outputSize: number
  readonly activation: Activation
}

/**
 * A convolution over past and present steps, zeros before the first: kernel [kernelSize, inputSize, outputSize], whose
 * last row meets the present step, and bias [outputSize].
 */
export interface CausalConvolutionDescription {
  readonly kind: 'causal-convolution'
  readonly name: string
  readonly inputSize: number
  readonly outputSize: number
  readonly kernelSize: number
  readonly dilation: number
  readonly activation: Activation
}

/** The identity outside training. */
export interface DropoutDescription {
  readonly kind: 'dropout'
  readonly rate: number
}

export type Layer =
  LstmDescription | GruDescription | DenseDescription | CausalConvolutionDescription | DropoutDescription
export type LayerKind = Layer['kind']
export type LayerOf<K extends LayerKind> = Extract<Layer, { kind: K }>
