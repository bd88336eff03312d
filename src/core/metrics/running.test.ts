import { expect, test } from 'vitest'
import { Random } from '../random'
import { r2 } from './r2'
import { references } from './references'
import { RunningFigures } from './running'
import { siSdrDb } from './si-sdr'

function inBlocks(target: Float32Array, estimate: Float32Array, lengths: () => number): RunningFigures {
  const figures = new RunningFigures()
  for (let start = 0; start < target.length;) {
    const end = start + lengths()
    figures.add(target.subarray(start, end), estimate.subarray(start, end))
    start = end
  }
  return figures
}

test.each(references)('blocks of 7 give the figures of the whole for $name', ({ target, estimate, startSample }) => {
  const figures = inBlocks(target.subarray(startSample), estimate.subarray(startSample), () => 7)
  expect(Math.abs(figures.r2 - r2(target, estimate, startSample))).toBeLessThan(1e-9)
  expect(Math.abs(figures.siSdrDb - siSdrDb(target, estimate, startSample))).toBeLessThan(1e-9)
})

test.each([0, -20, -60, -100])('a million samples in random blocks stay equal at %s dB of noise', (level) => {
  const random = new Random(3)
  const target = Float32Array.from({ length: 1e6 }, (_, n) => Math.sin(n / 50))
  const estimate = target.map((value) => 0.98 * value + 10 ** (level / 20) * random.normal())
  const figures = inBlocks(target, estimate, () => random.integer(2000))
  expect(figures.count).toBe(1e6)
  expect(Math.abs(figures.r2 - r2(target, estimate))).toBeLessThan(1e-9)
  expect(Math.abs(figures.siSdrDb - siSdrDb(target, estimate))).toBeLessThan(1e-9)
})

test('before the first sample there are no figures, and after a reset there are none again', () => {
  const figures = new RunningFigures()
  const expectEmpty = () => expect([figures.count, figures.r2, figures.siSdrDb]).toEqual([0, NaN, NaN])
  expectEmpty()
  figures.add([1, 2, 3], [1, 2, 3])
  expect([figures.count, figures.r2, figures.siSdrDb]).toEqual([3, 1, Infinity])
  figures.reset()
  expectEmpty()
})

test('unequal blocks are refused and leave the figures as they were', () => {
  const figures = new RunningFigures()
  expect(() => figures.add([1, 2], [1])).toThrow('Received: 2 and 1 samples')
  expect(figures.count).toBe(0)
})
