/**
 * Stacks of recurrent layers, whatever their cell: the parameter table, dropout, residual connections and
 * squeeze-and-excitation are the same for all.
 */
import { choice, float, int, type ParamValues } from '../../core/params/params'
import type { Tensor2D, Tensor3D } from '../engine/engine'
import { linearPart } from './blocks'
import type { ForwardContext, Network, NetworkShape, ParameterSpec } from './define'
import type { Layer } from './layers'
import { networkOfParts, partsInRow, type Part } from './parts'
import { squeezeExcitation } from './squeeze-excitation'

const onOff = ['off', 'on'] as const

export const recurrentParams = {
  layers: int({ label: 'Layers', low: 1, high: 4, default: 2 }),
  units: int({ label: 'Units', low: 1, high: 512, log: true, default: 128 }),
  sizing: choice({
    label: 'Size',
    options: ['units', 'auto'],
    default: 'units',
    hint: 'auto takes 128 units for up to 4 selectors, 256 for up to 8, else 512'
  }),
  dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.2, hint: 'between layers, new at every step' }),
  recurrentDropout: float({
    label: 'Recurrent dropout',
    low: 0,
    high: 0.9,
    default: 0,
    hint: 'inside the recurrence, the same at every step'
  }),
  layerNorm: choice({ label: 'Layer normalisation', options: onOff, default: 'off' }),
  residual: choice({
    label: 'Residual connections',
    options: onOff,
    default: 'off',
    hint: 'from the second layer on, its input is added to its output'
  }),
  squeezeExcitation: choice({
    label: 'Squeeze and excitation',
    options: onOff,
    default: 'off',
    hint: 'weighs the channels by their running means'
  })
}

export type RecurrentSettings = ParamValues<typeof recurrentParams>

/** One kind of cell: its tensors and how one layer of it runs. */
export interface Cell {
  /** Of the layers' names: lstm1, lstm2. */
  readonly prefix: string
  /** Under which name other programs know it; absent where they do not. */
  readonly kind?: 'lstm' | 'gru'
  /** States of one layer, each of `units`. */
  readonly stateCount: number
  parameters(name: string, sizes: { inputCount: number; units: number; layer: number }): CellParameters
  /** `recurrentMask` is absent outside training; `state` is the layer's own. */
  forward(context: ForwardContext, layer: CellInputs): { output: Tensor3D; state: readonly Tensor2D[] }
}

export interface CellParameters {
  readonly main: readonly ParameterSpec[]
  /** Behind those of all layers and of the last linear one. */
  readonly late?: readonly ParameterSpec[]
  /** Of layer normalisation. */
  readonly norm: readonly ParameterSpec[]
}

export interface CellInputs {
  readonly name: string
  readonly input: Tensor3D // [batch, steps, features]
  readonly state: readonly Tensor2D[]
  readonly recurrentMask: Tensor2D | undefined // [batch, units]
  readonly needsInputGradient: boolean
}

/** <= 4 selectors: 128 units, <= 8: 256, else 512; for 1 to 16 selectors. */
export function adaptiveUnits(selectorCount: number): number {
  if (!(Number.isInteger(selectorCount) && selectorCount >= 1 && selectorCount <= 16)) {
    throw new RangeError(`Automatic size takes 1 to 16 selectors. Received: ${selectorCount}.`)
  }
  return selectorCount <= 4 ? 128 : selectorCount <= 8 ? 256 : 512
}

/** The units that a stack has for this task. */
export function unitsOf({ units, sizing }: RecurrentSettings, { selectorCount = 4 }: NetworkShape): number {
  return sizing === 'auto' ? adaptiveUnits(selectorCount) : units
}

/** The layers and a linear one behind them. */
export function recurrentNetwork(cell: Cell, shape: NetworkShape, settings: RecurrentSettings): Network {
  const units = unitsOf(settings, shape)
  return networkOfParts([
    recurrentLayers(cell, { ...settings, units, inputCount: shape.featureCount, isFirst: true }),
    linearPart('linear', units, shape.outputCount)
  ])
}

export interface LayersPlan extends RecurrentSettings {
  readonly inputCount: number
  /** True if nothing that is trained stands before them. */
  readonly isFirst: boolean
}

/** The layers alone, `units` wide. */
export function recurrentLayers(cell: Cell, plan: LayersPlan): Part {
  return partsInRow(Array.from({ length: plan.layers }, (_, layer) => layerPart(cell, plan, layer)))
}

function layerPart(cell: Cell, plan: LayersPlan, layer: number): Part {
  const { units, dropout, recurrentDropout } = plan
  const name = `${cell.prefix}${layer + 1}`
  const inputCount = layer === 0 ? plan.inputCount : units
  const { main, late = [], norm } = cell.parameters(name, { inputCount, units, layer })
  const excitation = plan.squeezeExcitation === 'on' ? squeezeExcitation(`${name}/excitation`, units) : undefined
  const hasResidual = plan.residual === 'on' && inputCount === units
  const cellStates = Array.from({ length: cell.stateCount }, () => units)
  return {
    parameters: main,
    lateParameters: [...late, ...(plan.layerNorm === 'on' ? norm : []), ...(excitation?.parameters ?? [])],
    stateSizes: [...cellStates, ...(excitation?.stateSizes ?? [])],
    layers: hasResidual || excitation ? undefined : describe(cell, plan, { name, inputCount }),
    forward(input, context, state) {
      const recurrentMask = context.dropoutMask([input.shape[0], units], recurrentDropout)
      const needsInputGradient = layer > 0 || !plan.isFirst || context.needsInputGradient
      const given = { name, input, state: state.slice(0, cell.stateCount), recurrentMask, needsInputGradient }
      const ran = cell.forward(context, given)
      context.inspect?.(`${name}/hidden`, ran.output)
      const weighed = excitation?.forward(ran.output, context, state.slice(cell.stateCount))
      const dropped = context.dropout(weighed?.output ?? ran.output, dropout) // [batch, steps, units]
      return {
        output: hasResidual ? context.tf.add(dropped, input) : dropped,
        state: [...ran.state, ...(weighed?.state ?? [])]
      }
    }
  }
}

function describe(
  { kind }: Cell,
  { units, dropout, recurrentDropout, layerNorm }: LayersPlan,
  { name, inputCount }: { name: string; inputCount: number }
): Layer[] | undefined {
  if (!kind) return undefined
  const layer = { kind, name, inputSize: inputCount, units, recurrentDropout, normalised: layerNorm === 'on' } as const
  return dropout > 0 ? [layer, { kind: 'dropout', rate: dropout }] : [layer]
}
