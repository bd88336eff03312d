import { expect, it } from 'vitest'
import { scrollToRow, visibleRows } from './visible-rows'

it('draws a screenful of ten thousand rows and a few beside it', () => {
  expect(visibleRows({ scrollTop: 0, height: 280 }, 28, 10_000)).toEqual({ first: 0, last: 18 })
  expect(visibleRows({ scrollTop: 140_000, height: 280 }, 28, 10_000)).toEqual({ first: 4992, last: 5018 })
  expect(visibleRows({ scrollTop: 279_720, height: 280 }, 28, 10_000)).toEqual({ first: 9982, last: 9999 })
  expect(visibleRows({ scrollTop: 0, height: 280 }, 28, 0).last).toBe(-1)
})

it('scrolls no further than needed', () => {
  expect(scrollToRow(5, { scrollTop: 0, height: 280 }, 28)).toBeUndefined()
  expect(scrollToRow(10, { scrollTop: 0, height: 280 }, 28)).toBe(28)
  expect(scrollToRow(2, { scrollTop: 100, height: 280 }, 28)).toBe(56)
})
