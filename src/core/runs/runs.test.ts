import { describe, expect, test } from 'vitest'
import { queryRuns, type RunQuery, type RunRow } from './query'
import { differencesOf, flatten } from './run-values'
import { keptEpochs, thinnedPlaces } from './thin'

test('settings become a flat table, and only what differs is told', () => {
  const one = flatten({ kind: 'joint', params: { units: 8 }, noise: [0.1, 0.5], stop: null, gone: undefined })
  expect(one).toEqual({ kind: 'joint', 'params.units': 8, noise: '0.1, 0.5', stop: null })
  const other = { ...one, 'params.units': 16, 'params.layers': 2 }
  expect(differencesOf([one, other, one])).toEqual([
    { name: 'params.units', values: [8, 16, 8] },
    { name: 'params.layers', values: [undefined, 2, undefined] }
  ])
})

describe('a list of runs', () => {
  const row = (title: string, values: RunRow['values'], tags: string[] = [], status = 'finished'): RunRow => ({
    ...{ title, status, createdAt: title, updatedAt: title, tags, values },
    searchText: `${title} ${tags.join(' ')}`.toLowerCase()
  })
  const rows = [
    row('Hum', { units: 8, r2: 0.9, id: 'lstm' }, ['good']),
    row('Birds', { units: 8, r2: 0.95, id: 'gru' }, ['good', 'new']),
    row('Hum again', { units: 8, id: 'lstm' }, [], 'failed')
  ]
  const query: RunQuery = { text: '', sortBy: 'title', descending: false, offset: 0, limit: 10 }
  const titles = (more: Partial<RunQuery>) => queryRuns(rows, { ...query, ...more }).rows.map(({ title }) => title)

  test('is sorted by any value, runs without it last in both directions', () => {
    expect(titles({})).toEqual(['Birds', 'Hum', 'Hum again'])
    expect(titles({ sortBy: 'r2' })).toEqual(['Hum', 'Birds', 'Hum again'])
    expect(titles({ sortBy: 'r2', descending: true })).toEqual(['Birds', 'Hum', 'Hum again'])
  })

  test('is filtered by every word, by status and by tags, and cut into pages', () => {
    expect(titles({ text: 'HUM ag' })).toEqual(['Hum again'])
    expect(titles({ statuses: ['finished'], tags: ['good', 'new'] })).toEqual(['Birds'])
    expect(queryRuns(rows, { ...query, offset: 1, limit: 1 })).toMatchObject({ totalCount: 3, matchCount: 3 })
    expect(titles({ offset: 1, limit: 1 })).toEqual(['Hum'])
  })

  test('tells which columns are the same in all of its rows', () => {
    const { columns, tags } = queryRuns(rows, { ...query, text: 'hum' })
    expect(columns).toEqual([
      { name: 'units', isNumber: true, isConstant: true },
      { name: 'r2', isNumber: true, isConstant: false },
      { name: 'id', isNumber: false, isConstant: true }
    ])
    expect(tags).toEqual(['good', 'new'])
  })
})

test('of many epochs a few evenly spread ones stay, with the best and the newest, and never one that was gone', () => {
  let kept: number[] = []
  for (let epoch = 1; epoch <= 1000; epoch += 1) {
    const next = keptEpochs([...kept, epoch], 77, 20)
    expect(next.every((value) => value === epoch || kept.includes(value))).toBe(true)
    expect(next.length).toBeLessThanOrEqual(20)
    kept = next
  }
  expect(kept).toContain(1)
  expect(kept).toContain(77)
  expect(kept).toContain(1000)
  expect(kept.filter((epoch) => epoch !== 77 && epoch !== 1000).every((epoch) => (epoch - 1) % 64 === 0)).toBe(true)
})

test('a thinned curve keeps its ends and its extremes', () => {
  const values = Float64Array.from({ length: 10_000 }, (_, index) => Math.sin(index))
  values[1234] = 50
  values[7000] = -50
  values[42] = NaN
  const places = thinnedPlaces(values, 200)
  expect(places.length).toBeLessThanOrEqual(200)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  for (const place of [0, 1234, 7000, 9999]) expect(places).toContain(place)
  expect(thinnedPlaces([3, 1, 2], 5)).toEqual([0, 1, 2])
})
