/** A study's figures as the window shows them: numbers, or null where nothing was measured. Pure. */
import type { StudyChoice, StudyInterval, StudyReport } from '../../contract/studies'
import type { Interval } from '../../core/metrics/interval'
import { studyCsv, studyMarkdown } from './report'
import type { StudyFigures } from './run-study'
import { verdictOf } from './verdict'

export function studyReport(choice: StudyChoice, figures: StudyFigures): StudyReport {
  const { study, rows, seeds, kernel, trainingSeconds } = figures
  const trialCount = rows.length * seeds.length
  const measuredCount = rows.reduce((sum, { trials }) => sum + trials.length, 0)
  const failedCount = rows.reduce((sum, { failures }) => sum + failures.length, 0)
  return {
    ...choice,
    ...{ trialCount, measuredCount, failedCount, trainingSeconds, kernel },
    rows: rows.map((row) => ({
      ...{ label: row.row.label, value: row.row.value ?? null, isBaseline: row.row.label === study.baseline },
      trialCount: row.trials.length,
      r2: intervalOf(row.r2),
      trainingLoss: intervalOf(row.trainingLoss),
      validationLoss: intervalOf(row.validationLoss),
      secondsPerEpoch: intervalOf(row.secondsPerEpoch),
      peakMemoryMiB: intervalOf(row.peakMemoryMiB),
      parameterCount: finiteOrNull(row.parameterCount),
      stoppedCount: row.stoppedCount,
      failures: row.failures.map((sentence) => sentence.slice(0, 1000)),
      told: { ...row.row.told }
    })),
    // Of half a table it would say what the other half may contradict.
    verdict: measuredCount > 0 && measuredCount + failedCount >= trialCount ? verdictOf(figures) : '',
    markdown: studyMarkdown(figures),
    csv: studyCsv(figures)
  }
}

const intervalOf = ({ mean, halfWidth }: Interval): StudyInterval => {
  return { mean: finiteOrNull(mean), halfWidth: finiteOrNull(halfWidth) }
}

const finiteOrNull = (value: number) => (Number.isFinite(value) ? value : null)
