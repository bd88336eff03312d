/** Long work in the laboratory: who started it made its id; it tells how far it is, and can be cancelled. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Finite, Id, Text } from './values'

export const JobAdvanced = v.object({
  jobId: Id,
  /** What is being done, in words: "Writing mix.wav". */
  title: Text,
  /** How much of it is done, 0 to 1; null where nobody knows. */
  share: v.nullable(v.pipe(Finite, v.minValue(0), v.maxValue(1))),
  /** Null until there is something to reckon with. */
  secondsLeft: v.nullable(Finite)
})
export type JobAdvanced = v.InferOutput<typeof JobAdvanced>

export const JobOutcome = v.variant('kind', [
  /** The message may be empty: then there is nothing to read. */
  v.object({ kind: v.literal('done'), message: Text }),
  v.object({ kind: v.literal('failed'), message: Text }),
  v.object({ kind: v.literal('cancelled') })
])
export type JobOutcome = v.InferOutput<typeof JobOutcome>

export const jobs = {
  calls: {
    /** A job that has ended already is no error: the two crossed on the way. */
    cancelJob: call(v.object({ jobId: Id }), v.undefined())
  },
  events: {
    /** At most ten a second for each job, and once at its start. */
    jobAdvanced: JobAdvanced,
    jobEnded: v.object({ jobId: Id, title: Text, outcome: JobOutcome })
  }
} as const satisfies Contract
