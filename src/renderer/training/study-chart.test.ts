import { expect, test } from 'vitest'
import type { StudyRowReport } from '../../contract/training'
import { studyChart } from './study-chart'
import { formatInterval, notesOf, progressOf } from './study-words'

const none = { mean: null, halfWidth: null }
const row = (label: string, r2: StudyRowReport['r2'], told?: number): StudyRowReport => ({
  ...{ label, value: null, isBaseline: false, trialCount: 1, r2, parameterCount: null, stoppedCount: 0, failures: [] },
  ...{ trainingLoss: none, validationLoss: none, secondsPerEpoch: none, peakMemoryMiB: none },
  told: told === undefined ? {} : { r2: told }
})

test('points, intervals and told figures stand on one axis that holds them all', () => {
  const { rows, ticks } = studyChart(
    [row('a', { mean: 0.3, halfWidth: 0.1 }, 0.5), row('b', { mean: 0.4, halfWidth: null }), row('c', none, 0.1)],
    6
  )
  const [a, b, c] = rows
  expect(a.low! < a.measured! && a.measured! < a.high! && a.high! < a.told!).toBe(true)
  // A single value has a point and no interval; 0.4 is where the interval of the first row ends.
  expect(b.measured).toBeCloseTo(a.high!, 9)
  expect(b.low).toBeUndefined()
  expect(c).not.toHaveProperty('measured')
  for (const place of [a.low, a.told, c.told]) expect(place! >= 0 && place! <= 1).toBe(true)
  expect(ticks.length).toBeGreaterThan(1)
})

test('a table of which nothing is known has an axis all the same', () => {
  const { rows, ticks } = studyChart([row('a', none)], 4)
  expect(rows).toEqual([{ label: 'a' }])
  for (const { place } of ticks) expect(Number.isFinite(place)).toBe(true)
})

test('figures are written with their interval, and times that are left without false digits', () => {
  expect(formatInterval({ mean: 0.35349, halfWidth: 0.0121 }, 3)).toBe('0.353 ± 0.012')
  expect(formatInterval({ mean: -1, halfWidth: null }, 2)).toBe('−1.00')
  expect(formatInterval(none, 2)).toBe('—')
  const at = { studyId: 's', budget: 'b', seeds: 1, trial: 2, trialCount: 5, row: '0.2', seed: 1, share: 0.2 }
  expect(progressOf({ ...at, secondsLeft: 7300 })).toBe('Trial 2 of 5: 0.2, seed 1; about 2 h left')
  expect(progressOf({ ...at, secondsLeft: 11.2 })).toContain('; 12 s left')
  expect(notesOf({ ...row('a', none), stoppedCount: 2, failures: ['It broke.'] })).toBe(
    '2 stopped early: far below the others It broke.'
  )
})
