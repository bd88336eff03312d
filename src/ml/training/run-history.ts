/** The points of a run's history: about so many, however long the training is, and one for each end of an epoch. Knows no files. */
import type { HistoryPoint } from '../../contract/runs'
import type { RunState } from './run-state'
import type { StepReport } from './trainer'

const pointsAtMost = 2000

export class RunHistory {
  /** Losses since the last point, for a checkpoint. */
  sums: RunState['points'] = { lossSum: 0, count: 0 }
  #points: HistoryPoint[] = []

  take(report: StepReport, { stepCount, stepMilliseconds }: { stepCount: number; stepMilliseconds: number }): void {
    const { step, epoch, loss, gradientNorm, learningRate, epochEnd } = report
    const stride = Math.max(1, Math.ceil(stepCount / pointsAtMost))
    this.sums = { lossSum: this.sums.lossSum + loss, count: this.sums.count + 1 }
    if (!epochEnd && step % stride !== 0) return
    this.#points.push({
      ...{ step, epoch, loss: this.sums.lossSum / this.sums.count, learningRate, stepMilliseconds },
      gradientNorm: finiteOrNull(gradientNorm),
      ...(epochEnd && {
        epochLoss: finiteOrNull(epochEnd.figures.loss),
        validationLoss: finiteOrNull(epochEnd.figures.validationLoss),
        validationR2: finiteOrNull(epochEnd.figures.validationR2)
      })
    })
    this.sums = { lossSum: 0, count: 0 }
  }

  /** The points since the last time that it was asked. */
  newPoints(): HistoryPoint[] {
    const points = this.#points
    this.#points = []
    return points
  }
}

/** What JSON has for a number that is none. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
