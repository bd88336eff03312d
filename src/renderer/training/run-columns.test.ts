import { describe, expect, it } from 'vitest'
import { columnTitle, formatRunValue, visibleColumns, withColumn } from './run-columns'

const columns = [
  { name: 'params.units', isNumber: true, isConstant: false },
  { name: 'batchSize', isNumber: true, isConstant: true },
  { name: 'best.validationLoss', isNumber: true, isConstant: false }
]
const names = (chosen: string[] | null) => visibleColumns(columns, chosen).map(({ name }) => name)

describe('the columns of the table of runs', () => {
  it('are those that differ until some are chosen', () => {
    expect(names(null)).toEqual(['params.units', 'best.validationLoss'])
    expect(names(['batchSize'])).toEqual(['batchSize'])
    expect(names(['gone', 'batchSize'])).toEqual(['batchSize'])
  })

  it('are the usual ones where nothing differs, as of a single run', () => {
    const constant = columns.map((column) => ({ ...column, isConstant: true }))
    expect(visibleColumns(constant, null).map(({ name }) => name)).toEqual(['best.validationLoss'])
  })

  it('come and go one by one, each in its place', () => {
    expect(withColumn(columns, null, { name: 'batchSize', isShown: true })).toEqual(columns.map(({ name }) => name))
    expect(withColumn(columns, null, { name: 'params.units', isShown: false })).toEqual(['best.validationLoss'])
  })

  it('are called as people say it', () => {
    expect(columnTitle('params.recurrentDropout')).toBe('Recurrent dropout')
    expect(columnTitle('optimiser.id')).toBe('Optimiser')
    expect(columnTitle('weight_decay')).toBe('Weight decay')
  })
})

describe('a value in the table', () => {
  it('is short, and says when there is none', () => {
    expect(formatRunValue('best.validationLoss', 0.000123456)).toBe('1.23e−4')
    expect(formatRunValue('learningRate', 0.004)).toBe('0.004')
    expect(formatRunValue('seconds', 61)).toBe('61.0 s')
    expect(formatRunValue('best.validationR2', null)).toBe('—')
    expect(formatRunValue('title', undefined)).toBe('—')
    expect(formatRunValue('params.layerNorm', 'on')).toBe('on')
    expect(formatRunValue('causal', true)).toBe('yes')
  })
})
