/** The laboratory process as the screen sees it: whether it is there, what it computes with, which models it has. */
import type { EngineInfo, ModelInfo } from '../../contract/lab'
import type { LabClient } from '../client'

export type LabPhase =
  | { kind: 'starting' }
  | { kind: 'ready'; engine: EngineInfo }
  | { kind: 'restarting'; reason: string }
  | { kind: 'ended'; reason: string }

export class Connection {
  phase = $state.raw<LabPhase>({ kind: 'starting' })
  /** Those of the library, and what was lent from a run. */
  readonly models = $derived.by<readonly ModelInfo[]>(() => [...this.#library, ...(this.#lent ? [this.#lent] : [])])
  #library = $state.raw<readonly ModelInfo[]>([])
  #lent = $state.raw<ModelInfo>()
  /** Seconds for which the process has been silent; 0 while it answers. */
  silentSeconds = $state(0)
  lab: LabClient | undefined

  /** Ask a new laboratory what it is. The engine loads during this call. */
  async greet(lab: LabClient): Promise<void> {
    this.lab?.end('The laboratory was started anew.')
    this.lab = lab
    this.phase = { kind: 'starting' }
    this.silentSeconds = 0
    const [engine, models] = await Promise.all([lab.describeEngine(undefined), lab.listModels(undefined)])
    this.#library = models
    this.phase = { kind: 'ready', engine }
  }

  /** A model that is in no library, such as an epoch of a training: one at a time. */
  lend(model: ModelInfo): void {
    this.#lent = model
  }

  /** The library on the disk has changed. */
  async readModels(): Promise<void> {
    if (this.lab) this.#library = await this.lab.refreshModels(undefined)
  }

  lose(reason: string, restarting: boolean): void {
    this.lab?.end(reason)
    this.lab = undefined
    this.silentSeconds = 0
    this.phase = restarting ? { kind: 'restarting', reason } : { kind: 'ended', reason }
  }
}
