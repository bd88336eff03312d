/** Small pieces that several families share. */
import { choice, float, int, type ParamValues } from '../../core/params/params'
import type { Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import type { ForwardContext, NetworkShape, ParameterSpec } from './define'
import type { Layer } from './layers'

/** The parameter table of a stack of recurrent layers. */
export const recurrentParams = {
  layers: int({ label: 'Layers', low: 1, high: 4, default: 2 }),
  units: int({ label: 'Units', low: 1, high: 512, log: true, default: 128 }),
  dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.2, hint: 'between layers, new at every step' }),
  recurrentDropout: float({
    label: 'Recurrent dropout',
    low: 0,
    high: 0.9,
    default: 0,
    hint: 'inside the recurrence, the same at every step'
  }),
  layerNorm: choice({ label: 'Layer normalisation', options: ['off', 'on'], default: 'off' })
}

export function linearParameters(name: string, inputCount: number, outputCount: number): ParameterSpec[] {
  const initialBound = 1 / Math.sqrt(inputCount) // PyTorch's
  return [
    { name: `${name}/kernel`, shape: [inputCount, outputCount], row: 'Linear layer', initialBound },
    { name: `${name}/bias`, shape: [outputCount], row: 'Linear layer', initialBound }
  ]
}

/** A stack of recurrent layers with dropout behind each, then one linear layer, as other programs are told of it. */
export function recurrentLayers(
  kind: 'lstm' | 'gru',
  names: readonly string[],
  { featureCount, outputCount }: NetworkShape,
  { units, dropout, recurrentDropout, layerNorm }: ParamValues<typeof recurrentParams>
): Layer[] {
  const common = { units, recurrentDropout, normalised: layerNorm === 'on' }
  return [
    ...names.flatMap((name, index): Layer[] => [
      { kind, name, inputSize: index === 0 ? featureCount : units, ...common },
      ...(dropout > 0 ? [{ kind: 'dropout', rate: dropout } as const] : [])
    ]),
    { kind: 'dense', name: 'linear', inputSize: units, outputSize: outputCount, activation: 'linear' }
  ]
}

/** A scale or shift of a layer normalisation, which starts as the identity. */
export function normParameter(
  name: string,
  row: string,
  { size, middle }: { size: number; middle: 0 | 1 }
): ParameterSpec {
  return { name, shape: [size], row, initialBound: 0, initialMiddle: middle }
}

/** The same linear map at every step. */
export function linear({ tf, weights }: ForwardContext, name: string, sequence: Tensor3D): Tensor3D {
  const [batch, steps, size] = sequence.shape
  const kernel = weights[`${name}/kernel`] as Tensor2D
  const flat = tf.reshape(sequence, [batch * steps, size])
  const mapped = tf.add(tf.matMul<Tensor2D>(flat, kernel), weights[`${name}/bias`] as Tensor1D)
  return tf.reshape(mapped, [batch, steps, kernel.shape[1]])
}
