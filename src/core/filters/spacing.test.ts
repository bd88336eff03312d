import { expect, test } from 'vitest'
import { spacingOf } from './spacing'

test('the spacing is the least distance between tones, whatever their order', () => {
  expect(spacingOf([7, 1.5, 5, 3.5])).toBeCloseTo(1.5)
})

test('a low tone is twice its frequency away from its mirror image', () => {
  expect(spacingOf([0.5, 7])).toBe(1)
  expect(spacingOf([50])).toBe(100)
})

test('frequencies that are the same or not positive are refused', () => {
  expect(() => spacingOf([5, 5])).toThrow('different frequencies')
  expect(() => spacingOf([0, 5])).toThrow('above 0 Hz')
})
