/** The training process as the page sees it: started when it is first needed, asked when it is there, missed when it ends. */
import type { TrainingDescription } from '../../contract/training'
import type { TrainingClient } from '../client'

/** How calls end that were under way when another process took the place of theirs. */
export const startedAnew = 'The training process was started anew.'

export type TrainingPhase =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended'; readonly reason: string }

export class TrainingProcess {
  phase = $state.raw<TrainingPhase>({ kind: 'off' })
  /** What it can train and on what; undefined until it was asked. */
  description = $state.raw<TrainingDescription>()
  client = $state.raw<TrainingClient>()
  readonly #begin: (device?: 'cpu' | 'gpu') => Promise<unknown>
  #waiting: { resolve(client: TrainingClient): void; reject(error: Error): void }[] = []

  constructor(begin: (device?: 'cpu' | 'gpu') => Promise<unknown>) {
    this.#begin = begin
  }

  /** Start it unless it is there or on its way. */
  ensure(): void {
    if (this.phase.kind === 'starting' || this.phase.kind === 'ready') return
    this.phase = { kind: 'starting' }
    this.#begin().catch((error: Error) => this.lose(error.message))
  }

  /** It is there: the first one, or one more after its end. */
  async take(client: TrainingClient): Promise<void> {
    this.client?.end(startedAnew)
    this.client = client
    this.phase = { kind: 'ready' }
    for (const { resolve } of this.#waiting.splice(0)) resolve(client)
    await this.refresh()
  }

  /** Ask anew what it computes with: TensorFlow is loaded when something trains. */
  async refresh(): Promise<void> {
    const { client } = this
    const description = await client?.describeTraining(undefined)
    if (client === this.client) this.description = description
  }

  /** Start it anew with other settings, or on another device than they say. */
  async reopen(device?: 'cpu' | 'gpu'): Promise<void> {
    this.client?.end(startedAnew)
    this.client = undefined
    this.phase = { kind: 'starting' }
    await this.#begin(device).catch((error: Error) => this.lose(error.message))
  }

  /** It has ended; another one may be on its way already. */
  lose(reason: string, restarting = false): void {
    this.client?.end(reason)
    this.client = undefined
    this.phase = restarting ? { kind: 'starting' } : { kind: 'ended', reason }
    if (restarting) return
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(reason))
  }

  /** The process, once it is there. */
  async ready(): Promise<TrainingClient> {
    if (this.client) return this.client
    this.ensure()
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }
}
