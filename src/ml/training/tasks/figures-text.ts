/** How the figures of a model on fresh mixes are told. */
import type { EvaluationFigures } from '../../inference/evaluate-model'
import type { Measured } from './define'

export function figuresText(what: string, { r2, r2AfterSettling, siSdrDb }: EvaluationFigures): Measured {
  return {
    metrics: { r2, r2AfterSettling, siSdrDb },
    summary: `${what}; R² ${r2.toFixed(3)} from a cold start, ${r2AfterSettling.toFixed(3)} once settled`
  }
}
