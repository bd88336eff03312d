/** The program of a thread that makes the blocks of streams, each when the one before was taken. Loads no TensorFlow. */
import { parentPort, workerData } from 'node:worker_threads'
import { makeStreams, type StreamsPlan } from '../../../core/dataset/streams'
import type { StreamBlock, StreamsState } from '../../../core/dataset/tone-streams'

/** What to make, and from where on. */
export interface BlockOrder {
  readonly plan: StreamsPlan
  readonly state: StreamsState
  readonly tickCount: number
}

export interface MadeBlock {
  readonly block: StreamBlock
  /** Of the streams behind the block. */
  readonly state: StreamsState
}

const { plan, state, tickCount } = workerData as BlockOrder
const streams = makeStreams(plan)
streams.restore(state)
parentPort!.on('message', make)
make()

function make(): void {
  const block = streams.next(tickCount)
  const { input, target, restarted, tone } = block
  const made: MadeBlock = { block, state: streams.state }
  const moved = [input, target, restarted, made.state.numbers, ...(tone ? [tone.scale, tone.power] : [])]
  parentPort!.postMessage(
    made,
    moved.map(({ buffer }) => buffer as ArrayBuffer)
  )
}
