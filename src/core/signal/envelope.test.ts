import { expect, test } from 'vitest'
import { envelope } from './envelope'

test('each column holds the least and greatest of its samples', () => {
  const { min, max } = envelope(Float32Array.of(3, 1, 2, -5, 4, 0), 0, 6, 2)
  expect([...min]).toEqual([1, -5])
  expect([...max]).toEqual([3, 4])
})

test('columns of unequal size cover every sample once', () => {
  const samples = Float32Array.from({ length: 1000 }, (_, n) => n)
  const { min, max } = envelope(samples, 0, 1000, 333)
  expect([min[0], max[332]]).toEqual([0, 999])
  for (let column = 1; column < 333; column += 1) expect(min[column]).toBe(max[column - 1] + 1)
})

test('with more columns than samples, columns repeat their sample', () => {
  const { min, max } = envelope(Float32Array.of(7, 8), 0, 2, 4)
  expect([...min]).toEqual([7, 7, 8, 8])
  expect(max).toEqual(min)
})

test('columns outside the array are NaN', () => {
  const { min, max } = envelope(Float32Array.of(1, 2, 3, 4), -4, 8, 6)
  expect([...min]).toEqual([NaN, NaN, 1, 3, NaN, NaN])
  expect([...max]).toEqual([NaN, NaN, 2, 4, NaN, NaN])
})

test('NaN samples are passed over and infinite ones are kept', () => {
  const { min, max } = envelope(Float32Array.of(NaN, 2, 1, NaN, NaN, NaN, Infinity, Infinity), 0, 8, 4)
  expect([...min]).toEqual([2, 1, NaN, Infinity])
  expect([...max]).toEqual([2, 1, NaN, Infinity])
})

test('an empty array gives NaN columns', () => {
  expect([...envelope(new Float32Array(0), 0, 0, 2).min]).toEqual([NaN, NaN])
})
