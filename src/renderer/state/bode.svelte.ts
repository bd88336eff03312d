/** The Bode plot on the screen: whether it is being measured, what came of it and which part of it is shown. */
import type { BodeResult } from '../../core/bode/report'
import type { LabClient } from '../client'
import { LabJob, type ModelTask } from './lab-job.svelte'

export type BodeMethod = 'stepped' | 'sweep'

export class Bode extends LabJob<BodeResult> {
  /** Both are measured; this one is drawn. */
  method = $state<BodeMethod>('stepped')
  /** Its place among those of the result. */
  selector = $state(0)

  constructor() {
    super('bode')
  }

  async start(lab: LabClient, task: ModelTask): Promise<void> {
    await this.run((jobId) => lab.measureBode({ jobId, ...task }))
  }
}
