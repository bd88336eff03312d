import { expect, test } from 'vitest'
import { fillSequences, planSequences } from './sequences'

const seed = { sampleCount: 10_000, selectorCount: 4, sequenceLength: 50, sequenceStride: 1, validationShare: 0.1 }

test("the seed's ten seconds give 39,800 examples, 35,820 of them for training: 560 batches of 64", () => {
  const plan = planSequences(seed)
  expect(plan.exampleCount).toBe(39_800)
  expect(plan.training.length).toBe(35_820)
  expect(Math.ceil(plan.training.length / 64)).toBe(560)
})

test('no validation sequence starts before the last training start', () => {
  const { training, validation } = planSequences(seed)
  expect(Math.min(...validation)).toBe(training[training.length - 1] + 1)
})

test('a signal shorter than one sequence is refused with both numbers', () => {
  expect(() => planSequences({ ...seed, sampleCount: 50 })).toThrow('more than 50 samples')
})

test('an example holds the mix, its one-hot condition and its own tone', () => {
  const mix = Float32Array.from([0, 1, 2, 3, 4, 5])
  const tones = [mix.map((x) => 10 * x), mix.map((x) => 100 * x)]
  const settings = { sequenceLength: 2, sequenceStride: 3, inputScale: 2, targetScale: 0.5 }
  const input = new Float32Array(2 * 2 * 3)
  const target = new Float32Array(2 * 2)
  fillSequences({ mix, tones }, settings, Uint32Array.from([0, 3]), { input, target })
  expect([...input]).toEqual([0, 1, 0, 2, 1, 0, 6, 0, 1, 8, 0, 1])
  expect([...target]).toEqual([0, 5, 150, 200])
})
