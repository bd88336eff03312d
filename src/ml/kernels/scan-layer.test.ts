import { beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '../engine/engine'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import type { Kernels } from './kernels'
import { loadNativeKernels } from './native-kernels'
import { scanLayer } from './scan-layer'
import { tensorFlowKernels } from './tensorflow-kernels'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const random = new Random(3)
const drawn = (count: number, size = 1) => Float32Array.from({ length: count }, () => size * random.normal())

describe.each(['chosen', 'tensorflow'])('on %s kernels', (which) => {
  const kernels = (): Kernels => (which === 'chosen' ? engine.kernels : tensorFlowKernels(engine.tf))

  test.each([
    [1, 1, 1],
    [3, 13, 5],
    [2, 64, 17],
    [4, 200, 64]
  ])('a recurrence of %i streams, %i steps and %i units equals plain loops', (batch, steps, units) => {
    const { tf } = engine
    const size = 2 * units
    const [values, initial] = [drawn(batch * steps * size), drawn(batch * size)]
    const turns = drawn(units)
    const factor = Float32Array.from([
      ...turns.map((turn) => 0.95 * Math.cos(turn)),
      ...turns.map((turn) => 0.95 * Math.sin(turn))
    ])
    const given = {
      values: tf.tensor3d(values, [batch, steps, size]),
      factor: tf.tensor1d(factor),
      initial: tf.tensor2d(initial, [batch, size])
    }
    for (const direction of ['forward', 'backward'] as const) {
      const found = kernels()
        .scan({ ...given, direction })
        .dataSync()
      const expected = plainScan(direction === 'backward')
      expect(Math.max(...expected.map((value, index) => Math.abs(found[index] - value)))).toBeLessThan(1e-4)
    }

    function plainScan(isBackward: boolean): number[] {
      const result = new Array<number>(batch * steps * size).fill(0)
      for (let stream = 0; stream < batch; stream += 1) {
        for (let unit = 0; unit < units; unit += 1) {
          let real = initial[stream * size + unit]
          let imaginary = initial[stream * size + units + unit]
          for (let step = 0; step < steps; step += 1) {
            const at = (stream * steps + (isBackward ? steps - 1 - step : step)) * size + unit
            const turned = factor[unit] * imaginary + factor[units + unit] * real
            real = values[at] + factor[unit] * real - factor[units + unit] * imaginary
            imaginary = values[at + units] + turned
            result[at] = real
            result[at + units] = imaginary
          }
        }
      }
      return result
    }
  })

  test('its gradients are those of small changes', () => {
    const { tf } = engine
    const [batch, steps, units] = [2, 9, 3]
    const size = 2 * units
    const initial = tf.tensor2d(drawn(batch * size), [batch, size])
    const weigh = tf.tensor3d(drawn(batch * steps * size), [batch, steps, size])
    const values = tf.tensor3d(drawn(batch * steps * size), [batch, steps, size])
    const factor = tf.tensor1d(drawn(size, 0.4))
    const loss = (values: Tensor, factor: Tensor) => {
      const given = { values: values as Tensor3D, factor: factor as Tensor1D, initial: initial as Tensor2D }
      const { states, final } = scanLayer({ tf, kernels: kernels(), training: true }, given)
      final.dispose()
      return tf.sum(tf.mul(states, weigh)) as Scalar
    }
    const gradients = tf.grads(loss)([values, factor])
    ;[values, factor].forEach((operand, which) => {
      const gradient = gradients[which].dataSync()
      const flat = operand.dataSync()
      for (let index = 0; index < flat.length; index += 1) {
        const changed = (by: number) => {
          const moved = flat.slice()
          moved[index] += by
          const operands: [Tensor, Tensor] = [values, factor]
          operands[which] = tf.tensor(moved, operand.shape)
          return loss(...operands).dataSync()[0]
        }
        expect(gradient[index]).toBeCloseTo((changed(0.01) - changed(-0.01)) / 0.02, 1)
      }
    })
  })
})

test('every instruction set and every number of threads gives the recurrence; threads to the bit', () => {
  const { tf } = engine
  const native = loadNativeKernels(tf)
  if ('missing' in native) return
  const { addon } = native
  const before = { instructionSet: addon.instructionSet(), threads: addon.threads() }
  const [batch, steps, units] = [37, 60, 21]
  const inputs = {
    values: tf.tensor3d(drawn(batch * steps * 2 * units), [batch, steps, 2 * units]),
    factor: tf.tensor1d(drawn(2 * units, 0.2)),
    initial: tf.tensor2d(drawn(batch * 2 * units), [batch, 2 * units])
  }
  const expected = tensorFlowKernels(tf)
    .scan({ ...inputs, direction: 'backward' })
    .dataSync<'float32'>()
  try {
    for (const instructionSet of addon.instructionSets) {
      addon.setInstructionSet(instructionSet)
      const found = [1, 2, 5].map((threads) => {
        addon.setThreads(threads)
        return native.scan({ ...inputs, direction: 'backward' }).dataSync<'float32'>()
      })
      expect(found[1]).toEqual(found[0])
      expect(found[2]).toEqual(found[0])
      expect(Math.max(...expected.map((value, index) => Math.abs(value - found[0][index])))).toBeLessThan(1e-4)
    }
  } finally {
    addon.setInstructionSet(before.instructionSet)
    addon.setThreads(before.threads)
  }
})
