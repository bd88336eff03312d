/** Training streams of any kind from a plan of plain data, so that another thread can make the same ones. */
import { Random } from '../random'
import { JointStreams, type JointTask } from './joint-streams'
import { ToneStreams, type StreamBlock, type StreamsState, type StreamTask } from './tone-streams'

export type StreamsPlan = {
  /** Streams side by side, or rows of them. */
  readonly rowCount: number
  readonly seed: number
  /** Streams of another purpose draw other numbers from the same seed. */
  readonly purpose: string
} & ({ readonly kind: 'tones'; readonly task: StreamTask } | { readonly kind: 'joint'; readonly task: JointTask })

/** Where the blocks come from; each continues the one before. */
export interface TrainingStreams {
  readonly featureCount: number
  /** Input [streams, ticks, features], target [streams, ticks, 2]. */
  next(tickCount: number): StreamBlock
  readonly state: StreamsState
  /** Throws RangeError for a state of other streams. */
  restore(state: StreamsState): void
}

/** Throws RangeError for what does not fit together. */
export function makeStreams(plan: StreamsPlan): TrainingStreams {
  const random = Random.derive(plan.seed, plan.purpose)
  return plan.kind === 'joint'
    ? new JointStreams(plan.task, plan.rowCount, random)
    : new ToneStreams(plan.task, plan.rowCount, random)
}
