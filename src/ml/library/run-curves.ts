/** The lines of a history as curves: one array a figure, thinned so that they keep their shape. */
import type { HistoryPoint, RunHistory } from '../../contract/runs'
import { thinnedPlaces } from '../../core/runs/thin'

const mostEpochs = 10_000

export function curvesOf(history: readonly HistoryPoint[], count: number): Omit<RunHistory, 'runId'> {
  const points = thinned(history, (point) => point.loss, count)
  const ended = history.filter(({ validationLoss }) => validationLoss !== undefined)
  const epochs = thinned(ended, (point) => point.validationLoss, mostEpochs)
  return {
    points: {
      ...{ step: column(points, 'step'), epoch: column(points, 'epoch'), loss: column(points, 'loss') },
      ...{ learningRate: column(points, 'learningRate'), gradientNorm: column(points, 'gradientNorm') },
      stepMilliseconds: column(points, 'stepMilliseconds')
    },
    epochs: {
      ...{ epoch: column(epochs, 'epoch'), step: column(epochs, 'step'), loss: column(epochs, 'epochLoss') },
      ...{ validationLoss: column(epochs, 'validationLoss'), validationR2: column(epochs, 'validationR2') }
    }
  }
}

function thinned(
  points: readonly HistoryPoint[],
  figure: (point: HistoryPoint) => number | null | undefined,
  count: number
): HistoryPoint[] {
  const values = Float64Array.from(points, (point) => figure(point) ?? NaN)
  return thinnedPlaces(values, count).map((place) => points[place])
}

function column(points: readonly HistoryPoint[], name: keyof HistoryPoint): Float64Array {
  return Float64Array.from(points, (point) => point[name] ?? NaN)
}
