import { expect, test } from 'vitest'
import type { SearchTrialReport } from '../../contract/training'
import { frontChart } from './front-chart'

const trial = (number: number, r2: number | null, cost: number | null, isOnFront = false): SearchTrialReport => ({
  ...{ trial: number, point: {}, r2, parameterCount: 1, microsecondsPerSample: cost, trainingSeconds: 1 },
  ...{ isStopped: false, isOnFront, isBest: false, failure: '', request: null }
})
const most = { x: 6, y: 6 }

test('equal ratios of time are equal ways, and the front goes from the fastest to the best', () => {
  const { points, front } = frontChart(
    [trial(1, 0.9, 100, true), trial(2, 0.5, 1, true), trial(3, 0.4, 10), trial(4, null, 3), trial(5, 0.7, null)],
    most
  )
  expect(points.map(({ trial }) => trial)).toEqual([1, 2, 3])
  const [slow, fast, middle] = points
  expect(middle.x - fast.x).toBeCloseTo(slow.x - middle.x, 12)
  expect(slow.y).toBeGreaterThan(fast.y)
  expect(front.map(({ trial }) => trial)).toEqual([2, 1])
  for (const { x, y } of points) expect([x >= 0 && x <= 1, y >= 0 && y <= 1]).toEqual([true, true])
})

test('a trial that learned nothing stands at the lower edge and does not press the others together', () => {
  const { points } = frontChart([trial(1, -40, 1), trial(2, 0.9, 2), trial(3, 0.8, 3)], most)
  const [lost, best, good] = points
  expect(best.y - good.y).toBeGreaterThan(0.05)
  expect(lost.y).toBeGreaterThanOrEqual(0)
})

test('nothing that was measured is an empty chart', () => {
  expect(frontChart([trial(1, null, null)], most)).toMatchObject({ points: [], front: [] })
})
