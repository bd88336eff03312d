import { describe, expect, test } from 'vitest'
import type { Point } from '../../core/search/space'
import { architectureById } from '../architectures'
import { parseParams } from '../../core/params/params'
import { budgets } from './budgets'
import { RunnerUnusable, type TrialRunner } from './runner'
import { bestTrial, frontOf, runSearch, searchMethods, type SearchPlan } from './search'
import { searchCsv, searchJson, searchMarkdown, searchSvg } from './search-report'
import { requestAt, searchableArchitectures, searchSpace } from './search-space'
import type { TrialResult } from './trial-result'

const budget = { ...budgets.smoke, epochs: 4 }
const never = new AbortController().signal
const plan = (method: SearchPlan['method']): SearchPlan => ({
  ...{ method, task: 'streams', space: searchSpace(['lstm', 'gru']), budget, trialCount: 30, seed: 5 }
})

/** A made-up landscape in the place of training: best at a learning rate of 0.004 and with few units fast. */
function madeUpRunner(): TrialRunner & { epochs: number } {
  return {
    epochs: 0,
    run({ request }, { onEpoch }) {
      const units = Number(request.params.units)
      const end = 0.95 - Math.abs(Math.log10(request.learningRate / 0.004)) / 2 + 0.01 * Math.log2(units)
      const result: TrialResult = {
        ...{ request, epochs: [], r2: null, trainingLoss: null, validationLoss: null, parameterCount: units ** 2 },
        ...{ steps: 1, trainingSeconds: 1, secondsPerEpoch: 1, peakMemoryMiB: 1, kernel: '', isStopped: false },
        microsecondsPerSample: units / 10
      }
      for (let epoch = 1; epoch <= budget.epochs; epoch += 1) {
        const told = { epoch, loss: 1, validationLoss: 1, validationR2: end - 0.3 / epoch }
        result.epochs.push(told)
        this.epochs += 1
        if (onEpoch(told) === 'stop') return Promise.resolve({ ...result, r2: told.validationR2, isStopped: true })
      }
      return Promise.resolve({ ...result, r2: end })
    }
  }
}

const searchBy = async (method: SearchPlan['method'], runner: TrialRunner) =>
  runSearch(plan(method), { runner, readTrial: () => Promise.resolve(undefined), abort: never })

describe.each(searchMethods)('by %s', (method) => {
  test('tries as many points as it may, repeats with its seed, and finds a good one', async () => {
    const trials = await searchBy(method, madeUpRunner())
    expect(trials).toHaveLength(30)
    expect(await searchBy(method, madeUpRunner())).toEqual(trials)
    expect(bestTrial(trials)?.result?.r2).toBeGreaterThan(0.7)
  })
})

test('halving and the median rule spend fewer epochs than trials would', async () => {
  for (const method of ['asha', 'tpe'] as const) {
    const runner = madeUpRunner()
    await searchBy(method, runner)
    expect(runner.epochs).toBeLessThan(0.8 * 30 * budget.epochs)
  }
})

test('a trial that failed is told, and the search goes on', async () => {
  const failing: TrialRunner = { run: () => Promise.reject(new Error('It broke.')) }
  const trials = await searchBy('tpe', failing)
  expect(trials.map(({ failure }) => failure)).toEqual(new Array(30).fill('It broke.'))
  expect(bestTrial(trials)).toBeUndefined()
  expect(searchMarkdown(plan('tpe'), trials)).toContain('No trial came to a figure.')
})

test('where no trial can be run any more, the search ends', async () => {
  const unusable: TrialRunner = { run: () => Promise.reject(new RunnerUnusable('The queue refuses the password.')) }
  await expect(searchBy('tpe', unusable)).rejects.toThrow('refuses the password')
})

test('what it found is reported with its front', async () => {
  const trials = await searchBy('random', madeUpRunner())
  const front = frontOf(trials)
  for (const one of front) {
    const { r2, microsecondsPerSample } = one.result!
    const isBeaten = trials.some(
      ({ result }) => result!.r2! > r2! && result!.microsecondsPerSample <= microsecondsPerSample
    )
    expect(isBeaten).toBe(false)
  }
  const markdown = searchMarkdown(plan('random'), trials)
  expect(markdown).toContain(`**${bestTrial(trials)!.index + 1}**`)
  expect(searchCsv(plan('random'), trials).trim().split('\n')).toHaveLength(31)
  expect(searchJson(plan('random'), trials)).toMatchObject({
    method: 'random',
    front: front.map((one) => one.index + 1)
  })
  expect(searchSvg(plan('random'), trials)).toContain('beaten by none')
})

test('every point of the space is a training that can be built', () => {
  const kinds = searchableArchitectures()
  expect(kinds).toContain('transformer')
  expect(() => searchSpace(['bilstm'])).toThrow('"bilstm" cannot be searched')
  for (const kind of kinds) {
    const point: Point = { kind, layers: 3, units: 30, dropout: 0.1, learningRate: 0.001 }
    for (const task of ['sequences', 'streams'] as const) {
      const request = requestAt(point, task, budgets.short, 1)
      expect(request.learningRate).toBe(0.001)
      const architecture = architectureById(kind)
      const shape = { featureCount: 5, outputCount: 1 }
      expect(() => architecture.build(shape, parseParams(architecture.params, request.params))).not.toThrow()
    }
  }
})
