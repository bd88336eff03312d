import { expect, test } from 'vitest'
import { choice, float, int, parseParams } from './params'

const table = {
  units: int({ label: 'Units', low: 1, high: 512, default: 128 }),
  dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.2 }),
  kind: choice({ label: 'Kind', options: ['tanh', 'linear'], default: 'tanh' })
}

test('what is not given takes its default', () => {
  expect(parseParams(table, { units: 64 })).toEqual({ units: 64, dropout: 0.2, kind: 'tanh' })
})

test('numbers may come as text, as the command line gives them', () => {
  expect(parseParams(table, { units: '32', dropout: '0.5' })).toMatchObject({ units: 32, dropout: 0.5 })
})

test('a value outside its range names the range and what came', () => {
  expect(() => parseParams(table, { units: 0 })).toThrow('units: expected a whole number from 1 to 512. Received: 0.')
  expect(() => parseParams(table, { units: 1.5 })).toThrow('a whole number')
  expect(() => parseParams(table, { dropout: Number.NaN })).toThrow('dropout: expected a number from 0 to 0.9')
  expect(() => parseParams(table, { kind: 'relu' })).toThrow('one of tanh, linear')
})

test('an unknown parameter is refused by name, inherited ones too', () => {
  expect(() => parseParams(table, { hidden: 3 })).toThrow('There is no parameter "hidden"')
  expect(() => parseParams(table, { toString: 3 })).toThrow('toString')
})

test('a default outside its own range fails when the table is written', () => {
  expect(() => int({ label: 'Units', low: 1, high: 8, default: 9 })).toThrow('outside 1 to 8')
})
