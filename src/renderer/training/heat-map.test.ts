import { expect, it } from 'vitest'
import { greatestOf, heatMapOf, paint } from './heat-map'

it('puts time across and units down', () => {
  const map = heatMapOf({ shape: [3, 2], values: Float32Array.of(1, -1, 2, -2, 3, -3) })
  expect([map.rows, map.columns]).toEqual([2, 3])
  expect([map.value(0, 2), map.value(1, 0)]).toEqual([3, -1])
})

it('gives attention a row for each head and distance, the newest step on top', () => {
  const values = Float32Array.from({ length: 2 * 3 * 2 }, (_, index) => index)
  const map = heatMapOf({ shape: [2, 3, 2], values })
  expect([map.rows, map.columns]).toEqual([4, 3])
  expect(map.value(0, 0)).toBe(1)
  expect(map.value(1, 0)).toBe(0)
  expect(map.value(2, 1)).toBe(9)
})

it('paints by sign and size, and leaves out what is no number', () => {
  const values = Float32Array.of(2, -1, 0, NaN)
  expect(greatestOf(values)).toBe(2)
  expect(greatestOf(Float32Array.of(0, 0))).toBe(1)
  const bytes = paint(heatMapOf({ shape: [4, 1], values }), 2, { above: '#ff0000', below: '#0000ff' })
  expect([...bytes.slice(0, 8)]).toEqual([255, 0, 0, 255, 0, 0, 255, 128])
  expect([bytes[11], bytes[15]]).toEqual([0, 0])
})
