import { beforeAll, describe, expect, test } from 'vitest'
import { parseParams } from '../../core/params/params'
import { architectureById } from '../architectures'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { budgets, requestFor, requestMakers, type Budget } from './budgets'
import type { Study } from './define'
import { MedianRule } from './median-rule'
import { studyCsv, studyJson, studyMarkdown, studySvg } from './report'
import { RunnerUnusable, TrialAborted, type TrialRunner } from './runner'
import { runStudy, type StudyFigures } from './run-study'
import { seedStudyIds, studyById, studyIds } from './tables'
import { runTrial } from './trial'
import { trialIdOf, type TrialEpoch, type TrialResult } from './trial-result'
import { supportOf, verdictOf } from './verdict'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const budget: Budget = { ...budgets.smoke, sequenceStride: 800 }
const never = new AbortController().signal

const study: Study = {
  ...{ id: 'test', title: 'Test', variable: 'Units', claim: 'Four is best.', baseline: '4', task: 'sequences' },
  rows: [2, 4].map((units) => ({
    ...{ label: String(units), value: units, changes: { params: { units, layers: 1 } } },
    told: { r2: units / 10 }
  }))
}

/** Trials in this process, counted. */
function localRunner(): TrialRunner & { count: number } {
  return {
    count: 0,
    run({ request }, { onEpoch }) {
      this.count += 1
      const controller = new AbortController()
      return runTrial(engine, request, {
        abort: controller.signal,
        onEpoch: (epoch) => void (onEpoch(epoch) === 'stop' && controller.abort())
      })
    }
  }
}

test.each(studyIds)('every row of %s asks for a network that can be built, and the baseline is one of them', (id) => {
  const { rows, baseline, task } = studyById(id)
  expect(rows.map(({ label }) => label)).toContain(baseline)
  expect(new Set(rows.map(({ label }) => label)).size).toBe(rows.length)
  for (const { changes } of rows) {
    const { architecture, params } = requestMakers[task](changes, budgets.short, 1)
    expect(() => parseParams(architectureById(architecture).params, params)).not.toThrow()
  }
})

test('the rows of all tables that are the reference network are one trial', () => {
  const ids = seedStudyIds.map((id) => {
    const { rows, baseline } = studyById(id)
    const row = rows.find(({ label }) => label === baseline)!
    return trialIdOf(requestFor(row.changes, budgets.short, 1))
  })
  expect(new Set(ids).size).toBe(1)
})

describe('a study', () => {
  let figures: StudyFigures
  const stored = new Map<string, TrialResult>()
  const readTrial = (id: string) => Promise.resolve(stored.get(id))
  const runner = localRunner()
  beforeAll(async () => {
    const keeping: TrialRunner = {
      async run(trial, hooks) {
        const result = await runner.run(trial, hooks)
        stored.set(trial.id, result)
        return result
      }
    }
    figures = await runStudy(study, { budget, seedCount: 2, runner: keeping, readTrial, abort: never })
  }, 60_000)

  test('trains every row with every seed and measures it', () => {
    expect(figures.rows.map(({ trials }) => trials.length)).toEqual([2, 2])
    for (const { trials, r2, parameterCount } of figures.rows) {
      expect(Number.isFinite(r2.mean)).toBe(true)
      expect(Number.isFinite(r2.halfWidth)).toBe(true)
      expect(parameterCount).toBeGreaterThan(0)
      for (const trial of trials) expect(trial.epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
    }
    expect(figures.rows[1].lead.mean).toBe(0)
  })

  test('takes up what has finished and runs it no second time', async () => {
    const before = runner.count
    const again = await runStudy(study, { budget, seedCount: 2, runner, readTrial, abort: never })
    expect(runner.count).toBe(before)
    expect(studyCsv(again)).toBe(studyCsv(figures))
  })

  test('a trial that failed is told in its row, and the others go on', async () => {
    const failing: TrialRunner = {
      run: ({ request }, hooks) =>
        request.params.units === 2 ? Promise.reject(new Error('It broke.')) : runner.run({ id: 'x', request }, hooks)
    }
    const options = { budget, seedCount: 1, runner: failing, readTrial: () => Promise.resolve(undefined), abort: never }
    const { rows } = await runStudy(study, options)
    expect(rows[0].failures).toEqual(['It broke.'])
    expect(rows[1].trials).toHaveLength(1)
  })

  test('ends where it is aborted', async () => {
    const controller = new AbortController()
    const aborting: TrialRunner = {
      run() {
        controller.abort()
        return Promise.reject(new TrialAborted('The study was stopped.'))
      }
    }
    const options = { budget, seedCount: 1, runner: aborting, readTrial: () => Promise.resolve(undefined) }
    await expect(runStudy(study, { ...options, abort: controller.signal })).rejects.toThrow('stopped')
  })

  test('ends where no trial can be run any more', async () => {
    const unusable: TrialRunner = { run: () => Promise.reject(new RunnerUnusable('The queue refuses the password.')) }
    const options = { budget, seedCount: 1, runner: unusable, readTrial: () => Promise.resolve(undefined) }
    await expect(runStudy(study, { ...options, abort: never })).rejects.toThrow('refuses the password')
  })

  test('is reported as table, rows, object and plot, beside what was told', () => {
    const markdown = studyMarkdown(figures)
    expect(markdown).toContain('| **4** |')
    expect(markdown).toContain('| 0.2 |')
    expect(markdown).toContain('**Verdict.** Of the 1 differences')
    expect(studyCsv(figures).trim().split('\n')).toHaveLength(5)
    expect(JSON.parse(JSON.stringify(studyJson(figures)))).toMatchObject({ study: 'test', rows: [{ label: '2' }, {}] })
    expect(studySvg(figures)).toMatch(/^<svg .*the seed.*<\/svg>\n$/s)
  })
})

test('a verdict counts what is supported, contradicted and open', () => {
  expect(supportOf(0.1, { mean: 0.05, halfWidth: 0.02 })).toBe('supported')
  expect(supportOf(0.1, { mean: -0.05, halfWidth: 0.02 })).toBe('against')
  expect(supportOf(0.1, { mean: 0.05, halfWidth: 0.06 })).toBe('open')
  expect(supportOf(0.1, { mean: 0.05, halfWidth: NaN })).toBe('open')
  // A difference that is told to be minimal is contradicted by a large one only.
  expect(supportOf(0.01, { mean: 0.004, halfWidth: 0.005 })).toBe('supported')
  expect(supportOf(0.01, { mean: -0.05, halfWidth: 0.02 })).toBe('against')
  expect(supportOf(0, { mean: 0.01, halfWidth: 0.02 })).toBe('open')
})

test('a trial is lost when it stands far below the median at the same epoch, and not before', () => {
  const curve = (...values: number[]): TrialEpoch[] =>
    values.map((validationR2, index) => ({ epoch: index + 1, loss: 1, validationLoss: 1, validationR2 }))
  const rule = new MedianRule({ margin: 0.1, from: 2, leastTrials: 2 })
  rule.add(curve(0.1, 0.3, 0.4))
  expect(rule.isLost(curve(-1, -1))).toBe(false)
  rule.add(curve(0.2, 0.3, 0.5))
  expect(rule.isLost(curve(-1))).toBe(false)
  expect(rule.isLost(curve(-1, 0.25))).toBe(false)
  expect(rule.isLost(curve(-1, 0.15))).toBe(true)
  expect(rule.isLost(curve(-1, NaN))).toBe(true)
})

test('the verdict names the best row and what the budget has to do with it', () => {
  const row = (label: string, toldR2: number, mean: number): StudyFigures['rows'][number] => {
    const interval = { mean, halfWidth: 0.01 }
    const lead = { mean: mean - 0.3, halfWidth: 0.01 }
    return {
      ...{ row: { label, changes: {}, told: { r2: toldR2 } }, trials: [], r2: interval, lead, parameterCount: 1 },
      ...{
        trainingLoss: interval,
        validationLoss: interval,
        secondsPerEpoch: interval,
        trainingSeconds: interval,
        peakMemoryMiB: interval
      },
      ...{ stoppedCount: 0, failures: [] }
    }
  }
  const rows = [row('2', 0.2, 0.5), row('4', 0.4, 0.3)]
  const text = verdictOf({ study, budget, seeds: [1, 2], rows, kernel: '', trainingSeconds: 1 })
  expect(text).toContain('0 are supported, 1 are contradicted')
  expect(text).toContain('2 (told −0.200, measured +0.200 ± 0.010)')
  expect(text).toContain('Best here: 2 with R² 0.500; told: 4 with 0.4.')
})
