/** Where a trial stands, as a checkpoint: its training's state, and the epochs that were told. Knows nothing of files. */
import * as v from 'valibot'
import { InputError } from '../../core/signal/signal'
import type { Checkpoint } from '../library/checkpoint-file'
import { environmentOf } from '../training/environment'
import { fromCheckpoint, toCheckpoint } from '../training/run-state'
import type { Training } from '../training/training'
import { TrialEpoch } from './trial-result'

/** Where checkpoints go and come from. */
export interface CheckpointKeeper {
  /** The newest; undefined where there is none, or none that is whole. */
  read(): Promise<Checkpoint | undefined>
  write(checkpoint: Checkpoint, step: number): Promise<void>
  readonly everyMilliseconds: number
  /** Asked when a trial is stopped: is it to go on later from here, instead of ending with what it has? */
  isPaused(): boolean
}

const Json = v.object({ training: v.unknown(), epochs: v.array(TrialEpoch) })

/** One trial's training between its checkpoints. */
export class TrialProgress {
  readonly epochs: TrialEpoch[] = []
  #secondsBefore = 0
  #started = performance.now()
  #kept = performance.now()
  readonly #dataHash: string

  constructor(
    readonly training: Training,
    readonly keeper: CheckpointKeeper | undefined
  ) {
    this.#dataHash = training.data.hash()
  }

  /** Trained so far, over all processes that had a part. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#started) / 1000
  }

  /**
   * Go on where the newest checkpoint stands. One of other data, of another program or of other kernels is passed over: the
   * figures of a trial come from one of each.
   */
  async resume(): Promise<void> {
    const checkpoint = await this.keeper?.read()
    const found = checkpoint && this.#decode(checkpoint)
    if (found) {
      this.training.trainer.restore(found.state.trainer)
      this.epochs.push(...found.epochs)
      this.#secondsBefore = found.state.seconds
    }
    this.#started = this.#kept = performance.now()
  }

  async keepWhenDue(): Promise<void> {
    if (this.keeper && performance.now() - this.#kept >= this.keeper.everyMilliseconds) await this.keep()
  }

  async keep(): Promise<void> {
    const { trainer, engine } = this.training
    const { json, arrays } = toCheckpoint({
      ...{ trainer: await trainer.state(), seconds: this.seconds, dataHash: this.#dataHash },
      ...{ environment: environmentOf(engine), points: { lossSum: 0, count: 0 } }
    })
    const { epochs } = this
    await this.keeper?.write({ json: { training: json, epochs }, arrays }, trainer.progress.step)
    this.#kept = performance.now()
  }

  #decode({ json, arrays }: Checkpoint) {
    const parsed = v.safeParse(Json, json)
    if (!parsed.success) return undefined
    try {
      const state = fromCheckpoint({ json: parsed.output.training, arrays })
      const isOurs =
        state.dataHash === this.#dataHash &&
        JSON.stringify(state.environment) === JSON.stringify(environmentOf(this.training.engine))
      return isOurs ? { state, epochs: parsed.output.epochs } : undefined
    } catch (error) {
      if (error instanceof InputError) return undefined
      throw error
    }
  }
}
