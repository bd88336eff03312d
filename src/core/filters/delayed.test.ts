import { expect, test } from 'vitest'
import { r2 } from '../metrics/r2'
import { Random } from '../random'
import { generateMix } from '../signal/synth'
import { DelayedFilter } from './delayed'
import { rivalById } from './rivals'
import type { RecordRival } from './rivals/define'

const settings = { lookAheadSamples: 30, contextSamples: 50, hopSamples: 8 }
/** Sees ten samples to both sides. */
const smooth = (record: Float64Array) => [
  record.map((_, n) => record.subarray(Math.max(0, n - 10), n + 11).reduce((sum, value) => sum + value, 0) / 21)
]
const random = new Random(2)
const noise = Float64Array.from({ length: 500 }, () => random.normal())

test('the answer is that of the whole record, late by the future it waits for and a hop', () => {
  const filter = new DelayedFilter(smooth, 1, settings)
  expect(filter.latencySamples).toBe(38)
  const [output] = filter.process(noise)
  const [whole] = smooth(noise)
  expect([...output.subarray(0, 38)]).toEqual(Array(38).fill(0))
  for (let n = 38; n < 500; n += 1) expect(output[n]).toBeCloseTo(whole[n - 38], 12)
})

test.each([1, 7, 100])('blocks of %s give what one block gives, and a reset starts anew', (length) => {
  const filter = new DelayedFilter(smooth, 1, settings)
  const [whole] = filter.process(noise)
  filter.reset()
  const parts: number[] = []
  for (let start = 0; start < 500; start += length)
    parts.push(...filter.process(noise.subarray(start, start + length))[0])
  expect(Float64Array.from(parts)).toEqual(whole)
})

test('a record too short for its filter is answered with silence, another failure is passed on', () => {
  const strict = (record: Float64Array) => {
    if (record.length < 80) throw new RangeError('too short')
    return [record]
  }
  const [output] = new DelayedFilter(strict, 1, settings).process(noise)
  expect(output.subarray(0, 80).every((value) => value === 0)).toBe(true)
  expect(output[200]).toBe(noise[200 - 38])
  const broken = new DelayedFilter(() => fail(), 1, settings)
  function fail(): never {
    throw new Error('out of memory')
  }
  expect(() => broken.process(noise)).toThrow('out of memory')
})

test('a zero-phase filter run so is as good as on the whole record', () => {
  const recipe = { frequenciesHz: [1, 3, 5, 7], sampleRate: 200, durationSeconds: 20, noise: 0.3 } as const
  const { mix, tones } = generateMix({ ...recipe, phase: 'random', seed: 4 })
  const rival = rivalById('zero-phase') as RecordRival
  const params = { order: 2, bandwidth: 0.4 }
  const filterRecord = (record: Float64Array) => rival.filterRecord(record, recipe, params)
  const filter = new DelayedFilter(filterRecord, 4, { lookAheadSamples: 400, contextSamples: 1200, hopSamples: 50 })
  const outputs = filter.process(mix)
  const settled = 1500
  tones.forEach((tone, selector) => {
    const late = Float32Array.from(tone, (_, n) => tone[n - filter.latencySamples] ?? 0)
    expect(r2(late, outputs[selector], settled)).toBeGreaterThan(0.97)
  })
})
