import { describe, expect, it } from 'vitest'
import { nearestStep, neighbourStep, timeBaseSteps } from './time-base'

describe('the time base', () => {
  it('goes in 1-2-5 steps from a few samples to the whole record', () => {
    expect(timeBaseSteps(1000, 10)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10])
  })

  it('ends one step beyond a record of odd length', () => {
    expect(timeBaseSteps(1000, 7.3).at(-1)).toBe(10)
    expect(timeBaseSteps(48_000, 0.02).at(-1)).toBe(1)
  })

  it('begins finer for a faster signal', () => {
    expect(timeBaseSteps(48_000, 10)[0]).toBe(0.0002)
    expect(timeBaseSteps(1, 3600)[0]).toBe(10)
  })

  it('steps to the neighbours and stops at the ends', () => {
    const steps = timeBaseSteps(1000, 10)
    expect(neighbourStep(steps, 5, -1)).toBe(2)
    expect(neighbourStep(steps, 5, 1)).toBe(10)
    expect(neighbourStep(steps, 10, 1)).toBe(10)
    expect(neighbourStep(steps, 0.01, -1)).toBe(0.01)
    expect(neighbourStep(steps, 3, 1)).toBe(5)
  })

  it('takes the nearest step for a remembered value that this record does not have', () => {
    expect(nearestStep(timeBaseSteps(1000, 10), 4)).toBe(5)
    expect(nearestStep(timeBaseSteps(1000, 10), 2000)).toBe(10)
  })

  it('reaches the end of a hundred million samples', () => {
    expect(timeBaseSteps(1000, 1e5).at(-1)).toBe(1e5)
  })
})
