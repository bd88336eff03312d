/** How the window writes the figures of studies and searches. Knows nothing of where they stand. */
import type { SearchAdvanced, StudyAdvanced, StudyBudget, StudyInterval, StudyRowReport } from '../../contract/training'
import { noValue } from '../format'
import { writeNumber } from '../number-style.svelte'

/** "0.353 ± 0.012"; without an interval where there is one value only. */
export function formatInterval({ mean, halfWidth }: StudyInterval, digits: number): string {
  if (mean === null) return noValue
  const write = (value: number) => writeNumber(value.toFixed(digits))
  return halfWidth === null ? write(mean) : `${write(mean)} ± ${write(halfWidth)}`
}

/** "Trial 3 of 15: 0.2, seed 1; about 2 min left". */
export function progressOf({ trial, trialCount, row, seed, secondsLeft }: StudyAdvanced): string {
  return `Trial ${trial} of ${trialCount}: ${row}, seed ${seed}; ${leftText(secondsLeft)}`
}

/** "Trial 3 of 20: LSTM, 2 layers, …; about 2 min left". */
export function searchProgressOf({ trial, trials, point, secondsLeft }: SearchAdvanced): string {
  const settings = Object.entries(point).map(
    ([name, value]) => `${settingTitle(name).toLowerCase()} ${settingText(value)}`
  )
  return `Trial ${trial} of ${trials}: ${settings.join(', ')}; ${leftText(secondsLeft)}`
}

const settingTitles: Readonly<Record<string, string>> = {
  ...{ kind: 'Kind', layers: 'Layers', units: 'Units', dropout: 'Dropout', learningRate: 'Learning rate' }
}

export const settingTitle = (name: string): string => settingTitles[name] ?? name

export function settingText(value: number | string): string {
  return typeof value === 'string' ? value : writeNumber(String(Number(value.toPrecision(3))))
}

/** Budgets to choose from, each with what it means for a task. */
export function budgetOptions(budgets: readonly StudyBudget[], task: 'sequences' | 'streams') {
  return budgets.map(({ id, sentences }) => ({
    ...{ value: id, text: id[0].toUpperCase() + id.slice(1), hint: sentences[task] }
  }))
}

const leftText = (seconds: number | null) =>
  seconds === null ? 'the first epoch will tell how long it takes' : `${formatLeft(seconds)} left`

/** A time that nobody knows to the second. */
function formatLeft(seconds: number): string {
  if (seconds >= 5400) return `about ${Math.round(seconds / 3600)} h`
  if (seconds >= 90) return `about ${Math.round(seconds / 60)} min`
  return `${Math.ceil(seconds)} s`
}

/** What else is to say of a row: trials that were given up, and why others failed. */
export function notesOf({ stoppedCount, failures }: StudyRowReport): string {
  const stopped = stoppedCount > 0 ? [`${stoppedCount} stopped early: far below the others`] : []
  return [...stopped, ...failures].join(' ')
}
