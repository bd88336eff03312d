/** The record of a run at its start. */
import { version } from '../../../package.json'
import type { RunRecord } from '../../contract/runs'
import type { TrainRequest } from '../../contract/train-request'

export function newRecord(
  id: string,
  request: TrainRequest,
  { tags = [], notes = '' }: { readonly tags?: readonly string[]; readonly notes?: string } = {}
): RunRecord {
  const now = new Date().toISOString()
  return {
    ...{ formatVersion: 1, id, title: request.title, request, status: 'queued', createdAt: now, updatedAt: now },
    ...{ seconds: 0, step: 0, stepCount: 0, epoch: 0, epochCount: 0, best: null, keptEpochs: [], metrics: {} },
    ...{ summary: '', parameterCount: 0, kernel: '', device: 'cpu', threads: 0, appVersion: version },
    ...{ tensorflowVersion: '', dataHash: '', tags: [...tags], notes, message: '' }
  }
}
