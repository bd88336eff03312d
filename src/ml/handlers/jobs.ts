/** Handlers of contract/jobs.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { jobs as contract } from '../../contract/jobs'
import type { LabContext } from './context'

export function jobHandlers({ jobs }: LabContext): Handlers<typeof contract> {
  return {
    cancelJob({ jobId }) {
      jobs.cancel(jobId)
    }
  }
}
