import { expect, test } from 'vitest'
import { envelope } from './envelope'

const ramp = (count: number) => Float32Array.from({ length: count }, (_, n) => n)
const list = (values: Float32Array) => Array.from(values)

test('every column of a ramp goes from its first to its last sample', () => {
  const { min, max } = envelope(ramp(1000), 0, 1000, 10)
  expect(list(min)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
  expect(list(max)).toEqual([99, 199, 299, 399, 499, 599, 699, 799, 899, 999])
})

test('columns that do not divide the samples cover each sample exactly once', () => {
  const { min, max } = envelope(ramp(10), 0, 10, 4)
  expect(list(min)).toEqual([0, 2, 5, 7])
  expect(list(max)).toEqual([1, 4, 6, 9])
})

test('a column takes at least one sample when there are more columns than samples', () => {
  const { min, max } = envelope(ramp(2), 0, 2, 4)
  expect(list(min)).toEqual([0, 0, 1, 1])
  expect(list(max)).toEqual([0, 0, 1, 1])
})

test('a range inside the array starts where it is told, between samples too', () => {
  const { min, max } = envelope(ramp(100), 10.5, 14.5, 2)
  expect(list(min)).toEqual([10, 12])
  expect(list(max)).toEqual([11, 13])
})

test('parts before and after the array are NaN', () => {
  const { min, max } = envelope(ramp(4), -4, 8, 6)
  expect(list(min)).toEqual([NaN, NaN, 0, 2, NaN, NaN])
  expect(list(max)).toEqual([NaN, NaN, 1, 3, NaN, NaN])
})

test('NaN samples are passed over, and a column of them is NaN', () => {
  const { min, max } = envelope(Float32Array.of(NaN, 3, -2, NaN, NaN, NaN), 0, 6, 2)
  expect(list(min)).toEqual([-2, NaN])
  expect(list(max)).toEqual([3, NaN])
})

test('infinite samples are numbers', () => {
  const { min, max } = envelope(Float32Array.of(Infinity, Infinity, -Infinity, 1), 0, 4, 2)
  expect(list(min)).toEqual([Infinity, -Infinity])
  expect(list(max)).toEqual([Infinity, 1])
})

test('no columns give empty arrays', () => {
  const empty = new Float32Array(0)
  expect(envelope(ramp(4), 0, 4, 0)).toEqual({ min: empty, max: empty, rms: empty })
})

test('rms is that of the numbers of a column', () => {
  expect(list(envelope(Float32Array.of(3, 4, NaN, 2), 0, 4, 2).rms)).toEqual([Math.fround(Math.sqrt(12.5)), 2])
  expect(list(envelope(Float32Array.of(NaN), 0, 1, 1).rms)).toEqual([NaN])
})
