import { expect, it } from 'vitest'
import { ColumnCache } from './column-cache'

const levels = (...columns: number[]) => Float32Array.from(columns.flatMap((level) => [level, level]))

it('asks for the newest missing run first, at most so many', () => {
  const cache = new ColumnCache()
  expect(cache.missing({ first: 0, end: 10 }, 4, 0)).toEqual({ first: 6, end: 10 })
  cache.take(6, 2, levels(-1, -2, -3, -4), 0)
  expect(cache.missing({ first: 0, end: 10 }, 4, 0)).toEqual({ first: 2, end: 6 })
  cache.take(2, 2, levels(-5, -6, -7, -8), 0)
  cache.take(0, 2, levels(-9, -10), 0)
  expect(cache.missing({ first: 0, end: 10 }, 4, 0)).toBeUndefined()
  expect([...cache.of(3)!]).toEqual([-6, -6])
})

it('leaves a column that does not exist alone for a while, and goes on with those before it', () => {
  const cache = new ColumnCache()
  cache.take(8, 2, levels(NaN, NaN), 1000)
  expect(cache.missing({ first: 0, end: 10 }, 4, 1100)).toEqual({ first: 4, end: 8 })
  expect(cache.missing({ first: 0, end: 10 }, 4, 1300)).toEqual({ first: 6, end: 10 })
  expect(cache.of(8)).toBeUndefined()
})

it('gives up what is far from what is seen', () => {
  const cache = new ColumnCache()
  for (let column = 0; column < 1000; column += 1) cache.take(column, 2, levels(-1), 0)
  cache.forgetFar({ first: 900, end: 910 })
  expect(cache.of(905)).toBeDefined()
  expect(cache.of(875)).toBeDefined()
  expect(cache.of(500)).toBeUndefined()
})
