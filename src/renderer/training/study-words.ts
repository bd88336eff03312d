/** How the window writes the figures of a study. Knows nothing of where they stand. */
import type { StudyAdvanced, StudyInterval, StudyRowReport } from '../../contract/training'
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
  const left = secondsLeft === null ? 'the first epoch will tell how long it takes' : `${formatLeft(secondsLeft)} left`
  return `Trial ${trial} of ${trialCount}: ${row}, seed ${seed}; ${left}`
}

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
