/**
 * A search for networks: a sampler says what is tried next, trials run like those of studies, and what is lost ends early.
 *
 * The same search with the same seed asks for the same trials, so one that was cut short goes on where it was.
 */
import { SuccessiveHalving } from '../../core/search/halving'
import { paretoFront } from '../../core/search/pareto'
import { gridSampler, randomSampler, type Sampler, type Tried } from '../../core/search/sampler'
import type { Point, Space } from '../../core/search/space'
import { tpeSampler } from '../../core/search/tpe'
import { Random } from '../../core/random'
import type { Budget } from './budgets'
import type { StudyTask } from './define'
import { MedianRule } from './median-rule'
import { RunnerUnusable, type TrialRunner } from './runner'
import { requestAt } from './search-space'
import { trialIdOf, type TrialEpoch, type TrialResult } from './trial-result'
import { TrialSlots } from './trial-slots'

export const searchMethods = ['grid', 'random', 'asha', 'tpe'] as const
export type SearchMethod = (typeof searchMethods)[number]

/** As the window tells of them. */
export const searchMethodWords: Readonly<Record<SearchMethod, { readonly title: string; readonly summary: string }>> = {
  tpe: {
    title: 'TPE',
    summary: 'Tries near what was good (tree-structured Parzen estimator), and ends what is below the median'
  },
  asha: { title: 'ASHA', summary: 'Draws, and lets the better half go on at each doubling of epochs' },
  random: { title: 'Random', summary: 'Draws, and trains each to its end' },
  grid: { title: 'Grid', summary: 'Every combination of three values of each number, in a shuffled order' }
}

export interface SearchPlan {
  readonly method: SearchMethod
  readonly task: StudyTask
  readonly space: Space
  readonly budget: Budget
  readonly trialCount: number
  readonly seed: number
}

export interface SearchTrial {
  readonly index: number
  readonly point: Point
  /** Absent where the trial failed. */
  readonly result?: TrialResult
  readonly failure?: string
}

export interface SearchOptions {
  readonly runner: TrialRunner
  readTrial(trialId: string): Promise<TrialResult | undefined>
  onTrial?(told: { index: number; count: number; point: Point; isKnown: boolean }): void
  /** A trial has come to its end, with a figure or without. */
  onEnded?(trial: SearchTrial): void
  readonly abort: AbortSignal
}

interface Method {
  sampler(plan: SearchPlan, random: Random): Sampler
  /** Says of a trial under way whether it may go on; made anew for each search. */
  makeRule(plan: SearchPlan): {
    goesOn(epochs: readonly TrialEpoch[]): boolean
    finished(epochs: readonly TrialEpoch[]): void
  }
}

const noRule = () => ({ goesOn: () => true, finished: () => undefined })

const methods: Readonly<Record<SearchMethod, Method>> = {
  grid: { sampler: ({ space }, random) => gridSampler(space, 3, random), makeRule: noRule },
  random: { sampler: ({ space }, random) => randomSampler(space, random), makeRule: noRule },
  asha: {
    sampler: ({ space }, random) => randomSampler(space, random),
    makeRule() {
      const halving = new SuccessiveHalving({ first: 1, factor: 2 })
      return {
        goesOn: (epochs) => halving.goesOn(epochs.length, lossOf(epochs)),
        finished: () => undefined
      }
    }
  },
  tpe: {
    sampler: ({ space }, random) => tpeSampler(space, random),
    makeRule({ budget }) {
      const rule = new MedianRule({ margin: 0, from: Math.max(1, Math.floor(budget.epochs / 2)), leastTrials: 5 })
      return { goesOn: (epochs) => !rule.isLost(epochs), finished: (epochs) => rule.add(epochs) }
    }
  }
}

/** Rejects with TrialAborted if it is stopped, and with RunnerUnusable. */
export async function runSearch(plan: SearchPlan, options: SearchOptions): Promise<SearchTrial[]> {
  const { method, task, budget, trialCount, seed } = plan
  const { runner, abort } = options
  const sampler = methods[method].sampler(plan, Random.derive(seed, `search by ${method}`))
  const rule = methods[method].makeRule(plan)
  const trials: SearchTrial[] = []
  // One that is under way counts as a bad one, so that its neighbours are not tried beside it.
  const tried: Tried[] = []
  const runOne = async (index: number, point: Point) => {
    const request = requestAt(point, task, budget, seed)
    const id = trialIdOf(request)
    const known = await options.readTrial(id)
    options.onTrial?.({ index: index + 1, count: trialCount, point, isKnown: known !== undefined })
    try {
      const epochs: TrialEpoch[] = []
      const onEpoch = (epoch: TrialEpoch) => {
        epochs.push(epoch)
        return epochs.length >= budget.epochs || rule.goesOn(epochs) ? 'go on' : 'stop'
      }
      if (known) known.epochs.forEach(onEpoch)
      const result = known ?? (await runner.run({ id, request }, { onEpoch, abort }))
      rule.finished(result.epochs)
      trials[index] = { index, point, result }
      tried[index] = { point, loss: finiteLoss(result.epochs) }
    } catch (error) {
      if (abort.aborted || error instanceof RunnerUnusable) throw error
      trials[index] = { index, point, failure: (error as Error).message }
    }
    options.onEnded?.(trials[index])
  }
  const slots = new TrialSlots(runner)
  for (let index = 0; index < trialCount; index += 1) {
    await slots.room()
    const point = sampler.next(tried)
    if (!point) break
    tried[index] = { point, loss: Infinity }
    slots.start(runOne(index, point))
  }
  await slots.ended()
  return trials
}

/** What was tried of a search, from its first trial to where it would go on; nothing is run. */
export async function readSearchTrials(
  plan: SearchPlan,
  { readTrial, failures }: Pick<SearchOptions, 'readTrial'> & { readonly failures?: ReadonlyMap<string, string> }
): Promise<SearchTrial[]> {
  const trials: SearchTrial[] = []
  const end = new AbortController()
  const runner: TrialRunner = {
    async run({ id }) {
      const failure = failures?.get(id)
      if (failure === undefined) end.abort()
      throw new Error(failure)
    }
  }
  try {
    await runSearch(plan, { runner, readTrial, abort: end.signal, onEnded: (trial) => trials.push(trial) })
  } catch (error) {
    if (!end.signal.aborted) throw error
  }
  return trials
}

/** The trial with the best validation, which is what a search may look at; its R² is on held-out signals. */
export function bestTrial(trials: readonly SearchTrial[]): SearchTrial | undefined {
  const measured = trials.filter(({ result }) => result && Number.isFinite(finiteLoss(result.epochs)))
  return measured.sort((a, b) => finiteLoss(a.result!.epochs) - finiteLoss(b.result!.epochs))[0]
}

/** Those that no other beats both in R² and in time per sample. */
export function frontOf(trials: readonly SearchTrial[]): SearchTrial[] {
  return paretoFront(trials, ({ result }) => ({
    gain: result?.r2 ?? NaN,
    cost: result?.microsecondsPerSample ?? NaN
  }))
}

/** Less is better: the best validation R² so far, with its sign turned. */
function lossOf(epochs: readonly TrialEpoch[]): number {
  return -epochs.reduce((best, { validationR2 }) => Math.max(best, validationR2), -Infinity)
}

function finiteLoss(epochs: readonly TrialEpoch[]): number {
  const loss = lossOf(epochs)
  return Number.isNaN(loss) ? Infinity : loss
}
