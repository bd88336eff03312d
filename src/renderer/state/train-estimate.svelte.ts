/**
 * What a training would be, asked of the process while the form is filled in: size at once, time by a trial once the
 * form has rested. The answer to an older question that comes late is dropped.
 */
import type { TrainingEstimate, TrainRequest } from '../../contract/training'
import { mapOf } from './copies'
import { startedAnew, type TrainingProcess } from './training-process.svelte'

const restMilliseconds = { size: 250, trial: 1500 }

export class TrainEstimate {
  value = $state.raw<TrainingEstimate>()
  /** Why the process would not train this; undefined if it would. */
  refusal = $state<string>()
  /** A trial is on its way. */
  tries = $state(false)
  readonly #process: TrainingProcess
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = ''
  #trials = mapOf<string, TrainingEstimate>()

  constructor(process: TrainingProcess) {
    this.#process = process
  }

  /** The form says this now; undefined while it says nothing that can be trained. */
  note(request: TrainRequest | undefined, mayTry: boolean): void {
    const key = request ? keyOf(request) : ''
    if (key === this.#asked) return
    this.#asked = key
    clearTimeout(this.#timer)
    this.tries = false
    if (!request) {
      this.value = undefined
      this.refusal = undefined
      return
    }
    this.#timer = setTimeout(() => void this.#ask(key, request, mayTry), restMilliseconds.size)
  }

  /** Nobody looks any more. */
  rest(): void {
    clearTimeout(this.#timer)
    this.#asked = ''
  }

  async #ask(key: string, request: TrainRequest, mayTry: boolean): Promise<void> {
    const known = this.#trials.get(key)
    if (known) {
      this.value = known
      this.refusal = undefined
      return
    }
    if (!(await this.#estimate(key, request, false)) || !mayTry || key !== this.#asked) return
    this.#timer = setTimeout(async () => {
      this.tries = true
      await this.#estimate(key, request, true)
      if (key === this.#asked) this.tries = false
    }, restMilliseconds.trial)
  }

  async #estimate(key: string, request: TrainRequest, trial: boolean): Promise<boolean> {
    try {
      const client = await this.#process.ready()
      const value = await client.estimateTraining({ request, trial })
      if (trial && value.stepMilliseconds !== null) this.#trials.set(key, value)
      if (key !== this.#asked) return false
      this.value = value
      this.refusal = undefined
      return true
    } catch (error) {
      if (key !== this.#asked) return false
      // Its process made room for another one: the size is asked of that, and the time is left untold.
      if ((error as Error).message === startedAnew) return !trial && this.#estimate(key, request, false)
      if (!trial) this.value = undefined
      this.refusal = (error as Error).message
      return false
    }
  }
}

/** Name and seed change neither size nor time. */
function keyOf(request: TrainRequest): string {
  return JSON.stringify({ ...request, id: '', title: '', seed: 0 })
}
