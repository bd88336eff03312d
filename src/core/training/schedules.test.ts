import { expect, test } from 'vitest'
import { learningRateAt, scheduleIds, schedules, type ScheduleChoice } from './schedules'

const place = { peak: 0.004, stepCount: 1000, stepsPerEpoch: 10, plateaus: 0 }
const rateOf =
  (id: ScheduleChoice['id'], params = {}) =>
  (step: number, more = {}) =>
    learningRateAt({ id, params }, { ...place, ...more, step })

// torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.004, total_steps=1000, pct_start=0.1), PyTorch 2
test("one cycle equals PyTorch's", () => {
  const rate = rateOf('one-cycle')
  expect(rate(0)).toBeCloseTo(0.00016, 12)
  expect(rate(50)).toBeCloseTo(0.00211046265, 9)
  expect(rate(99)).toBeCloseTo(0.004, 12)
  expect(rate(500)).toBeCloseTo(0.00234042564, 9)
  expect(rate(999)).toBeCloseTo(1.6e-8, 12)
})

test('a constant schedule is constant', () => {
  expect(rateOf('constant')(7)).toBe(0.004)
})

test('steps go down at the end of every so many epochs', () => {
  const rate = rateOf('step', { everyEpochs: 3, factor: 0.1 })
  expect([0, 29, 30, 59, 60].map((step) => rate(step))).toEqual([
    0.004,
    0.004,
    0.004 * 0.1,
    0.004 * 0.1,
    0.004 * 0.1 ** 2
  ])
})

test('a cosine warms up, reaches the peak once and ends at its last rate', () => {
  const rate = rateOf('cosine', { warmUp: 0.1, last: 0.25 })
  const rates = Array.from({ length: 1000 }, (_, step) => rate(step))
  expect(rates[0]).toBeCloseTo(0.004 / 101, 12)
  expect(Math.max(...rates)).toBe(rates[100])
  expect(rates[100]).toBe(0.004)
  // Half-way down: the mean of both ends.
  expect(rate(100 + 899 / 2)).toBeCloseTo((0.004 + 0.001) / 2, 12)
  expect(rates[999]).toBeCloseTo(0.001, 12)
})

test('a plateau reduces the rate, down to the least', () => {
  const rate = rateOf('plateau', { factor: 0.1, least: 0.005 })
  expect(rate(0)).toBe(0.004)
  expect(rate(0, { plateaus: 2 })).toBeCloseTo(0.00004, 12)
  expect(rate(0, { plateaus: 9 })).toBeCloseTo(0.00002, 12)
  expect(schedules.plateau.patience?.({ factor: 0.1, patience: 7, least: 0 } as never)).toBe(7)
})

test.each(Object.keys(schedules) as ScheduleChoice['id'][])('%s gives a rate above 0 for a single step', (id) => {
  expect(rateOf(id)(0, { stepCount: 1, stepsPerEpoch: 1 })).toBeGreaterThan(0)
})

test('a setting that the schedule does not have is refused', () => {
  expect(() => rateOf('cosine', { rise: 1 })(0)).toThrow('There is no parameter "rise"')
})

test('every schedule is a number at every step, however few there are', () => {
  for (const id of scheduleIds) {
    for (const stepCount of [1, 2, 3, 5, 9, 10, 11, 20, 100]) {
      for (let step = 0; step < stepCount; step += 1) {
        const place = { peak: 0.01, step, stepCount, stepsPerEpoch: 2, plateaus: 0 }
        const rate = learningRateAt({ id, params: {} }, place)
        expect(rate, `${id}, step ${step} of ${stepCount}`).toBeGreaterThanOrEqual(0)
        expect(rate).toBeLessThanOrEqual(0.01)
      }
    }
  }
})
