/**
 * What a model family is: its name, its parameters, the tensors it owns and how they turn an input into an output.
 *
 * A family is one file beside this one. It gets TensorFlow and the kernels handed in and imports neither.
 */
import type { Random } from '../../core/random'
import type { ParamTable, ParamValues } from '../../core/params/params'
import type { Tensor, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import type { Kernels } from '../kernels/kernels'
import type { Layer } from './layers'

export interface NetworkShape {
  readonly featureCount: number
  readonly outputCount: number
  /** How many tones can be chosen; absent where nobody chooses. */
  readonly selectorCount?: number
  /** The angle of each selector's tone from one step to the next, in radians; absent where steps are not samples of a mix. */
  readonly turns?: readonly number[]
}

/** One tensor that training changes. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  /** The row under which the parameter table counts it. */
  readonly row: string
  /** Bound of the uniform distribution that it starts from. */
  readonly initialBound: number
  /** The middle of that distribution; 0 if absent. */
  readonly initialMiddle?: number
}

export interface ForwardContext {
  readonly tf: TensorFlow
  readonly kernels: Kernels
  /** True if gradients will be asked for. */
  readonly training: boolean
  /** True if the gradient of the input itself will be asked for. */
  readonly needsInputGradient: boolean
  readonly weights: Readonly<Record<string, Tensor>>
  /** A tensor made of weights alone: outside training it is made once and kept until they change. */
  derived<T extends Tensor>(name: string, make: () => T): T
  /** One tensor for each of `stateSizes`, as it was after the step before. */
  readonly state: readonly Tensor2D[] // each [batch, size]
  /** Identity unless training. */
  dropout<T extends Tensor>(values: T, rate: number): T
  /** A mask of zeros and 1 / (1 - rate), for a dropout that is the same at every step; undefined unless training. */
  dropoutMask(shape: readonly [batch: number, size: number], rate: number): Tensor2D | undefined
  /** Present while somebody looks inside: takes a tensor by name, such as attention weights. Makes its own copy. */
  readonly inspect?: (name: string, values: Tensor) => void
  /** Hand over the state after the last step, in the order of `stateSizes`. */
  keepState(state: readonly Tensor2D[]): void
}

/** A network of fixed shape, without weights. */
export interface Network {
  readonly parameters: readonly ParameterSpec[]
  /** Sizes of what is carried from one block to the next. */
  readonly stateSizes: readonly number[]
  /** The layers in the order of their computation, for other programs; absent where it is no chain of layers they know. */
  readonly layers?: readonly Layer[]
  forward(input: Tensor3D, context: ForwardContext): Tensor3D // [batch, steps, features] -> [batch, steps, outputs]
}

export interface Architecture<P extends ParamTable = ParamTable> {
  readonly id: string
  readonly title: string
  readonly family: 'recurrent' | 'linear recurrence' | 'convolutional' | 'attention' | 'dense'
  readonly params: P
  /** True if an output depends on past and present inputs only: such a network can run live. */
  causal(params: ParamValues<P>): boolean
  build(shape: NetworkShape, params: ParamValues<P>): Network
  /** How many input steps one output can see; Infinity for a carried state. */
  receptiveFieldSteps(params: ParamValues<P>): number
  /** The only number of steps that it can read at once; absent where any will do. */
  fixedSteps?(params: ParamValues<P>): number
}

/** What a family's file says: `causal` may be one word where no parameter changes it. */
export type ArchitectureDefinition<P extends ParamTable> = Omit<Architecture<P>, 'causal'> & {
  readonly causal: boolean | ((params: ParamValues<P>) => boolean)
}

/** Keeps the parameter table's types for `build`. */
export function defineArchitecture<P extends ParamTable>(definition: ArchitectureDefinition<P>): Architecture {
  const { causal } = definition
  const architecture: Architecture<P> = {
    ...definition,
    causal: typeof causal === 'function' ? causal : () => causal
  }
  return architecture as unknown as Architecture
}

export function parameterCountOf(network: Network): number {
  return network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
}

/** A layer as tables count it. */
export interface ParameterRow {
  readonly row: string
  readonly count: number
  /** Of each of its tensors. */
  readonly shapes: number[][]
}

/** Counts and shapes of each row, in the order in which the rows appear. */
export function parameterRows(network: Network): ParameterRow[] {
  const rows = new Map<string, ParameterRow>()
  for (const { row, shape } of network.parameters) {
    const { count, shapes } = rows.get(row) ?? { count: 0, shapes: [] }
    rows.set(row, { row, count: count + sizeOf(shape), shapes: [...shapes, [...shape]] })
  }
  return [...rows.values()]
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** Fresh weights as one vector, in the order of `parameters`. */
export function initialWeights(network: Network, random: Random): Float32Array {
  const weights = new Float32Array(parameterCountOf(network))
  let at = 0
  for (const { shape, initialBound, initialMiddle = 0 } of network.parameters) {
    for (const end = at + sizeOf(shape); at < end; at += 1)
      weights[at] = initialMiddle + random.uniform(-initialBound, initialBound)
  }
  return weights
}
