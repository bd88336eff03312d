import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LabError } from '../../contract/define'
import { usualSequences } from '../../contract/train-defaults'
import { TrainEstimate } from './train-estimate.svelte'
import { startedAnew, type TrainingProcess } from './training-process.svelte'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const value = { stepCount: 10, stepMilliseconds: null }

function estimating(answers: Record<'size' | 'trial', (LabError | typeof value)[]>) {
  const estimateTraining = async ({ trial }: { trial: boolean }) => {
    const answer = answers[trial ? 'trial' : 'size'].shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  return new TrainEstimate({ ready: async () => ({ estimateTraining }) } as unknown as TrainingProcess)
}

test('a process that makes room for another one refuses nothing: the size is asked again, the time stays untold', async () => {
  const anew = new LabError('ended', startedAnew)
  const estimate = estimating({ size: [anew, value], trial: [anew] })
  estimate.note(usualSequences(), true)
  await vi.advanceTimersByTimeAsync(3000)
  expect(estimate.value).toEqual(value)
  expect([estimate.refusal, estimate.tries]).toEqual([undefined, false])
})

test('a process that ends in a trial is a refusal with its reason', async () => {
  const estimate = estimating({ size: [value], trial: [new LabError('ended', 'The training process ended.')] })
  estimate.note(usualSequences(), true)
  await vi.advanceTimersByTimeAsync(3000)
  expect(estimate.refusal).toBe('The training process ended.')
})
