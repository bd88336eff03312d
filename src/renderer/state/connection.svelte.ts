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
  models = $state.raw<readonly ModelInfo[]>([])
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
    this.models = models
    this.phase = { kind: 'ready', engine }
  }

  lose(reason: string, restarting: boolean): void {
    this.lab?.end(reason)
    this.lab = undefined
    this.silentSeconds = 0
    this.phase = restarting ? { kind: 'restarting', reason } : { kind: 'ended', reason }
  }
}
