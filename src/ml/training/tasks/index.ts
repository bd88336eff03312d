/** The registry: one line a kind of training. */
import type { TrainRequest } from '../../../contract/train-request'
import type { TrainingTask } from './define'
import { jointTask } from './joint'
import { sequenceTask } from './sequences'
import { streamTask } from './streams'

type Kind = TrainRequest['kind']

const tasks: { readonly [K in Kind]: (request: Extract<TrainRequest, { kind: K }>) => TrainingTask } = {
  sequences: sequenceTask,
  streams: streamTask,
  joint: jointTask
}

/** What is to be trained. Throws RangeError for what cannot be. */
export function taskOf(request: TrainRequest): TrainingTask {
  return (tasks[request.kind] as (request: TrainRequest) => TrainingTask)(request)
}
