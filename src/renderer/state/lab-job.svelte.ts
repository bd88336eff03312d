/**
 * One measurement that the laboratory is asked for: whether it runs, what came of it, how it is cancelled. It goes on
 * when its layout is left, and the result stays until the next one. Knows nothing of what is measured.
 */
import type { LabClient } from '../client'

export type LabJobPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly jobId: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string }

/** Which network is measured, and over which tones: decided when it starts. */
export interface ModelTask {
  readonly modelId: string
  readonly frequenciesHz: number[]
  readonly sampleRate: number
}

export class LabJob<Result> {
  /** The network that was chosen for it; undefined for the one that runs. */
  modelId = $state<string>()
  phase = $state.raw<LabJobPhase>({ kind: 'idle' })
  result = $state.raw<Result>()
  readonly #name: string
  #counter = 0
  #cancelled = false

  constructor(name: string) {
    this.#name = name
  }

  cancel(lab: LabClient): void {
    if (this.phase.kind !== 'running') return
    this.#cancelled = true
    // What ends meanwhile has nothing to be cancelled.
    lab.cancelJob({ jobId: this.phase.jobId }).catch(() => undefined)
  }

  /** One at a time: while it runs, another is not begun. */
  protected async run(work: (jobId: string) => Promise<Result>): Promise<void> {
    if (this.phase.kind === 'running') return
    this.#counter += 1
    const jobId = `${this.#name}-${this.#counter}-${Date.now().toString(36)}`
    this.phase = { kind: 'running', jobId }
    this.#cancelled = false
    try {
      this.result = await work(jobId)
      this.phase = { kind: 'idle' }
    } catch (error) {
      this.phase = this.#cancelled ? { kind: 'cancelled' } : { kind: 'failed', message: (error as Error).message }
    }
  }
}
