import { expect, test } from 'vitest'
import { Random } from '../../core/random'
import type { Tensor1D, Tensor2D } from '../engine/engine'
import { loadEngine } from '../engine/tensorflow'
import { linearLayer } from './linear-layer'
import { loadNativeKernels } from './native-kernels'
import { tensorFlowKernels } from './tensorflow-kernels'

const { tf, kernels } = loadEngine()
const native = loadNativeKernels(tf)
const random = new Random(11)
const drawn = (count: number) => Float32Array.from({ length: count }, () => random.normal())

const givenOf = (rows: number, features: number, outputs: number) => ({
  values: tf.tensor2d(drawn(rows * features), [rows, features]),
  kernel: tf.tensor2d(drawn(features * outputs), [features, outputs]),
  bias: tf.tensor1d(drawn(outputs))
})
type Given = ReturnType<typeof givenOf>

/** In float64. */
function plain({ values, kernel, bias }: Given): number[] {
  const [rows, features] = values.shape
  const outputs = kernel.shape[1]
  const [x, w, b] = [values, kernel, bias].map((tensor) => tensor.dataSync())
  return Array.from({ length: rows * outputs }, (_, at) => {
    const [row, output] = [Math.floor(at / outputs), at % outputs]
    let sum = b[output]
    for (let k = 0; k < features; k += 1) sum += x[row * features + k] * w[k * outputs + output]
    return sum
  })
}

const largest = (found: ArrayLike<number>, expected: readonly number[]) =>
  expected.reduce((most, value, at) => Math.max(most, Math.abs(value - found[at])), 0)

test.each([
  [1, 1, 1],
  [3, 5, 2],
  [64, 16, 1],
  [129, 131, 16],
  [50, 40, 17],
  [3200, 128, 1]
])('%i rows of %i values and %i outputs equal plain loops', (rows, features, outputs) => {
  const given = givenOf(rows, features, outputs)
  const expected = plain(given)
  for (const each of [kernels, tensorFlowKernels(tf)]) {
    const found = each.linear(given)
    expect(found.shape).toEqual([rows, outputs])
    expect(largest(found.dataSync(), expected)).toBeLessThan(1e-4)
  }
})

test('its gradients are those of a product and a sum', () => {
  const given = givenOf(37, 21, 3)
  const weigh = tf.tensor2d(drawn(37 * 3), [37, 3])
  const by = [given.values, given.kernel, given.bias]
  const ofLayer = tf.grads((values, kernel, bias) =>
    linearLayer(
      { tf, kernels, training: true },
      { values: values as Tensor2D, kernel: kernel as Tensor2D, bias: bias as Tensor1D }
    )
  )(by, weigh)
  const ofTensorFlow = tf.grads((values, kernel, bias) =>
    tf.add(tf.matMul(values as Tensor2D, kernel as Tensor2D), bias)
  )(by, weigh)
  ofLayer.forEach((gradient, index) => {
    expect(gradient.shape).toEqual(ofTensorFlow[index].shape)
    expect(largest(gradient.dataSync(), Array.from(ofTensorFlow[index].dataSync()))).toBeLessThan(1e-5)
  })
})

if ('missing' in native) {
  test.skip(`native kernels: ${native.missing}`)
} else {
  const { addon } = native

  test('every instruction set gives it; threads and the rows beside a row change no bit', () => {
    const before = { instructionSet: addon.instructionSet(), threads: addon.threads() }
    const given = givenOf(1003, 67, 5)
    const expected = plain(given)
    try {
      for (const instructionSet of addon.instructionSets) {
        addon.setInstructionSet(instructionSet)
        const [found, ...others] = [1, 2, 5].map((threads) => {
          addon.setThreads(threads)
          return native.linear(given).dataSync()
        })
        expect(largest(found, expected)).toBeLessThan(1e-4)
        for (const other of others) expect(other).toEqual(found)
        const alone = native.linear({ ...given, values: tf.slice(given.values, [501, 0], [1, 67]) }).dataSync()
        expect(alone).toEqual(found.slice(501 * 5, 502 * 5))
      }
    } finally {
      addon.setInstructionSet(before.instructionSet)
      addon.setThreads(before.threads)
    }
  })

  test('what does not fit is refused in a sentence', () => {
    const { values, kernel, bias } = givenOf(4, 3, 2)
    const wrong = tf.tensor2d(drawn(8), [4, 2])
    expect(() => native.linear({ values, kernel: wrong, bias })).toThrow(/kernel/)
    expect(() => native.linear({ values, kernel, bias: tf.tensor1d(drawn(3)) })).toThrow(/bias/)
  })
}
