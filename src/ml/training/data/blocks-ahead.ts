/**
 * The blocks of endless streams, one ahead of whoever takes them: a thread makes the next one while the network trains on
 * this one. The blocks are the same bits with and without a thread, and the state is always that behind the block that was
 * taken, never that of the one which is ready.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { makeStreams, type StreamsPlan, type TrainingStreams } from '../../../core/dataset/streams'
import type { StreamBlock, StreamsState } from '../../../core/dataset/tone-streams'
import { threadCount } from '../../engine/thread-count'
import type { BlockOrder, MadeBlock } from './block-thread'
import script from './block-thread?thread'

/** A thread takes about half as long to start: it is worth it once so much time went into blocks made here. */
const worthMilliseconds = 100

export class BlocksAhead {
  readonly #plan: StreamsPlan
  readonly #tickCount: number
  readonly #streams: TrainingStreams
  #thread: BlockThread | undefined
  /** Behind the last block, where the thread made it. */
  #state: StreamsState | undefined
  /** More milliseconds of work here than these, and a thread takes over. */
  #patience = threadPatience()

  /** Blocks of `tickCount` ticks. Throws RangeError for a plan that does not fit together. */
  constructor(plan: StreamsPlan, tickCount: number) {
    this.#plan = plan
    this.#tickCount = tickCount
    this.#streams = makeStreams(plan)
  }

  get featureCount(): number {
    return this.#streams.featureCount
  }

  /** Whether a thread makes them by now. */
  get isAhead(): boolean {
    return this.#thread !== undefined
  }

  /** Throws whatever is wrong with the streams. */
  async next(): Promise<StreamBlock> {
    if (!this.#thread) return this.#makeHere()
    try {
      const { block, state } = await this.#thread.take()
      this.#state = state
      return block
    } catch {
      // They go on here, without another thread: if it was the streams' own fault, it shows here with its words.
      this.restore(this.state)
      this.#patience = Infinity
      return this.#makeHere()
    }
  }

  /** Everything that the next blocks depend on. */
  get state(): StreamsState {
    return this.#state ?? this.#streams.state
  }

  /** Go on where a state was taken. Throws RangeError if it is of other streams. */
  restore(state: StreamsState): void {
    this.dispose()
    this.#streams.restore(state)
    this.#state = undefined
  }

  /** Ends the thread. */
  dispose(): void {
    this.#thread?.end()
    this.#thread = undefined
  }

  #makeHere(): StreamBlock {
    const started = performance.now()
    const block = this.#streams.next(this.#tickCount)
    this.#patience -= performance.now() - started
    if (this.#patience <= 0) this.#startThread()
    return block
  }

  #startThread(): void {
    const state = this.#streams.state
    try {
      this.#thread = new BlockThread({ plan: this.#plan, state, tickCount: this.#tickCount })
      this.#state = state
    } catch {
      // No thread is to be had: it goes on here.
      this.#patience = Infinity
    }
  }
}

/** A thread that has one block ready or in the making. */
class BlockThread {
  readonly #worker: Worker
  readonly #ended = new AbortController()
  #next: Promise<MadeBlock>

  constructor(order: BlockOrder) {
    this.#worker = new Worker(script, { eval: true, workerData: order })
    this.#worker.on('error', () => {})
    this.#worker.on('exit', () => this.#ended.abort())
    this.#next = this.#receive()
  }

  /** The block that is ready; the next one is begun. Throws what ended the thread. */
  async take(): Promise<MadeBlock> {
    const made = await this.#next
    this.#worker.postMessage('next')
    this.#next = this.#receive()
    return made
  }

  end(): void {
    void this.#worker.terminate()
  }

  #receive(): Promise<MadeBlock> {
    const made = once(this.#worker, 'message', { signal: this.#ended.signal }).then(([message]) => message as MadeBlock)
    // Its failure is told to whoever takes the block; if nobody does, it is none.
    made.catch(() => {})
    return made
  }
}

/** SIGNAL_LAB_DATA_THREAD: "on" at the first block, "off" never. A training that is kept to one thread has no other. */
function threadPatience(): number {
  const chosen = process.env.SIGNAL_LAB_DATA_THREAD
  if (chosen === 'on') return 0
  return chosen === 'off' || threadCount() < 2 ? Infinity : worthMilliseconds
}
