/**
 * The duel on the screen: what is asked, whether it runs and what came of it. It goes on when its layout is left, and
 * the result stays until the next one. Knows nothing of markup.
 */
import type { DuelResult } from '../../core/duel/result'
import type { LabClient } from '../client'
import { DuelForm } from './duel-form.svelte'

export type DuelPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly jobId: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string }

/** Who fights, and over which tones: decided when it starts. */
export interface DuelTask {
  readonly modelId: string
  readonly frequenciesHz: number[]
  readonly sampleRate: number
}

export class Duel {
  readonly form = new DuelForm()
  /** The network that was chosen for it; undefined for the one that runs. */
  modelId = $state<string>()
  phase = $state.raw<DuelPhase>({ kind: 'idle' })
  result = $state.raw<DuelResult>()
  #counter = 0
  #cancelled = false

  async start(lab: LabClient, task: DuelTask): Promise<void> {
    const choice = this.form.choice
    if (!choice || this.phase.kind === 'running') return
    this.#counter += 1
    const jobId = `duel-${this.#counter}-${Date.now().toString(36)}`
    this.phase = { kind: 'running', jobId }
    this.#cancelled = false
    try {
      this.result = (await lab.runDuel({ jobId, ...task, ...choice })) as DuelResult
      this.phase = { kind: 'idle' }
    } catch (error) {
      this.phase = this.#cancelled ? { kind: 'cancelled' } : { kind: 'failed', message: (error as Error).message }
    }
  }

  cancel(lab: LabClient): void {
    if (this.phase.kind !== 'running') return
    this.#cancelled = true
    // A duel that ends meanwhile has nothing to be cancelled.
    lab.cancelJob({ jobId: this.phase.jobId }).catch(() => undefined)
  }
}
