/**
 * The output of any kept epoch of a run on the scope, live: the slider under the curve. The stream that runs is given
 * the weights of that epoch, at the same place of the same signal. Draws nothing.
 */
import type { RunRecord } from '../../contract/training'
import { isLent, modelOfRun, runModelId } from './run-model'
import type { Tuning } from './tuning.svelte'

export class TimeMachine {
  /** Put each epoch on the scope as soon as it is kept. */
  follows = $state(false)
  readonly #tuning: Tuning
  /** What ran before, to go back to. */
  #before: string | undefined

  constructor(tuning: Tuning) {
    this.#tuning = tuning
  }

  /** The epoch of this run that is on the scope; undefined if none is. */
  epochOf({ id, keptEpochs }: RunRecord): number | undefined {
    const running = this.#tuning.model?.id
    return keptEpochs.find((epoch) => runModelId(id, epoch) === running)
  }

  async show(record: RunRecord, epoch: number): Promise<void> {
    const running = this.#tuning.model
    if (running && !isLent(running.id)) this.#before = running.id
    await this.#tuning.runLent(modelOfRun(record, epoch))
  }

  /** The result of a run on the open signal. */
  async use(record: RunRecord): Promise<void> {
    this.follows = false
    await this.#tuning.runLent(modelOfRun(record))
  }

  /** The model that ran before any epoch did. */
  async leave(): Promise<void> {
    this.follows = false
    if (this.#before !== undefined) await this.#tuning.chooseModel(this.#before)
  }

  get canLeave(): boolean {
    return this.#before !== undefined && isLent(this.#tuning.model?.id ?? '')
  }

  /** An epoch was kept. */
  onKept(record: RunRecord, epoch: number): void {
    if (this.follows) void this.show(record, epoch)
  }
}
