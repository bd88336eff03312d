/** A small run as its folder would hold it; for the tests of this folder. */
import type { HistoryPoint, RunRecord } from '../../contract/runs'
import { usualStreams } from '../../contract/train-defaults'
import type { ExportedRun } from './define'

export function smallRun(
  changes: Partial<RunRecord> = {},
  history: readonly HistoryPoint[] = smallHistory
): ExportedRun {
  const request = usualStreams([1, 3, 5, 7], 1000)
  const record: RunRecord = {
    ...{ formatVersion: 1, id: 'run-1', title: 'First try', request, status: 'finished' },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:01:00.000Z', seconds: 30 },
    ...{ step: 30, stepCount: 30, epoch: 3, epochCount: 3, keptEpochs: [], metrics: { r2: 0.5 }, summary: 'Small' },
    best: { epoch: 3, step: 30, loss: 0.1, validationLoss: 0.2, validationR2: 0.8 },
    ...{ parameterCount: 100, kernel: 'native', device: 'cpu', threads: 2, appVersion: '0.1.0', dataHash: '' },
    ...{ tensorflowVersion: '2.21.0', tags: ['first'], notes: '', message: '' },
    ...changes
  }
  return { record, history }
}

const smallHistory: readonly HistoryPoint[] = [1, 2, 3].flatMap((epoch) => {
  const common = { epoch, learningRate: 0.001 * epoch, gradientNorm: 1 / epoch, stepMilliseconds: 5 }
  return [
    { ...common, step: 10 * epoch - 5, loss: 1 / epoch },
    { ...common, step: 10 * epoch, loss: 0.8 / epoch, validationLoss: 1.1 / epoch, validationR2: 1 - 1 / epoch }
  ]
})
