/**
 * Recurrent layers as named float64 operands, with every option: plain loops for their output, finite differences for
 * their gradients, and the way through a kernel. Written from the equations; knows nothing of the kernels' layouts.
 */
import type { Random } from '../../core/random'
import type { Tensor, Tensor3D, TensorFlow } from '../engine/engine'
import { normEpsilon, type GruInputs, type Kernels, type LstmInputs } from './kernels'
import type { Shape } from './reference-layers.testing'

export interface LayerCase {
  readonly cell: 'lstm' | 'gru'
  readonly shape: Shape
  readonly operands: Readonly<Record<string, Float64Array>>
}

export interface LayerOptions {
  readonly mask?: boolean
  readonly norm?: boolean
}

/** What is a constant of the layer: no gradient is asked for it. */
const constants = ['initialHidden', 'initialCell', 'recurrentMask']

/** The shape of every operand. */
export function operandShapes(
  cell: 'lstm' | 'gru',
  { batch, steps, features, units }: Shape
): Record<string, number[]> {
  const common = { input: [batch, steps, features], initialHidden: [batch, units], recurrentMask: [batch, units] }
  const columns = (cell === 'lstm' ? 4 : 3) * units
  const scales = { inputScale: [columns], recurrentScale: [columns] }
  if (cell === 'gru') {
    const kernels = { kernel: [features, columns], recurrentKernel: [units, columns] }
    return { ...common, ...kernels, bias: [columns], recurrentBias: [columns], ...scales }
  }
  const weights = { initialCell: [batch, units], kernel: [features + units, columns], bias: [columns] }
  return { ...common, ...weights, ...scales, cellScale: [units], cellShift: [units] }
}

export function randomCase(random: Random, cell: 'lstm' | 'gru', shape: Shape, options: LayerOptions): LayerCase {
  const { features, units } = shape
  const draw: Record<string, () => number> = {
    kernel: () => random.normal() / Math.sqrt(cell === 'lstm' ? features + units : features),
    recurrentKernel: () => random.normal() / Math.sqrt(units),
    bias: () => 0.3 * random.normal(),
    recurrentBias: () => 0.3 * random.normal(),
    recurrentMask: () => (random.uniform() < 0.3 ? 0 : 1 / 0.7),
    inputScale: () => 1 + 0.3 * random.normal(),
    // Below 1: a normalised recurrence is chaotic otherwise, and no two precisions agree after a hundred steps.
    recurrentScale: () => 0.4 + 0.1 * random.normal(),
    cellScale: () => 1 + 0.3 * random.normal(),
    cellShift: () => 0.3 * random.normal()
  }
  const isUsed = (name: string) => {
    if (name === 'recurrentMask') return options.mask
    return options.norm || !['inputScale', 'recurrentScale', 'cellScale', 'cellShift'].includes(name)
  }
  const entries = Object.entries(operandShapes(cell, shape)).filter(([name]) => isUsed(name))
  // Numbers that float32 holds exactly, so that both sides start from the same ones.
  const fill = (name: string, size: number) =>
    Float64Array.from({ length: size }, () => Math.fround((draw[name] ?? (() => random.normal()))()))
  const operands = entries.map(([name, dimensions]) => [
    name,
    fill(
      name,
      dimensions.reduce((a, b) => a * b)
    )
  ])
  return { cell, shape, operands: Object.fromEntries(operands) }
}

/** Output [batch, steps, units] and, by names, the gradients of sum(output * outputGradient). */
export function runCase(tf: TensorFlow, kernels: Kernels, layer: LayerCase, outputGradient: Float64Array) {
  return tf.tidy(() => {
    const shapes = operandShapes(layer.cell, layer.shape)
    const inputs = Object.fromEntries(
      Object.entries(layer.operands).map(([name, values]) => [name, tf.tensor(Float32Array.from(values), shapes[name])])
    )
    const { batch, steps, units } = layer.shape
    const gradient = tf.tensor(Float32Array.from(outputGradient), [batch, steps, units]) as Tensor3D
    const read = (tensors: object) =>
      Object.fromEntries(
        Object.entries(tensors)
          .filter(([, tensor]) => tensor !== undefined)
          .map(([name, tensor]) => [name, (tensor as Tensor).dataSync() as Float32Array])
      )
    if (layer.cell === 'lstm') {
      const given = inputs as unknown as LstmInputs
      const { saved, ...outputs } = kernels.lstmForward(given, true)
      return { ...read(outputs), gradients: read(kernels.lstmBackward(given, { ...outputs, saved }, gradient, true)) }
    }
    const given = inputs as unknown as GruInputs
    const { saved, ...outputs } = kernels.gruForward(given, true)
    return { ...read(outputs), gradients: read(kernels.gruBackward(given, { ...outputs, saved }, gradient, true)) }
  }) as unknown as { output: Float32Array; finalHidden: Float32Array; gradients: Record<string, Float32Array> }
}

/** The output [batch, steps, units] in plain float64 loops. */
export function loopOutput({ cell, shape, operands }: LayerCase): Float64Array {
  const { batch, steps, features, units } = shape
  const { initialHidden, initialCell, recurrentMask } = operands
  const output = new Float64Array(batch * steps * units)
  const next = cell === 'lstm' ? lstmStep : gruStep
  for (let b = 0; b < batch; b += 1) {
    const rowOf = (values: Float64Array) => values.slice(b * units, (b + 1) * units)
    let state: State = { hidden: rowOf(initialHidden), cell: initialCell ? rowOf(initialCell) : new Float64Array(0) }
    for (let t = 0; t < steps; t += 1) {
      const x = operands.input.subarray((b * steps + t) * features, (b * steps + t + 1) * features)
      const mask = recurrentMask?.subarray(b * units)
      const entering = state.hidden.map((value, u) => (mask ? value * mask[u] : value))
      state = next(operands, x, entering, state)
      output.set(state.hidden, (b * steps + t) * units)
    }
  }
  return output
}

interface State {
  hidden: Float64Array
  cell: Float64Array
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

function lstmStep(o: LayerCase['operands'], x: Float64Array, entering: Float64Array, { cell }: State): State {
  const units = entering.length
  const split = x.length * 4 * units
  const fromInput = scaled(product(x, o.kernel.subarray(0, split)), o.inputScale, [4 * units])
  const fromState = scaled(product(entering, o.kernel.subarray(split)), o.recurrentScale, [4 * units])
  const z = fromInput.map((value, at) => value + fromState[at] + o.bias[at])
  const gate = (index: number, u: number) => z[index * units + u]
  const nextCell = cell.map((c, u) => sigmoid(gate(1, u)) * c + sigmoid(gate(0, u)) * Math.tanh(gate(2, u)))
  const shown = scaled(nextCell, o.cellScale, [units]).map((value, u) => value + (o.cellShift?.[u] ?? 0))
  return { hidden: shown.map((value, u) => sigmoid(gate(3, u)) * Math.tanh(value)), cell: nextCell }
}

function gruStep(o: LayerCase['operands'], x: Float64Array, entering: Float64Array, { hidden, cell }: State): State {
  const units = entering.length
  const a = scaled(product(x, o.kernel), o.inputScale, [2 * units, units]).map((value, at) => value + o.bias[at])
  const r = scaled(product(entering, o.recurrentKernel), o.recurrentScale, [2 * units, units])
  const b = r.map((value, at) => value + o.recurrentBias[at])
  const next = hidden.map((before, u) => {
    const reset = sigmoid(a[u] + b[u])
    const update = sigmoid(a[units + u] + b[units + u])
    return update * before + (1 - update) * Math.tanh(a[2 * units + u] + reset * b[2 * units + u])
  })
  return { hidden: next, cell }
}

function product(row: Float64Array, matrix: Float64Array): Float64Array {
  const columns = matrix.length / row.length
  const sums = new Float64Array(columns)
  for (let k = 0; k < row.length; k += 1) {
    for (let column = 0; column < columns; column += 1) sums[column] += row[k] * matrix[k * columns + column]
  }
  return sums
}

/** Layer normalisation of groups of columns; the identity without a scale. */
function scaled(values: Float64Array, scale: Float64Array | undefined, groups: readonly number[]): Float64Array {
  if (!scale) return values
  const result = new Float64Array(values.length)
  let start = 0
  for (const length of groups) {
    const group = values.subarray(start, start + length)
    const mean = group.reduce((sum, value) => sum + value, 0) / length
    const variance = group.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length
    group.forEach((value, at) => {
      result[start + at] = ((value - mean) / Math.sqrt(variance + normEpsilon)) * scale[start + at]
    })
    start += length
  }
  return result
}

/**
 * For every operand that has a gradient: how far the gradient found is from a central difference of the plain loops along
 * a random direction, in units of the gradient's length (a right gradient's error in that direction has about that size).
 */
export function gradientErrors(
  random: Random,
  layer: LayerCase,
  outputGradient: Float64Array,
  gradients: Readonly<Record<string, ArrayLike<number>>>
): Record<string, number> {
  const errors: Record<string, number> = {}
  for (const [name, values] of Object.entries(layer.operands)) {
    if (constants.includes(name)) continue
    const direction = values.map(() => random.normal())
    const lossAt = (distance: number) => {
      const moved = values.map((value, at) => value + distance * direction[at])
      const output = loopOutput({ ...layer, operands: { ...layer.operands, [name]: moved } })
      return output.reduce((sum, value, at) => sum + value * outputGradient[at], 0)
    }
    const size = 1e-5
    const expected = (lossAt(size) - lossAt(-size)) / (2 * size)
    const found = gradients[name]
    if (found?.length !== values.length) throw new Error(`no gradient for ${name}`)
    const along = values.reduce((sum, _, at) => sum + found[at] * direction[at], 0)
    const length = Math.sqrt(values.reduce((sum, _, at) => sum + found[at] ** 2, 0))
    errors[name] = Math.abs(along - expected) / (length + 1e-9)
  }
  return errors
}
