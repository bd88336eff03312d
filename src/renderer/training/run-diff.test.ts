import { expect, it } from 'vitest'
import type { RunSummary, RunValue } from '../../contract/training'
import { differencesOf, isFigure } from './run-diff'

const run = (id: string, values: Record<string, RunValue>): RunSummary => ({
  ...{ id, title: id, status: 'finished', createdAt: '', updatedAt: '', tags: [] },
  values
})

it('names only what differs, with a gap where a run has no such setting', () => {
  const differences = differencesOf([
    run('a', { architecture: 'lstm', 'params.units': 64, seed: 1, 'best.validationLoss': 0.1 }),
    run('b', { architecture: 'gru', 'params.units': 64, seed: 1, 'best.validationLoss': 0.2 }),
    run('c', { architecture: 'cnn', 'params.channels': 32, seed: 1, 'best.validationLoss': null })
  ])
  expect(differences).toEqual([
    { name: 'architecture', values: ['lstm', 'gru', 'cnn'] },
    { name: 'params.units', values: [64, 64, undefined] },
    { name: 'best.validationLoss', values: [0.1, 0.2, null] },
    { name: 'params.channels', values: [undefined, undefined, 32] }
  ])
})

it('finds nothing between a run and itself', () => {
  const one = run('a', { seed: 1, loss: NaN })
  expect(differencesOf([one, one])).toEqual([])
})

it('tells what came out from what was asked for', () => {
  expect(['best.validationLoss', 'seconds', 'metrics.r2', 'step'].every(isFigure)).toBe(true)
  expect(['params.units', 'stepsPerEpoch', 'seed'].some(isFigure)).toBe(false)
})
