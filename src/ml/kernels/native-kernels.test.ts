/** The native kernels against PyTorch, against plain float64 loops, and against themselves. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import type { Tensor, Tensor1D } from '../engine/engine'
import { loadEngine } from '../engine/tensorflow'
import { loadNativeKernels } from './native-kernels'
import {
  gruTensors,
  largestDifference,
  lstmTensors,
  randomGru,
  randomLstm,
  randomShape,
  runGru,
  runLstm,
  type GruRun,
  type LstmRun
} from './layers.testing'
import { gradientErrors, loopOutput, randomCase, runCase } from './layer-cases.testing'
import { referenceGru, referenceLstm, type Gru, type Lstm } from './reference-layers.testing'

const { tf } = loadEngine()
const kernels = loadNativeKernels(tf)
const fixture = (name: string) => JSON.parse(readFileSync(`fixtures/${name}.json`, 'utf8'))

test('a path that holds no addon is reported in a sentence', () => {
  const before = process.env.SIGNAL_LAB_KERNELS
  try {
    process.env.SIGNAL_LAB_KERNELS = '/nowhere/kernels.node'
    expect(loadNativeKernels(tf)).toEqual({ missing: expect.stringContaining('/nowhere/kernels.node') })
    process.env.SIGNAL_LAB_KERNELS = 'off'
    expect(loadNativeKernels(tf)).toEqual({ missing: expect.stringContaining('switched off') })
  } finally {
    if (before === undefined) delete process.env.SIGNAL_LAB_KERNELS
    else process.env.SIGNAL_LAB_KERNELS = before
  }
})

if ('missing' in kernels) {
  test.skip(`native kernels: ${kernels.missing}`)
} else {
  const { addon } = kernels
  const [bestSet] = addon.instructionSets
  const threads = addon.threads()

  afterEach(() => {
    addon.setThreads(threads)
    addon.setInstructionSet(bestSet)
  })

  const float64 = (values: readonly number[]) => Float64Array.from(values)
  const lstmOfFixture = (stored: Record<string, number[]> & { shape: Lstm['shape'] }): Lstm => ({
    shape: stored.shape,
    input: float64(stored.input),
    initialHidden: float64(stored.initialHidden),
    initialCell: float64(stored.initialCell),
    kernel: float64(stored.kernel),
    bias: float64(stored.bias)
  })

  const expectLstm = (found: LstmRun, expected: ReturnType<typeof referenceLstm>, tolerance: number) => {
    expect(largestDifference(found.output, expected.output)).toBeLessThan(tolerance)
    expect(largestDifference(found.finalHidden, expected.finalHidden)).toBeLessThan(tolerance)
    expect(largestDifference(found.finalCell, expected.finalCell)).toBeLessThan(tolerance)
    expect(largestDifference(found.gradients.input!, expected.gradients.input)).toBeLessThan(tolerance)
    expect(largestDifference(found.gradients.kernel, expected.gradients.kernel)).toBeLessThan(tolerance)
    expect(largestDifference(found.gradients.bias, expected.gradients.bias)).toBeLessThan(tolerance)
  }

  const expectGru = (found: GruRun, expected: ReturnType<typeof referenceGru>, tolerance: number) => {
    expect(largestDifference(found.output, expected.output)).toBeLessThan(tolerance)
    expect(largestDifference(found.finalHidden, expected.finalHidden)).toBeLessThan(tolerance)
    for (const name of ['input', 'kernel', 'recurrentKernel', 'bias', 'recurrentBias'] as const) {
      expect(largestDifference(found.gradients[name]!, expected.gradients[name])).toBeLessThan(tolerance)
    }
  }

  describe.each(addon.instructionSets)('%s', (instructionSet) => {
    const use = () => addon.setInstructionSet(instructionSet)

    test("an LSTM layer's output and every gradient equal PyTorch's", () => {
      use()
      const stored = fixture('lstm')
      const found = runLstm(tf, kernels, lstmOfFixture(stored), float64(stored.outputGradient))
      expectLstm(found, stored, 1e-5)
    })

    test("a GRU layer's output and every gradient equal PyTorch's", () => {
      use()
      const stored = fixture('gru')
      const gru: Gru = {
        shape: stored.shape,
        input: float64(stored.input),
        initialHidden: float64(stored.initialHidden),
        kernel: float64(stored.kernel),
        recurrentKernel: float64(stored.recurrentKernel),
        bias: float64(stored.bias),
        recurrentBias: float64(stored.recurrentBias)
      }
      expectGru(runGru(tf, kernels, gru, float64(stored.outputGradient)), stored, 1e-5)
    })

    test('layers of many shapes equal plain loops', () => {
      use()
      const random = new Random(11)
      for (let i = 0; i < 24; i += 1) {
        const shape = randomShape(random, { batch: 33, steps: 20, features: 40, units: 40 })
        addon.setThreads(1 + (i % 3))
        const lstm = randomLstm(random, shape)
        expectLstm(
          runLstm(tf, kernels, lstm.layer, lstm.outputGradient),
          referenceLstm(lstm.layer, lstm.outputGradient),
          1e-4
        )
        const gru = randomGru(random, shape)
        expectGru(runGru(tf, kernels, gru.layer, gru.outputGradient), referenceGru(gru.layer, gru.outputGradient), 1e-4)
      }
    })

    test('layers of the largest shapes equal plain loops', () => {
      use()
      const random = new Random(12)
      for (const shape of [
        { batch: 257, steps: 3, features: 3, units: 17 },
        { batch: 1, steps: 60, features: 130, units: 129 },
        { batch: 14, steps: 3, features: 128, units: 128 }
      ]) {
        const lstm = randomLstm(random, shape)
        expectLstm(
          runLstm(tf, kernels, lstm.layer, lstm.outputGradient),
          referenceLstm(lstm.layer, lstm.outputGradient),
          3e-4
        )
        const gru = randomGru(random, shape)
        expectGru(runGru(tf, kernels, gru.layer, gru.outputGradient), referenceGru(gru.layer, gru.outputGradient), 3e-4)
      }
    })

    test('masked and normed layers equal plain loops, and their gradients finite differences', () => {
      use()
      const random = new Random(22)
      for (const cell of ['lstm', 'gru'] as const) {
        for (const shape of [
          { batch: 51, steps: 3, features: 37, units: 65 },
          { batch: 2, steps: 21, features: 5, units: 33 }
        ]) {
          const layer = randomCase(random, cell, shape, { mask: true, norm: true })
          const size = shape.batch * shape.steps * shape.units
          const outputGradient = Float64Array.from({ length: size }, () => random.normal())
          const found = runCase(tf, kernels, layer, outputGradient)
          expect(largestDifference(found.output, loopOutput(layer))).toBeLessThan(1e-4)
          const errors = gradientErrors(random, layer, outputGradient, found.gradients)
          for (const error of Object.values(errors)) expect(error).toBeLessThan(1e-3)
        }
      }
    })

    test('the gates saturate and pass NaN and infinity as the plain equations do', () => {
      use()
      const { layer } = randomLstm(new Random(13), { batch: 4, steps: 1, features: 1, units: 5 })
      layer.kernel.fill(0, 0, 4 * 5)
      layer.kernel.set([1, 1, 1, 1, 1], 0) // the input reaches the input gate alone
      layer.input.set([Infinity, -Infinity, NaN, 1e30])
      const found = runLstm(tf, kernels, layer, new Float64Array(4 * 5).fill(1))
      const expected = referenceLstm(layer, new Float64Array(4 * 5).fill(1))
      expect([...found.finalCell].map(Number.isNaN)).toEqual([...expected.finalCell].map(Number.isNaN))
      const finite = (values: ArrayLike<number>) => Array.from(values).slice(3 * 5)
      expect(largestDifference(finite(found.finalCell), finite(expected.finalCell))).toBeLessThan(1e-5)
    })

    test('a NaN in one example stays out of the others, and reaches the weight gradients', () => {
      use()
      const { layer, outputGradient } = randomLstm(new Random(14), { batch: 9, steps: 4, features: 3, units: 5 })
      layer.input[3 * 4 * 3] = NaN
      const { output, gradients } = runLstm(tf, kernels, layer, outputGradient)
      const nanPerExample = Array.from(
        { length: 9 },
        (_, b) => output.slice(b * 20, b * 20 + 20).filter(Number.isNaN).length
      )
      expect(nanPerExample).toEqual([0, 0, 0, 20, 0, 0, 0, 0, 0])
      expect(gradients.bias.every(Number.isNaN)).toBe(true)
    })

    test('dropout draws the same mask everywhere', () => {
      use()
      const ones = tf.ones([70_001]) as Tensor1D
      const found = kernels.dropout(ones, 0.2, [1, 2])
      expect(checksum(found.dataSync())).toBe(expectedMaskChecksum)
      tf.dispose([ones, found])
    })
  })

  /** Sum of the positions that were dropped. */
  const checksum = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value, at) => (value === 0 ? sum + at : sum), 0)
  const expectedMaskChecksum = (() => {
    // The same hash in JavaScript's integers.
    const scramble = (x: number) => {
      x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
      x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
      return (x ^ (x >>> 16)) >>> 0
    }
    const limit = Math.floor(Math.fround(0.2) * 2 ** 24)
    const key = scramble(1)
    let sum = 0
    for (let at = 0; at < 70_001; at += 1) if (scramble((scramble((at ^ key) >>> 0) + 2) >>> 0) >>> 8 < limit) sum += at
    return sum
  })()

  test('a layer whose gradients are asked for with no need for the input gradient gives none', () => {
    const { layer, outputGradient } = randomLstm(new Random(15), { batch: 3, steps: 4, features: 5, units: 6 })
    const full = runLstm(tf, kernels, layer, outputGradient)
    const without = runLstm(tf, kernels, layer, outputGradient, false)
    expect(without.gradients.input).toBeUndefined()
    expect(without.gradients.kernel).toEqual(full.gradients.kernel)
  })

  test('inference gives the bits of training, for one step at a time too', () => {
    for (const units of [16, 30]) {
      const { layer } = randomLstm(new Random(16), { batch: 3, steps: 21, features: 4, units })
      const tensors = lstmTensors(tf, layer)
      const trained = kernels.lstmForward(tensors, true)
      const inferred = kernels.lstmForward(tensors, false)
      expect(inferred.saved).toEqual([])
      expect(inferred.output.dataSync()).toEqual(trained.output.dataSync())
      let { initialHidden, initialCell } = tensors
      for (let t = 0; t < 21; t += 1) {
        const input = tensors.input.slice([0, t, 0], [3, 1, 4])
        const one = kernels.lstmForward({ ...tensors, input, initialHidden, initialCell }, false)
        expect(one.output.dataSync()).toEqual(trained.output.slice([0, t, 0], [3, 1, units]).dataSync())
        ;({ finalHidden: initialHidden, finalCell: initialCell } = one)
      }
      expect(initialCell.dataSync()).toEqual(trained.finalCell.dataSync())
    }
  })

  test('every bit is the same for any number of threads', () => {
    const random = new Random(17)
    const lstm = randomLstm(random, { batch: 67, steps: 13, features: 45, units: 50 })
    const gru = randomGru(random, { batch: 67, steps: 13, features: 45, units: 50 })
    const withOptions = (['lstm', 'gru'] as const).map((cell) =>
      randomCase(random, cell, { batch: 67, steps: 13, features: 45, units: 50 }, { mask: true, norm: true })
    )
    const values = tf.randomNormal([100_003], 0, 1, 'float32', 5) as Tensor1D
    const bits = (count: number) => {
      addon.setThreads(count)
      const dropped = kernels.dropout(values, 0.3, [3, 4])
      const moments = { firstMoment: values, secondMoment: tf.abs(values) }
      const step = kernels.adam({ ...adamSettings, ...moments, parameters: values, gradient: dropped, step: 3 })
      const layers = [
        runLstm(tf, kernels, lstm.layer, lstm.outputGradient),
        runGru(tf, kernels, gru.layer, gru.outputGradient),
        ...withOptions.map((layer) => runCase(tf, kernels, layer, gru.outputGradient))
      ].map(({ gradients, ...outputs }) => [...Object.values(outputs), ...Object.values(gradients)] as Float32Array[])
      const results = [
        ...layers.flat(),
        ...[dropped, ...Object.values(step)].map((tensor: Tensor) => tensor.dataSync() as Float32Array)
      ]
      const hash = createHash('sha256')
      for (const result of results) hash.update(result)
      return hash.digest('hex')
    }
    const alone = bits(1)
    for (const count of [2, 3, 5]) expect(bits(count)).toBe(alone)
  })

  test('gradients agree with finite differences of the layer itself', () => {
    const { layer, outputGradient } = randomLstm(new Random(18), { batch: 2, steps: 4, features: 3, units: 4 })
    const { gradients } = runLstm(tf, kernels, layer, outputGradient)
    const loss = () => {
      const { output } = runLstm(tf, kernels, layer, outputGradient)
      return output.reduce((sum, value, at) => sum + value * outputGradient[at], 0)
    }
    for (const [values, found] of [
      [layer.kernel, gradients.kernel],
      [layer.bias, gradients.bias],
      [layer.input, gradients.input!]
    ] as const) {
      for (const at of [0, 5, values.length - 1]) {
        const before = values[at]
        values[at] = before + 0.01
        const above = loss()
        values[at] = before - 0.01
        const below = loss()
        values[at] = before
        expect((above - below) / 0.02).toBeCloseTo(found[at], 2)
      }
    }
  })

  test('dropout keeps the mean, drops the wanted part and is its own gradient', () => {
    const values = tf.ones([1000, 400])
    for (const rate of [0, 0.2, 0.5, 0.9]) {
      const result = kernels.dropout(values, rate, [7, 8])
      const data = result.dataSync() as Float32Array
      const dropped = data.filter((value) => value === 0).length / data.length
      expect(dropped).toBeCloseTo(rate, 2)
      expect(data.reduce((sum, value) => sum + value, 0) / data.length).toBeCloseTo(1, 1)
      // The mask of the gradient is the mask of the values.
      const gradient = kernels.dropout(tf.mul(values, 3), rate, [7, 8])
      expect(gradient.dataSync().every((value, at) => Math.abs(value - 3 * data[at]) < 1e-5)).toBe(true)
    }
  })

  test('dropout draws another mask for another seed, and neighbours are independent', () => {
    const size = 200_000
    const mask = (seed: readonly [number, number]) => kernels.dropout(tf.ones([size]) as Tensor1D, 0.5, seed).dataSync()
    const share = (condition: (at: number) => boolean) => {
      let count = 0
      for (let at = 0; at < size - 1000; at += 1) if (condition(at)) count += 1
      return count / (size - 1000)
    }
    const [a, b, c] = [mask([1, 2]), mask([2, 2]), mask([1, 3])]
    expect(share((at) => a[at] === b[at])).toBeCloseTo(0.5, 2)
    expect(share((at) => a[at] === c[at])).toBeCloseTo(0.5, 2)
    for (const distance of [1, 2, 64, 128, 1000]) expect(share((at) => a[at] === a[at + distance])).toBeCloseTo(0.5, 2)
  })

  const adamSettings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.02, clipNorm: 3 }

  test("Adam's steps equal PyTorch's, clipped and not", () => {
    const stored = fixture('lstm').adam
    let parameters = tf.tensor1d(stored.parameters)
    let firstMoment = tf.zerosLike(parameters)
    let secondMoment = tf.zerosLike(parameters)
    stored.steps.forEach((expected: { gradient: number[]; norm: number; parameters: number[] }, index: number) => {
      const gradient = tf.tensor1d(expected.gradient)
      const next = kernels.adam({
        ...stored.settings,
        parameters,
        gradient,
        firstMoment,
        secondMoment,
        step: index + 1
      })
      expect(next.gradientNorm.shape).toEqual([])
      expect(next.gradientNorm.dataSync()[0]).toBeCloseTo(expected.norm, 4)
      expect(largestDifference(next.parameters.dataSync(), expected.parameters)).toBeLessThan(1e-6)
      ;({ parameters, firstMoment, secondMoment } = next)
    })
  })

  test('the first step of Adam moves every parameter by the learning rate, whatever the gradient', () => {
    const parameters = tf.zeros([5]) as Tensor1D
    const gradient = tf.tensor1d([1e-3, -1e-3, 5, -700, 1e4])
    const moments = { firstMoment: tf.zerosLike(parameters), secondMoment: tf.zerosLike(parameters) }
    const settings = { ...adamSettings, weightDecay: 0, clipNorm: Infinity, epsilon: 0 }
    const next = kernels.adam({ ...settings, ...moments, parameters, gradient, step: 1 })
    expect(largestDifference(next.parameters.dataSync(), [-0.01, 0.01, -0.01, 0.01, -0.01])).toBeLessThan(1e-7)
  })

  test('a NaN gradient makes the norm and the parameters NaN', () => {
    const parameters = tf.ones([40]) as Tensor1D
    const gradient = tf.tensor1d([NaN, ...Array(39).fill(1)])
    const moments = { firstMoment: tf.zerosLike(parameters), secondMoment: tf.zerosLike(parameters) }
    const next = kernels.adam({ ...adamSettings, ...moments, parameters, gradient, step: 1 })
    expect(next.gradientNorm.dataSync()[0]).toBeNaN()
    expect(next.parameters.dataSync().every(Number.isNaN)).toBe(true)
  })

  test('wrong shapes are refused in a sentence that names the operand', () => {
    const { layer } = randomLstm(new Random(19), { batch: 2, steps: 3, features: 4, units: 5 })
    const tensors = lstmTensors(tf, layer)
    expect(() => kernels.lstmForward({ ...tensors, bias: tf.zeros([3]) as Tensor1D }, false)).toThrow(
      /bias has shape \[3\], expected \[20\]/
    )
    expect(() => kernels.dropout(tensors.bias, 1, [0, 0])).toThrow(/rate must be at least 0 and below 1/)
  })

  test('no call leaves a tensor behind', () => {
    const { layer, outputGradient } = randomLstm(new Random(20), { batch: 2, steps: 3, features: 4, units: 5 })
    const gru = randomGru(new Random(21), { batch: 2, steps: 3, features: 4, units: 5 })
    const before = tf.memory().numTensors
    runLstm(tf, kernels, layer, outputGradient, false)
    runGru(tf, kernels, gru.layer, gru.outputGradient, false)
    const given = lstmTensors(tf, layer)
    const gruGiven = gruTensors(tf, gru.layer)
    const used: Tensor[] = [...Object.values(given), ...Object.values(gruGiven)]
    const start = tf.memory().numTensors
    const { output, finalHidden, finalCell } = kernels.lstmForward(given, false)
    const dropped = kernels.dropout(output, 0.2, [1, 2])
    const moments = { firstMoment: tf.zerosLike(given.bias), secondMoment: tf.zerosLike(given.bias) }
    const step = kernels.adam({ ...adamSettings, ...moments, parameters: given.bias, gradient: given.bias, step: 1 })
    expect(tf.memory().numTensors - start).toBe(3 + 1 + 2 + 4)
    tf.dispose([output, finalHidden, finalCell, dropped, moments, { ...step }, used])
    expect(tf.memory().numTensors).toBe(before)
  })
}
