/** What the layout Compare shows: cross-talk, the duel or the Bode plot, and of which model the last two are. */
import { Bode } from './bode.svelte'
import type { Connection } from './connection.svelte'
import { Duel } from './duel.svelte'
import type { ModelTask } from './lab-job.svelte'
import type { Running } from './running.svelte'
import type { Tuning } from './tuning.svelte'

export class Comparing {
  shown = $state<'leakage' | 'duel' | 'bode'>('leakage')
  readonly duel = new Duel()
  readonly bode = new Bode()
  readonly #connection: Connection
  readonly #running: Running
  readonly #tuning: Tuning

  /** Who would be measured now, and over which tones; undefined while no filter runs. */
  readonly duelTask = $derived.by(() => this.#taskOf(this.duel.modelId))
  readonly bodeTask = $derived.by(() => this.#taskOf(this.bode.modelId))

  constructor(parts: { connection: Connection; running: Running; tuning: Tuning }) {
    this.#connection = parts.connection
    this.#running = parts.running
    this.#tuning = parts.tuning
  }

  #taskOf(modelId: string | undefined): ModelTask | undefined {
    const model = this.#connection.models.find(({ id }) => id === modelId) ?? this.#tuning.model
    const { stream } = this.#running
    if (!model || !stream) return undefined
    const { sampleRate } = stream.signal
    // A model that takes any rate is measured at the signal's.
    const own = { frequenciesHz: [...model.frequenciesHz], sampleRate: model.sampleRate || sampleRate }
    const task = model.selects === 'fixed' ? own : { frequenciesHz: [...this.#tuning.tones.frequenciesHz], sampleRate }
    return { modelId: model.id, ...task }
  }

  startDuel(): void {
    if (this.#connection.lab && this.duelTask) void this.duel.start(this.#connection.lab, this.duelTask)
  }

  cancelDuel(): void {
    if (this.#connection.lab) this.duel.cancel(this.#connection.lab)
  }

  startBode(): void {
    if (this.#connection.lab && this.bodeTask) void this.bode.start(this.#connection.lab, this.bodeTask)
  }

  cancelBode(): void {
    if (this.#connection.lab) this.bode.cancel(this.#connection.lab)
  }
}
