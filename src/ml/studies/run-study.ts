/**
 * A study from its table to its figures: trial by trial, those that a folder holds already are read from it.
 *
 * Knows nothing of processes or reports.
 */
import { meanInterval, type Interval } from '../../core/metrics/interval'
import { requestMakers, type Budget } from './budgets'
import type { Study, StudyRow } from './define'
import { MedianRule } from './median-rule'
import { RunnerUnusable, TrialAborted, type TrialRunner } from './runner'
import { trialIdOf, type TrialResult } from './trial-result'
import { TrialSlots } from './trial-slots'

export interface RowFigures {
  readonly row: StudyRow
  /** One for each seed, in their order; a trial that failed is absent. */
  readonly trials: readonly TrialResult[]
  readonly r2: Interval
  readonly trainingLoss: Interval
  readonly validationLoss: Interval
  readonly secondsPerEpoch: Interval
  readonly trainingSeconds: Interval
  readonly peakMemoryMiB: Interval
  readonly parameterCount: number
  readonly stoppedCount: number
  /** R² less that of the baseline with the same seed. */
  readonly lead: Interval
  /** One sentence for each trial that failed. */
  readonly failures: readonly string[]
}

export interface StudyFigures {
  readonly study: Study
  readonly budget: Budget
  readonly seeds: readonly number[]
  readonly rows: readonly RowFigures[]
  readonly kernel: string
  readonly trainingSeconds: number
}

export interface StudyOptions {
  readonly budget: Budget
  readonly seedCount: number
  readonly runner: TrialRunner
  /** The result of a trial that was run before, if it was. */
  readTrial(trialId: string): Promise<TrialResult | undefined>
  onTrial?(told: { row: string; seed: number; index: number; count: number; isKnown: boolean }): void
  readonly abort: AbortSignal
}

/** Rejects with TrialAborted if it is stopped, and with RunnerUnusable; what has finished is found again by the next call. */
export async function runStudy(study: Study, options: StudyOptions): Promise<StudyFigures> {
  const { budget, seedCount, runner, abort } = options
  const seeds = seedsOf(seedCount)
  // Which trials have finished first depends on the machines where several run at once: there, each runs to its end.
  const isAlone = !runner.concurrency
  const rule = new MedianRule({ margin: 0.08, from: Math.max(2, Math.ceil(budget.epochs / 2)), leastTrials: 3 })
  const found = new Map<string, TrialResult>()
  const failures = new Map<string, string>()
  // Seed by seed, so that a study that is cut short has every row; the baseline first, so that the rule knows it.
  const rows = [...study.rows].sort((a, b) => Number(b.label === study.baseline) - Number(a.label === study.baseline))
  const count = seeds.length * rows.length
  const runOne = async (row: StudyRow, seed: number, index: number) => {
    const request = requestMakers[study.task](row.changes, budget, seed)
    const id = trialIdOf(request)
    const known = await options.readTrial(id)
    if (abort.aborted) throw new TrialAborted('The study was stopped.')
    options.onTrial?.({ row: row.label, seed, index, count, isKnown: known !== undefined })
    try {
      const epochs: TrialResult['epochs'] = []
      const onEpoch = (epoch: TrialResult['epochs'][number]) => {
        epochs.push(epoch)
        const canStop = isAlone && row.label !== study.baseline && epochs.length < budget.epochs
        return canStop && rule.isLost(epochs) ? 'stop' : 'go on'
      }
      const result = known ?? (await runner.run({ id, request }, { onEpoch, abort }))
      rule.add(result.epochs)
      found.set(keyOf(row, seed), result)
    } catch (error) {
      if (abort.aborted || error instanceof RunnerUnusable) throw error
      failures.set(keyOf(row, seed), (error as Error).message)
    }
  }
  const slots = new TrialSlots(runner)
  const all = seeds.flatMap((seed) => rows.map((row) => ({ row, seed })))
  for (const [index, { row, seed }] of all.entries()) {
    await slots.room()
    slots.start(runOne(row, seed, index + 1))
  }
  await slots.ended()
  return figuresOf(study, { budget, seeds, found, failures })
}

/** What the trials of before come to; those that are missing are simply not there. */
export async function readStudyFigures(
  study: Study,
  options: Pick<StudyOptions, 'budget' | 'seedCount' | 'readTrial'> & {
    readonly failures?: ReadonlyMap<string, string>
  }
): Promise<StudyFigures> {
  const { budget, seedCount, readTrial, failures = new Map<string, string>() } = options
  const seeds = seedsOf(seedCount)
  const found = new Map<string, TrialResult>()
  for (const row of study.rows) {
    for (const seed of seeds) {
      const known = await readTrial(trialIdOf(requestMakers[study.task](row.changes, budget, seed)))
      if (known) found.set(keyOf(row, seed), known)
    }
  }
  return figuresOf(study, { budget, seeds, found, failures })
}

const seedsOf = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** Names a trial within its study. */
export const keyOf = ({ label }: Pick<StudyRow, 'label'>, seed: number) => `${label} ${seed}`

interface Trials {
  readonly budget: Budget
  readonly seeds: readonly number[]
  readonly found: ReadonlyMap<string, TrialResult>
  readonly failures: ReadonlyMap<string, string>
}

function figuresOf(study: Study, { budget, seeds, found, failures }: Trials): StudyFigures {
  const baseline = study.rows.find(({ label }) => label === study.baseline)
  const figures = study.rows.map((row): RowFigures => {
    const trials = seeds.flatMap((seed) => found.get(keyOf(row, seed)) ?? [])
    const leads = seeds.flatMap((seed) => {
      const [own, base] = [found.get(keyOf(row, seed))?.r2, baseline && found.get(keyOf(baseline, seed))?.r2]
      return typeof own === 'number' && typeof base === 'number' ? [own - base] : []
    })
    const over = (of: (trial: TrialResult) => number | null) => meanInterval(trials.flatMap((trial) => of(trial) ?? []))
    return {
      ...{ row, trials, lead: meanInterval(leads) },
      r2: over(({ r2 }) => r2),
      trainingLoss: over(({ trainingLoss }) => trainingLoss),
      validationLoss: over(({ validationLoss }) => validationLoss),
      secondsPerEpoch: over(({ secondsPerEpoch }) => secondsPerEpoch),
      trainingSeconds: over(({ trainingSeconds }) => trainingSeconds),
      peakMemoryMiB: over(({ peakMemoryMiB }) => peakMemoryMiB),
      parameterCount: trials[0]?.parameterCount ?? NaN,
      stoppedCount: trials.filter(({ isStopped }) => isStopped).length,
      failures: seeds.flatMap((seed) => failures.get(keyOf(row, seed)) ?? [])
    }
  })
  const all = [...found.values()]
  return {
    ...{ study, budget, seeds, rows: figures },
    kernel: all[0]?.kernel ?? '',
    trainingSeconds: all.reduce((sum, { trainingSeconds }) => sum + trainingSeconds, 0)
  }
}
