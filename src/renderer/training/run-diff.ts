/** What differs between runs that stand side by side; what is the same in all of them is left out. */
import type { RunSummary, RunValue } from '../../contract/training'

export interface RunDifference {
  readonly name: string
  /** One a run, in their order; undefined where a run has no such value. */
  readonly values: readonly (RunValue | undefined)[]
}

/** Settings and figures that are not the same in all runs, in the order in which the runs name them. */
export function differencesOf(runs: readonly RunSummary[]): RunDifference[] {
  const names = new Set(runs.flatMap(({ values }) => Object.keys(values)))
  return [...names].flatMap((name) => {
    const values = runs.map((run) => (Object.hasOwn(run.values, name) ? run.values[name] : undefined))
    return values.every((value) => Object.is(value, values[0])) ? [] : [{ name, values }]
  })
}

/** Figures come of a run; everything else was asked for. */
export function isFigure(name: string): boolean {
  return /^(best|metrics)\.|^(seconds|step|epoch|loss|validationLoss|validationR2)$/.test(name)
}
