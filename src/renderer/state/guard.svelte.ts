/** Whether the running model fits the open signal, as the laboratory's domain guard says it. Asked anew after every change. */
import type { DomainReport } from '../../contract/lab'
import type { LabClient } from '../client'
import type { Stream } from './stream.svelte'

export class Guard {
  report = $state.raw<DomainReport>()
  #asked = 0

  /** The answer of an older question that comes late is dropped. */
  async ask(lab: LabClient, { info, signal }: Stream, channel: number): Promise<void> {
    const question = ++this.#asked
    const { modelId, frequenciesHz } = info
    try {
      const report = await lab.checkDomain({ signalId: signal.id, channel, modelId, frequenciesHz })
      if (question === this.#asked) this.report = report
    } catch {
      // A signal that was closed meanwhile, or a laboratory that ended: there is nothing to judge.
      if (question === this.#asked) this.report = undefined
    }
  }
}
