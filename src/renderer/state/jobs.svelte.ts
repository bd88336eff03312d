/**
 * Long work as the screen shows it: one row each with title, share, time left and a way to cancel, whoever does the
 * work. A row outlives the dialog that started it. Knows nothing of what the work is.
 */
import type { JobOutcome } from '../../contract/lab'
import type { LabClient } from '../client'

export interface JobRow {
  readonly id: string
  readonly title: string
  /** 0 to 1; null where nobody knows. */
  readonly share: number | null
  readonly secondsLeft: number | null
  readonly state: { kind: 'running' } | Exclude<JobOutcome, { kind: 'cancelled' }>
  /** Absent where it cannot be cancelled. */
  cancel?(): void
  /** What the button of `cancel` says where it does not throw the work away. */
  readonly cancelTitle?: string
}

export type JobProgress = Partial<Pick<JobRow, 'title' | 'share' | 'secondsLeft' | 'cancelTitle'>>

export class Jobs {
  rows = $state.raw<readonly JobRow[]>([])
  readonly running = $derived(this.rows.filter(({ state }) => state.kind === 'running'))

  /** Show the jobs of a laboratory. Those of the one before ended with it. */
  follow(lab: LabClient): void {
    this.loseAll('The laboratory was started anew.')
    const cancel = (jobId: string) => () => void lab.cancelJob({ jobId }).catch(() => undefined)
    lab.on('jobAdvanced', ({ jobId, ...progress }) => this.put(jobId, progress, cancel(jobId)))
    lab.on('jobEnded', ({ jobId, outcome }) => this.end(jobId, outcome))
  }

  /** A row for work that is done elsewhere, or news of one that is there; each part that is not given stays. */
  put(id: string, progress: JobProgress, cancel?: () => void): void {
    const before = this.rows.find((row) => row.id === id)
    const row: JobRow = {
      id,
      title: progress.title ?? before?.title ?? '',
      share: progress.share !== undefined ? progress.share : (before?.share ?? null),
      secondsLeft: progress.secondsLeft !== undefined ? progress.secondsLeft : (before?.secondsLeft ?? null),
      state: { kind: 'running' },
      cancel: cancel ?? before?.cancel,
      cancelTitle: progress.cancelTitle ?? before?.cancelTitle
    }
    this.rows = before ? this.rows.map((other) => (other.id === id ? row : other)) : [...this.rows, row]
  }

  /** What has something to say stays until it is read; the rest goes. */
  end(id: string, outcome: JobOutcome): void {
    if (outcome.kind === 'cancelled' || (outcome.kind === 'done' && outcome.message === '')) return this.dismiss(id)
    this.rows = this.rows.map((row) =>
      row.id === id ? { ...row, share: 1, secondsLeft: null, state: outcome, cancel: undefined } : row
    )
  }

  dismiss(id: string): void {
    this.rows = this.rows.filter((row) => row.id !== id)
  }

  /** The process that did the work is gone: what ran has failed. */
  loseAll(message: string): void {
    for (const { id } of this.running) this.end(id, { kind: 'failed', message })
  }
}
