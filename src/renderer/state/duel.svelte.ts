/** The duel on the screen: what is asked, whether it runs and what came of it. Knows nothing of markup. */
import type { DuelResult } from '../../core/duel/result'
import type { LabClient } from '../client'
import { DuelForm } from './duel-form.svelte'
import { LabJob, type ModelTask } from './lab-job.svelte'

export class Duel extends LabJob<DuelResult> {
  readonly form = new DuelForm()

  constructor() {
    super('duel')
  }

  async start(lab: LabClient, task: ModelTask): Promise<void> {
    const choice = this.form.choice
    if (choice) await this.run(async (jobId) => (await lab.runDuel({ jobId, ...task, ...choice })) as DuelResult)
  }
}
