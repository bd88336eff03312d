/** Handlers of contract/jobs.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { jobs as contract } from '../../contract/jobs'
import type { Jobs } from '../jobs'

export function jobHandlers({ jobs }: { readonly jobs: Jobs }): Handlers<typeof contract> {
  return {
    cancelJob({ jobId }) {
      jobs.cancel(jobId)
    }
  }
}
