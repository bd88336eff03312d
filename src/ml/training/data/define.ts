/** What a training loop needs of its data; the kinds of data stand beside this file. */
import type { Tensor2D, Tensor3D } from '../../engine/engine'
import type { HeadFigures, Heads } from '../heads'

/** What one step trains on. All tensors belong to whoever asked for them. */
export interface Batch {
  readonly input: Tensor3D // [batch, steps, features]
  readonly target: Tensor3D // [batch, steps, outputs]
  readonly state: readonly Tensor2D[]
  /** How much the loss of this batch counts in its epoch's mean. */
  readonly exampleCount: number
}

export interface ValidationFigures {
  readonly loss: number
  /** R² over everything that was held out. */
  readonly r2: number
  /** Of the answers beside the tone. */
  readonly heads?: HeadFigures
}

/** Where the data is, for a checkpoint: JSON, and arrays by name. */
export interface DataState {
  readonly json: unknown
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array>>
}

/** How long a training is, known before there is a network. */
export interface TrainingLength {
  readonly stepCount: number
  readonly stepsPerEpoch: number
  readonly epochCount: number
  /** Samples or ticks that go through the network in a whole step. */
  readonly samplesPerStep: number
}

export interface TrainingData extends TrainingLength {
  /** What the targets hold. */
  readonly heads: Heads
  /** The batch of a step, counted from 0. Steps are asked for in order, each once. */
  batch(step: number): Promise<Batch>
  /** The network's state after the step; it belongs to the data from here on. */
  keepState(state: readonly Tensor2D[]): void
  /** Measure the network as it is on what was held out. Changes nothing that later batches depend on. */
  validate(): Promise<ValidationFigures>
  /** SHA-256 of what was held out: another one means that the same request makes other data. */
  hash(): string
  state(): Promise<DataState>
  /** Throws RangeError for a state of other data. */
  restore(state: DataState): void
  dispose(): void
}
