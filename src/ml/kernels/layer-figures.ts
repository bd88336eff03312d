/**
 * What this process's kernels make of two known layers, and how long a training step of theirs takes: the numbers by which
 * `siglab doctor --gpu` holds one device to another. Knows nothing of commands.
 */
import { Random } from '../../core/random'
import type { Tensor, Tensor3D, TensorFlow } from '../engine/engine'
import type { GruInputs, Kernels, LstmInputs } from './kernels'

export interface LayerFigures {
  /** Output, final states and gradients, each thinned to at most so many values. */
  readonly values: Readonly<Record<string, readonly number[]>>
  /** The best of five runs of forward and backward, ready on the host. */
  readonly milliseconds: number
}

const shape = { batch: 64, steps: 50, features: 128, units: 128 }
const mostValues = 2000

export function layerFigures(tf: TensorFlow, kernels: Kernels): Record<'lstm' | 'gru', LayerFigures> {
  return { lstm: figuresOf(tf, kernels, 'lstm'), gru: figuresOf(tf, kernels, 'gru') }
}

function figuresOf(tf: TensorFlow, kernels: Kernels, cell: 'lstm' | 'gru'): LayerFigures {
  const random = new Random(5)
  const { batch, steps, features, units } = shape
  const columns = (cell === 'lstm' ? 4 : 3) * units
  const draw = (dimensions: number[], scale: number) => {
    const size = dimensions.reduce((a, b) => a * b)
    return tf.tensor(
      Float32Array.from({ length: size }, () => scale * random.normal()),
      dimensions
    )
  }
  const scale = 1 / Math.sqrt(features + units)
  const common = { input: draw([batch, steps, features], 1), initialHidden: draw([batch, units], 0.5) }
  const operands =
    cell === 'lstm'
      ? {
          ...common,
          initialCell: draw([batch, units], 1),
          kernel: draw([features + units, columns], scale),
          bias: draw([columns], 0.3)
        }
      : {
          ...common,
          kernel: draw([features, columns], scale),
          recurrentKernel: draw([units, columns], scale),
          bias: draw([columns], 0.3),
          recurrentBias: draw([columns], 0.3)
        }
  const gradient = draw([batch, steps, units], 1) as Tensor3D
  let milliseconds = Infinity
  let values: LayerFigures['values'] = {}
  for (let round = 0; round < 6; round += 1) {
    const started = performance.now()
    values = tf.tidy(() => read(runLayer(kernels, cell, operands, gradient)))
    if (round > 0) milliseconds = Math.min(milliseconds, performance.now() - started)
  }
  tf.dispose([Object.values(operands), gradient])
  return { values, milliseconds }
}

function runLayer(
  kernels: Kernels,
  cell: 'lstm' | 'gru',
  operands: object,
  gradient: Tensor3D
): Record<string, Tensor> {
  if (cell === 'lstm') {
    const inputs = operands as LstmInputs
    const outputs = kernels.lstmForward(inputs, true)
    const { output, finalHidden, finalCell } = outputs
    const found = kernels.lstmBackward(inputs, outputs, gradient, true)
    return { output, finalHidden, finalCell, ...prefixed(found) }
  }
  const inputs = operands as GruInputs
  const outputs = kernels.gruForward(inputs, true)
  const found = kernels.gruBackward(inputs, outputs, gradient, true)
  return { output: outputs.output, finalHidden: outputs.finalHidden, ...prefixed(found) }
}

function prefixed(gradients: object): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [`gradient of ${name}`, tensor]))
}

function read(tensors: Record<string, Tensor>): Record<string, number[]> {
  const thinned = Object.entries(tensors).map(([name, tensor]) => {
    const all = tensor.dataSync<'float32'>()
    const step = Math.max(1, Math.floor(all.length / mostValues))
    return [name, Array.from({ length: Math.floor(all.length / step) }, (_, index) => all[index * step])]
  })
  return Object.fromEntries(thinned)
}

/** The largest difference between two devices' figures of one layer, by name, relative where values are above 1. */
export function largestDifferences(found: LayerFigures, expected: LayerFigures): Record<string, number> {
  return Object.fromEntries(
    Object.entries(expected.values).map(([name, values]) => {
      const differences = values.map((value, index) => {
        const difference = Math.abs(value - found.values[name]?.[index]) / Math.max(1, Math.abs(value))
        return Number.isNaN(difference) ? Infinity : difference
      })
      return [name, Math.max(...differences)]
    })
  )
}
