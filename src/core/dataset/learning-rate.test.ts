import { expect, test } from 'vitest'
import { learningRateAt } from './learning-rate'

const rate = (step: number) => learningRateAt({ schedule: 'one-cycle', peak: 0.004, step, stepCount: 1000 })

// torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.004, total_steps=1000, pct_start=0.1), PyTorch 2
test("one cycle equals PyTorch's", () => {
  expect(rate(0)).toBeCloseTo(0.00016, 12)
  expect(rate(50)).toBeCloseTo(0.00211046265, 9)
  expect(rate(99)).toBeCloseTo(0.004, 12)
  expect(rate(500)).toBeCloseTo(0.00234042564, 9)
  expect(rate(999)).toBeCloseTo(1.6e-8, 12)
})

test('a constant schedule is constant', () => {
  expect(learningRateAt({ schedule: 'constant', peak: 0.001, step: 7, stepCount: 9 })).toBe(0.001)
})
